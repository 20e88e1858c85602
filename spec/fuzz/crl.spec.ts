import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { parseCrl } from '../../plugins/core/revocation/crl';
import { DerError } from '../../plugins/core/revocation/der';
import { distributionPointsOf } from '../../plugins/core/revocation/distribution-points';
import { extension, makeCrl } from '../support/crl';
import { mockPki, PKI_NOW, type MockPki } from '../support/pki';
import { element, sequence } from '../support/pki/der';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);

let pki: MockPki;
let good: Buffer;

beforeAll(async () => {
  pki = await mockPki();
  good = makeCrl({
    authority: pki.root,
    thisUpdate: PKI_NOW,
    revoked: ['01', '7f00', '5a5a5a'],
    extensions: [extension('551d1c', sequence(element(0x81, Buffer.of(0xff))), true)],
    entryExtensions: [extension('551d15', element(0x0a, Buffer.of(1)))],
  });
});

/** Whatever comes in: a list, or a DerError in short ASCII. Answers whether the authority has signed it. */
function believed(der: Buffer): boolean {
  try {
    const crl = parseCrl(der);
    crl.find(Buffer.of(1));
    return crl.isSignedBy(pki.root.publicKey);
  } catch (error) {
    expect(error).toBeInstanceOf(DerError);
    expect((error as DerError).message).toMatch(/^[\x20-\x7e]{1,200}$/);
    return false;
  }
}

it('a list with any octet changed, added or left out is not believed', () => {
  const edit = fc.record({
    at: fc.nat(2000),
    remove: fc.nat(2),
    insert: fc.uint8Array({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const changed = edits.reduce((bytes, { at, remove, insert }) => {
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + remove)]);
      }, good);
      expect(believed(changed)).toBe(changed.equals(good));
    }),
    { numRuns: RUNS },
  );
});

it('bytes of any kind, and elements of any shape, are no list', () => {
  const node = fc.letrec<{ node: Buffer }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      fc
        .tuple(fc.nat(255), fc.uint8Array({ maxLength: 12 }))
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
      expect(Array.isArray(distributionPointsOf(der))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
