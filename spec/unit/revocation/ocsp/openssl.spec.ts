import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeResponse } from '../../../../plugins/core/revocation/ocsp/judge-response';
import { ocspRequest } from '../../../../plugins/core/revocation/ocsp/request';
import { parseResponse } from '../../../../plugins/core/revocation/ocsp/response';
import { compileTrust, readDelegate } from '../../../../plugins/core/trust';
import { issueCertificate, type Issued } from '../../../../plugins/core/pki';
import { openssl } from '../../../support/openssl';
import { mockPki, VALID, type MockPki } from '../../../support/pki';
import { tempFolder } from '../../../support/temp';

/** Openssl has a clock of its own. */
const NOW = Date.now() / 1000;

let pki: MockPki;
let responder: Issued;
beforeAll(async () => {
  pki = await mockPki();
  responder = await issueCertificate({
    ...VALID,
    subject: 'CN=OCSP di Prova, C=IT',
    issuer: pki.intermediate,
    key: 'RSA-2048',
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'],
    extensions: [{ oid: '1.3.6.1.5.5.7.48.1.5', critical: false, der: Buffer.from('0500', 'hex') }],
  });
});

const keyPem = ({ privateKey }: Issued): string => privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** What openssl answers to our request, from an index that holds the caller so. */
function answered(state: 'V' | 'R' | undefined, kind: 'ec' | 'rsa', nonce: Buffer | undefined, signer: Issued) {
  const folder = tempFolder();
  const put = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const { serialNumber } = pki.leaf(kind);
  const revoked = state === 'R' ? '260101000000Z,keyCompromise' : '';
  const line = `${state ?? 'V'}\t491231235959Z\t${revoked}\t${serialNumber.toUpperCase()}\tunknown\t/CN=x\n`;
  const trust = compileTrust(
    { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null },
    NOW,
  );
  const [link] = trust.byChain(pki.leaf(kind).chain, NOW).links;
  if (link === undefined) throw new TypeError('a caller has an issuer');
  const out = join(folder, 'answer.der');
  openssl([
    ...[
      'ocsp',
      '-index',
      put('index.txt', state === undefined ? '' : line),
      '-CA',
      put('ca.pem', pki.intermediate.pem),
    ],
    ...['-rsigner', put('signer.pem', signer.pem), '-rkey', put('signer.key', keyPem(signer)), '-ndays', '1'],
    ...['-reqin', put('request.der', ocspRequest(link, nonce)), '-respout', out],
  ]);
  const response = parseResponse(readFileSync(out));
  return judgeResponse(response, {
    ...{ link, nonce, now: NOW, maxAge: 86_400, trustedResponders: [], readDelegate },
    isGoodByList: () => false,
  });
}

describe.each(['ec', 'rsa'] as const)('openssl answers our request about a caller with %s', (kind) => {
  it('good, signed by the authority itself', () => {
    expect(answered('V', kind, undefined, pki.intermediate).status).toBe('good');
  });

  it('revoked, with nonce, signed by a delegate', () => {
    const { status } = answered('R', kind, Buffer.alloc(32, 7), responder);
    expect(status).toEqual({ revokedAt: Date.UTC(2026, 0, 1) / 1000, reason: 'keyCompromise' });
  });

  it('unknown', () => {
    expect(answered(undefined, kind, Buffer.alloc(32, 7), responder).status).toBe('unknown');
  });
});
