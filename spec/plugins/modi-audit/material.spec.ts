import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { accepted, auditRoute, BOTH, KONG_ID, runAuditAccess } from '../../support/audit-route';
import { makeCast, type Cast } from '../../support/corpus';
import { makeCrl } from '../../support/crl';
import { linesIn, told } from '../../support/evidence';
import { listening } from '../../support/http-server';
import { jwkOf, jwkSet } from '../../support/jwks';
import { makeOcspResponse, ocspServer } from '../../support/ocsp';
import { openssl } from '../../support/openssl';
import { mockPki, type MockPki } from '../../support/pki';
import { tempFolder } from '../../support/temp';
import { NOW } from '../../support/verify-route';

type Json = Record<string, unknown>;

let cast: Cast;
let pki: MockPki;
beforeAll(async () => {
  [cast, pki] = [await makeCast(), await mockPki()];
});

const crlOf = (authority: 'root' | 'intermediate', revoked: readonly string[] = []): Buffer =>
  makeCrl({ authority: pki[authority], thisUpdate: NOW - 60, revoked });

/** What the evidence of requests, one after the other, holds: materials by kind, and the last request's tokens. */
async function evidenceOf(trust: Json, recipe: object = {}, requests = 1) {
  const directory = join(tempFolder(), 'evidence');
  const route = auditRoute(directory);
  for (let sent = 0; sent < requests; sent += 1) {
    const { seen } = await accepted(cast, recipe, { ...BOTH, trust: { private_hosts: ['localhost'], ...trust } });
    await runAuditAccess(route, seen);
  }
  const lines = (await linesIn(directory)).map((one) => (one.kind === 'line' ? one.members : {}));
  const ofKind = (kind: string) => lines.filter((line) => line['part'] === 'material' && line['kind'] === kind);
  return { lines, ofKind, tokens: lines.at(-1)?.['tokens'] as Record<string, Json> };
}

