import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { respondersOf } from '../../plugins/core/revocation/access-points';
import { DerError } from '../../plugins/core/revocation/der';
import { judgeResponse } from '../../plugins/core/revocation/ocsp/judge-response';
import { ocspRequest } from '../../plugins/core/revocation/ocsp/request';
import { parseResponse } from '../../plugins/core/revocation/ocsp/response';
import type { CertificateLink } from '../../plugins/core/revocation';
import { issueCertificate } from '../../plugins/core/pki';
import { compileTrust, readDelegate } from '../../plugins/core/trust';
import { makeOcspResponse, readOcspRequest } from '../support/ocsp';
import { mockPki, PKI_NOW, VALID, type MockPki } from '../support/pki';
import { element, sequence } from '../support/pki/der';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);

let pki: MockPki;
let link: CertificateLink;
let good: Buffer;
const nonce = Buffer.alloc(32, 5);

beforeAll(async () => {
  pki = await mockPki();
  const trust = compileTrust(
    { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null },
    PKI_NOW,
  );
  [link] = trust.byChain(pki.leaf('ec').chain, PKI_NOW).links as [CertificateLink];
  const responder = await issueCertificate({
    ...VALID,
    subject: 'CN=OCSP',
    issuer: pki.intermediate,
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'],
    extensions: [{ oid: '1.3.6.1.5.5.7.48.1.5', critical: false, der: Buffer.from('0500', 'hex') }],
  });
  const { certId } = readOcspRequest(ocspRequest(link, nonce));
  const times = { thisUpdate: PKI_NOW - 60, nextUpdate: PKI_NOW + 60 };
  good = makeOcspResponse({ certId, responder, certificates: [responder.der], nonce, ...times });
});

/** Whatever comes in: an answer that somebody trusted has signed, or a DerError in short ASCII. */
function believed(der: Buffer): boolean {
  try {
    judgeResponse(parseResponse(der), {
      ...{ link, nonce, now: PKI_NOW, maxAge: 3600, trustedResponders: [], readDelegate },
      isGoodByList: () => true,
    });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DerError);
    expect((error as DerError).message).toMatch(/^[\x20-\x7e]{1,300}$/);
    return false;
  }
}

const signedPart = (der: Buffer): string => {
  const { responses, responder } = parseResponse(der);
  return JSON.stringify([responses, responder]);
};

it('an answer with any octet changed, added or left out is not believed', () => {
  const edit = fc.record({ at: fc.nat(2000), remove: fc.nat(2), insert: fc.uint8Array({ maxLength: 3 }) });
  expect(believed(good)).toBe(true);
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const changed = edits.reduce((bytes, { at, remove, insert }) => {
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + remove)]);
      }, good);
      // What is not signed may change: then it must still say the very same.
      if (believed(changed)) expect(signedPart(changed)).toBe(signedPart(good));
    }),
    { numRuns: RUNS },
  );
});

it('bytes of any kind, and elements of any shape, are no answer', () => {
  const node = fc.letrec<{ node: Buffer }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      fc
        .tuple(
          fc.constantFrom(0x02, 0x03, 0x04, 0x06, 0x0a, 0x18, 0x80, 0x82, 0xa0, 0xa1, 0xa2),
          fc.uint8Array({ maxLength: 12 }),
        )
        .map(([tag, content]) => element(tag, Buffer.from(content))),
      fc.array(tie('node'), { maxLength: 5 }).map((children) => sequence(...children)),
    ),
  })).node;
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    node,
  );
  fc.assert(
    fc.property(bytes, (der) => {
      expect(believed(der)).toBe(false);
      expect(Array.isArray(respondersOf(der))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
