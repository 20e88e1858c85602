import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { Refusal } from '../../plugins/core/errors';
import { compileTrust, type TrustMaterial } from '../../plugins/core/trust';
import { SourceError } from '../../plugins/core/trust/source-contents';
import { readX5u } from '../../plugins/core/trust/x5u/fetched-chain';
import { mockPki, PKI_NOW, type MockPki } from '../support/pki';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);

let pki: MockPki;
let trust: TrustMaterial;
let good: Buffer;
let thumbprint: string;

beforeAll(async () => {
  pki = await mockPki();
  const config = { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null };
  trust = compileTrust(config, PKI_NOW);
  good = Buffer.from(`${pki.leaf('ec').pem}${pki.intermediate.pem}`);
  ({ thumbprint } = trust.byChain(readX5u(good), PKI_NOW).certificate);
});

/** Whatever comes in: the signer of a chain to an anchor, a refusal, or a SourceError in short ASCII. */
function believed(bytes: Buffer): string | undefined {
  try {
    return trust.byChain(readX5u(bytes), PKI_NOW).certificate.thumbprint;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    expect(error).toBeInstanceOf(SourceError);
    expect((error as SourceError).message).toMatch(/^[\x20-\x7e]{1,200}$/);
    return undefined;
  }
}

it('a payload with any octet changed, added or left out gives the very same signer, or none', () => {
  const edit = fc.record({ at: fc.nat(4000), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const changed = edits.reduce((bytes, { at, remove, insert }) => {
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + remove)]);
      }, good);
      expect([thumbprint, undefined]).toContain(believed(changed));
    }),
    { numRuns: RUNS },
  );
});

it('text and bytes of any kind are no chain', () => {
  const block = fc
    .tuple(fc.constantFrom('CERTIFICATE', 'X509 CRL', 'PRIVATE KEY'), fc.base64String({ maxLength: 200 }))
    .map(([label, body]) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`);
  const payload = fc.oneof(
    fc.array(fc.oneof(block, fc.string())).map((texts) => Buffer.from(texts.join(''))),
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  );
  fc.assert(
    fc.property(payload, (bytes) => {
      expect(believed(bytes)).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
});