describe('the revocation answer that was used', () => {
  it('is the list itself, once for a file, and openssl finds the caller good by it', async () => {
    const crls = [crlOf('root'), crlOf('intermediate')];
    const pems = crls.map((der) => `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----\n`);
    const { ofKind, tokens } = await evidenceOf({ anchors: [cast.anchor], crls: pems }, {}, 2);
    const kept = ofKind('crl');
    expect(kept.map(({ der }) => der).toSorted()).toEqual(crls.map((der) => der.toString('base64')).toSorted());
    for (const line of kept) {
      const { id, der, sha256 } = line;
      expect(sha256).toBe(
        createHash('sha256')
          .update(Buffer.from(String(der), 'base64'))
          .digest('hex'),
      );
      const content = Object.entries(line).filter(([name]) => !['v', 'part', 'at', 'id'].includes(name));
      expect(id).toBe(
        createHash('sha256')
          .update(JSON.stringify(Object.fromEntries(content)))
          .digest('hex'),
      );
      expect(line).toMatchObject({
        source: 'the PEM text',
        this_update: new Date((NOW - 60) * 1000).toISOString(),
        next_update: expect.stringMatching(/Z$/) as unknown,
        retrieved_at: new Date(NOW * 1000).toISOString(),
      });
    }
    for (const kind of ['ID_AUTH', 'INTEGRITY']) {
      expect(tokens[kind]).toMatchObject({ revocation: 'good' });
      expect((tokens[kind]?.['revocation_materials'] as string[]).toSorted()).toEqual(
        kept.map(({ id }) => id).toSorted(),
      );
    }
    const folder = tempFolder();
    const [signer, ...above] = (ofKind('certificates')[0]?.['x5c'] as string[]).map((der) =>
      new X509Certificate(Buffer.from(der, 'base64')).toString(),
    );
    writeFileSync(join(folder, 'signer.pem'), String(signer));
    writeFileSync(join(folder, 'all.pem'), [...above, ...pems].join(''));
    const verified = openssl([
      'verify',
      '-no_check_time',
      '-crl_check_all',
      '-CAfile',
      join(folder, 'all.pem'),
      join(folder, 'signer.pem'),
    ]);
    expect(verified.toString()).toContain('OK');
  });

  it('is the same material when it is fetched again unchanged', async () => {
    const directory = join(tempFolder(), 'evidence');
    const route = auditRoute(directory);
    const lists = [crlOf('root'), crlOf('intermediate')].flatMap(pemOf);
    for (const end of ['', '\n']) {
      const crls = lists.map((pem) => pem + end);
      const { seen } = await accepted(cast, {}, { ...BOTH, trust: { anchors: [cast.anchor], crls } });
      await runAuditAccess(route, seen);
    }
    expect(await told(directory)).toEqual(['material', 'material', 'material', KONG_ID, KONG_ID]);
  });

  it('of a list above the limit is its hash and where it came from', async () => {
    const many = Array.from({ length: 60_000 }, (_, index) => (0x10_0000_0000 + index).toString(16).padStart(12, '0'));
    const folder = tempFolder();
    const path = join(folder, 'large.crl');
    const large = crlOf('intermediate', many);
    writeFileSync(path, large);
    const { ofKind } = await evidenceOf({ anchors: [cast.anchor], crls: [path, ...pemOf(crlOf('root'))] });
    const [kept] = ofKind('crl').filter(({ source }) => source === `the file "${path}"`);
    expect(kept).toMatchObject({
      omitted: 'too large',
      bytes: large.length,
      sha256: createHash('sha256').update(large).digest('hex'),
    });
    expect(kept).not.toHaveProperty('der');
  });

  it('is the response of the responder, as it was sent', async () => {
    const serial = Buffer.from(pki.leaf('ec').serialNumber, 'hex');
    const sent: Buffer[] = [];
    const port = await listening(
      ocspServer(({ certId, nonce }) => {
        const responder = certId.subarray(-serial.length).equals(serial) ? pki.intermediate : pki.root;
        const response = makeOcspResponse({ certId, nonce, responder, thisUpdate: NOW - 60, nextUpdate: NOW + 1000 });
        sent.push(response);
        return response;
      }),
    );
    const url = `http://localhost:${port}/`;
    const { ofKind, tokens } = await evidenceOf({ anchors: [cast.anchor], ocsp: { responders: [url] } });
    const kept = ofKind('ocsp');
    expect(kept.map(({ der }) => der).toSorted()).toEqual(sent.map((der) => der.toString('base64')).toSorted());
    expect(kept[0]).toMatchObject({ source: url, next_update: new Date((NOW + 1000) * 1000).toISOString() });
    expect(tokens['INTEGRITY']?.['revocation_materials']).toHaveLength(2);
  });

  it('is none where nobody was asked, and where nobody could say', async () => {
    const unasked = await evidenceOf({ anchors: [cast.anchor] });
    expect(unasked.tokens['INTEGRITY']).not.toHaveProperty('revocation_materials');
    const soft = await evidenceOf({ anchors: [cast.anchor], crls: pemOf(crlOf('root')), crl_policy: 'if_present' });
    expect(soft.tokens['INTEGRITY']).toMatchObject({ revocation: 'unchecked' });
    expect(soft.tokens['INTEGRITY']?.['revocation_materials']).toHaveLength(1);
  });
});

const pemOf = (der: Buffer): string[] => [
  `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----\n`,
];

it('a key of a trusted set, which has no certificate, is kept itself', async () => {
  const set = jwkSet(jwkOf(pki.leaf('ec').publicKey, 'comune-2026'));
  const byKid = { reference: 'none', header: { kid: 'comune-2026' } };
  const { ofKind, tokens } = await evidenceOf({ jwks: [set] }, { idAuth: byKid, signature: byKid });
  expect(ofKind('trusted_key')).toMatchObject([
    { trusted_by: 'jwk', kid: 'comune-2026', jwk: pki.leaf('ec').publicKey.export({ format: 'jwk' }) },
  ]);
  expect(tokens['INTEGRITY']).toMatchObject({ kid: 'comune-2026', material: ofKind('trusted_key')[0]?.['id'] });
});
