import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openContent, openLine, readRecipient, type EvidenceRecord } from '../../../plugins/core/evidence';
import { ConfigError } from '../../../plugins/core/schema';
import { item, linesIn, testWriter } from '../../support/evidence';
import { mockPki } from '../../support/pki';
import { tempFolder } from '../../support/temp';

const KEYS = {
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  X25519: () => generateKeyPairSync('x25519'),
};

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

async function written(value: string): Promise<{ records: EvidenceRecord[]; text: string }> {
  const directory = join(tempFolder(), 'evidence');
  const { writer } = testWriter(directory, { recipient: readRecipient(value, 'encryption.key') });
  await writer.commit(item('a', { integrity: 'eyJ-secret' }), [{ id: 'm', content: { x5c: ['secret'] } }]);
  const records = (await linesIn(directory)).filter((one) => one.kind === 'line');
  return { records, text: readFileSync(join(directory, records[0]?.file ?? ''), 'utf8') };
}

describe('evidence encrypted to a public key', () => {
  it.each(Object.entries(KEYS))('%s: is read by the holder of the private key alone', async (_, make) => {
    const { publicKey, privateKey } = make();
    const { records, text } = await written(pem(publicKey));
    expect(text).not.toContain('secret');
    expect(records.map(({ members }) => Object.keys(members))).toEqual([
      ['v', 'part', 'at', 'jwe'],
      ['v', 'request_id', 'part', 'at', 'jwe'],
    ]);
    const opened = await Promise.all(records.map((record) => openLine(record, privateKey)));
    expect(opened).toMatchObject([
      { part: 'material', id: 'm', x5c: ['secret'] },
      { part: 'request', request_id: 'a', integrity: 'eyJ-secret' },
    ]);
    const line = records[1]!;
    await expect(openLine(line, make().privateKey)).rejects.toThrow();
    await expect(openLine(line, undefined)).rejects.toThrow(/private key/);
    for (const [index, { members }] of records.entries()) {
      const { key, clear } = openContent(String(members['jwe']), privateKey);
      expect([key.length, JSON.parse(clear.toString())]).toEqual([32, opened[index]]);
      expect(() => openContent(String(members['jwe']), make().privateKey)).toThrow();
    }
    const renamed = { ...line, members: { ...line.members, request_id: 'b' } };
    await expect(openLine(renamed, privateKey)).rejects.toThrow(/another request_id/);
  });

  it('takes the key as a JWK, a certificate, or a file of one', async () => {
    const { publicKey, privateKey } = KEYS['P-256']();
    const certificate = (await mockPki()).leaf('rsa');
    const file = join(tempFolder(), 'audit.pem');
    writeFileSync(file, certificate.pem);
    for (const [value, key] of [
      [JSON.stringify(publicKey.export({ format: 'jwk' })), privateKey],
      [certificate.pem, certificate.privateKey],
      [file, certificate.privateKey],
    ] as const) {
      const { records } = await written(value);
      expect(await openLine(records[1]!, key)).toMatchObject({ integrity: 'eyJ-secret' });
    }
  });

  it.each([
    [
      'a private key',
      () => KEYS['P-256']().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      /private key/,
    ],
    ['a private JWK', () => JSON.stringify(KEYS['P-256']().privateKey.export({ format: 'jwk' })), /private key/],
    ['a short RSA key', () => pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), /RSA key of 2048/],
    ['a signing key', () => pem(generateKeyPairSync('ed25519').publicKey), /X25519/],
    ['a file that is not there', () => join(tempFolder(), 'none.pem'), /does not exist/],
    ['a text that is no key', () => '-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----', /neither PEM/],
    ['a symmetric JWK', () => '{"kty":"oct","k":"AAAA"}', /neither PEM/],
  ])('refuses %s, naming the field', (_, value, problem) => {
    const attempt = (): unknown => readRecipient(value(), 'encryption.key');
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(problem);
    expect(attempt).toThrow(/config\.encryption\.key/);
  });
});
