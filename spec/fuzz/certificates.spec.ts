import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { VerificationError } from '../../plugins/core/errors';
import { ConfigError } from '../../plugins/core/schema';
import { compileTrust, type TrustMaterial } from '../../plugins/core/trust';
import { readTrustSource } from '../../plugins/core/trust/source';
import { mockPki, PKI_NOW, type MockPki } from '../support/pki';
import { childrenOf, element, resigned, sequence } from '../support/pki/der';

let pki: MockPki;
let trust: TrustMaterial;

beforeAll(async () => {
  pki = await mockPki();
  const config = { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null };
  trust = compileTrust(config, PKI_NOW);
});

/** Whatever comes in: a signer, or a refusal with code and short ASCII texts. Nothing else is thrown. */
function judged(x5c: readonly Buffer[]): 'accepted' | 'refused' {
  try {
    trust.byChain(x5c, PKI_NOW);
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(VerificationError);
    for (const value of Object.values((error as VerificationError).params)) {
      expect(String(value)).toMatch(/^[\x20-\x7e]{1,500}$/);
    }
    return 'refused';
  }
}

const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array));

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: Buffer;
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ at: fc.nat(2000), remove: fc.nat(3), insert: bytes(4) }),
  { minLength: 1, maxLength: 4 },
);

const edited = (der: Buffer, changes: readonly Edit[]): Buffer =>
  changes.reduce((current, { at, remove, insert }) => {
    const place = at % (current.length + 1);
    return Buffer.concat([current.subarray(0, place), insert, current.subarray(place + remove)]);
  }, der);

/** DER of any shape, nested a little, or very deep. */
const anyDer: fc.Arbitrary<Buffer> = fc.oneof(
  fc.letrec<{ node: Buffer }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      fc.tuple(fc.nat(255), bytes(12)).map(([tag, content]) => element(tag, content)),
      fc.array(tie('node'), { maxLength: 4 }).map((children) => sequence(...children)),
    ),
  })).node,
  fc.nat(400).map((depth) => {
    let der = element(0x05);
    for (let level = 0; level < depth; level += 1) der = sequence(der);
    return der;
  }),
);

describe('certificates of strangers', () => {
  it('random bytes are refused', () => {
    fc.assert(
      fc.property(fc.array(bytes(600), { maxLength: 6 }), (x5c) => {
        expect(judged(x5c)).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });

  it('DER that is no certificate is refused', () => {
    fc.assert(
      fc.property(anyDer, (der) => {
        expect(judged([der])).toBe('refused');
        expect(judged([pki.leaf('ec').der, pki.intermediate.der, der])).toBe('refused');
      }),
      { numRuns: 300 },
    );
  });

  it('an edited certificate is refused, wherever it stands', () => {
    fc.assert(
      fc.property(edits, fc.nat(1), (changes, index) => {
        const { chain } = pki.leaf('ec');
        const x5c = chain.map((der, place) => (place === index ? edited(der, changes) : der));
        fc.pre(!x5c.every((der, place) => der.equals(chain[place]!)));
        expect(judged(x5c)).toBe('refused');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('certificates that an authority signed without looking', () => {
  it('end in a signer or a refusal, whatever was edited before signing', () => {
    fc.assert(
      fc.property(edits, fc.nat(7), (changes, part) => {
        const odd = resigned(pki.leaf('ec').der, pki.intermediate.privateKey, (tbs) =>
          tbs.map((der, index) => (index === part ? edited(der, changes) : der)),
        );
        judged([odd, pki.intermediate.der]);
      }),
      { numRuns: 500 },
    );
  });

  it('end in a signer or a refusal, whatever an extension holds', () => {
    const oids = ['551d0e', '551d0f', '551d11', '551d13', '551d1e', '551d20', '551d23', '551d25', '2a0304'];
    const extension = fc
      .tuple(fc.constantFrom(...oids), fc.boolean(), fc.oneof(bytes(20), anyDer))
      .map(([oid, critical, value]) =>
        sequence(
          element(0x06, Buffer.from(oid, 'hex')),
          ...(critical ? [element(0x01, Buffer.of(0xff))] : []),
          element(0x04, value),
        ),
      );
    const verdicts = new Set<string>();
    fc.assert(
      fc.property(fc.array(extension, { maxLength: 4 }), (extensions) => {
        const odd = resigned(pki.leaf('ec').der, pki.intermediate.privateKey, (tbs) => [
          ...tbs.slice(0, 7),
          element(0xa3, sequence(...extensions)),
        ]);
        verdicts.add(judged([odd, pki.intermediate.der]));
      }),
      { numRuns: 500 },
    );
    expect(verdicts).toEqual(new Set(['accepted', 'refused']));
  });
});

describe('trust sources', () => {
  const survives = (value: string): void => {
    try {
      readTrustSource(value, 'trust.anchors[1]');
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
    }
  };

  it('any text ends in certificates or a ConfigError', () => {
    const block = fc
      .tuple(fc.constantFrom('CERTIFICATE', 'X509 CRL', 'PRIVATE KEY'), fc.string(), fc.constantFrom('-----END ', ''))
      .map(([label, body, end]) => `-----BEGIN ${label}-----\n${body}\n${end}${label}-----\n`);
    const pieces = fc.array(fc.oneof(block, fc.string({ unit: 'binary' }), fc.constant(pki.anchorPem)));
    fc.assert(
      fc.property(pieces, (texts) => {
        survives(texts.join(''));
      }),
      { numRuns: 300 },
    );
  });

  it('a damaged PEM ends in certificates or a ConfigError', () => {
    fc.assert(
      fc.property(edits, (changes) => {
        survives(edited(Buffer.from(pki.anchorPem), changes).toString('latin1'));
      }),
      { numRuns: 500 },
    );
  });

  it('the tests take certificates apart and put them together again', () => {
    const { der } = pki.leaf('ec');
    expect(sequence(...childrenOf(der))).toEqual(der);
  });
});
