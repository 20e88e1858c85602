import { createHash, X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader } from 'jose';
import type { HttpAnswer } from './http';

export interface VerifiedAnswer {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Verifies a signed answer with jose and node's hash, none of the pack's own code: the token under the certificate it
 * carries, which must be `certificate`; the digest of the bytes received; each signed header.
 */
export async function verifyAnswer(answer: HttpAnswer, certificate: Buffer): Promise<VerifiedAnswer> {
  const token = String(answer.headers['agid-jwt-signature'] ?? '');
  const header = decodeProtectedHeader(token);
  if (header.x5c?.[0] !== certificate.toString('base64')) throw new Error('another certificate');
  const { payload } = await compactVerify(token, new X509Certificate(certificate).publicKey);
  const claims = JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>;
  for (const entry of claims['signed_headers'] as readonly Record<string, string>[]) {
    for (const [name, value] of Object.entries(entry)) {
      if (answer.headers[name] !== value)
        throw new Error(`${name} is "${String(answer.headers[name])}", signed "${value}"`);
    }
  }
  const digest = answer.headers['digest'];
  if (digest !== undefined && digest !== digestHeader(answer.body)) throw new Error('the digest is of other bytes');
  return { header, claims };
}

export const digestHeader = (body: Buffer): string => `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
