import type { KeyObject } from 'node:crypto';
import type { EvidenceRecord } from './reader';

/**
 * The members of a line in clear, decrypted with the recipient's private key where needed.
 *
 * @throws Error when the line is encrypted to somebody else, or says another request than its envelope: whoever can write
 * the file must not be able to put one exchange's evidence under another's name.
 */
export async function openLine(
  { members }: Pick<EvidenceRecord, 'members'>,
  key: KeyObject | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const { jwe } = members;
  if (typeof jwe !== 'string') return members;
  if (key === undefined) throw new Error('the line is encrypted: the private key of its recipient is needed');
  const { compactDecrypt } = await import('jose');
  const { plaintext } = await compactDecrypt(jwe, key, {
    keyManagementAlgorithms: ['RSA-OAEP-256', 'ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  const inside = JSON.parse(Buffer.from(plaintext).toString('utf8')) as Record<string, unknown>;
  for (const name of ['v', 'request_id', 'part', 'at']) {
    if (inside[name] !== members[name]) throw new Error(`the envelope says another ${name} than what it holds`);
  }
  return inside;
}
