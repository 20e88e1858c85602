import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Contents } from '../../../plugins/core/trust/contents';
import { signerKeyOf, UNREADABLE_KEY } from '../../../plugins/core/trust/key';
import { asciiText, isoTime, nameOf, outsideValidity } from '../../../plugins/core/trust/refusals';
import { extensionsUnderstood, firstProblem, mayVouch, strongHash } from '../../../plugins/core/trust/rules';
import { authorityAsSigner, usageProblem } from '../../../plugins/core/trust/signer-usage';
import type { Certificate } from '../../../plugins/core/trust/certificate';

/** Contents of a good authority, but for what is given. */
const contents = (given: Partial<Contents>): Contents => ({
  ...{ subjectName: '3001', issuerName: '3002', serial: Buffer.of(1) },
  ...{ organizationIdentifier: undefined, commonName: undefined },
  ...{ organizationalUnits: [], signatureHash: 'SHA-256', basicConstraints: { ca: true, pathLength: undefined } },
  ...{ keyUsage: undefined, extendedKeyUsage: undefined, nameConstraints: false, distributionPoints: [] },
  ...{ responders: [], needsNoCheck: false, unknownCritical: [] },
  ...given,
});

describe('the rules of one certificate', () => {
  it.each<[Partial<Contents>, string | undefined]>([
    [{}, undefined],
    [{ unknownCritical: ['1.2.3', '1.2.4'] }, 'has the critical extension 1.2.3, which is not understood here'],
    [{ nameConstraints: true }, 'has name constraints, which are not understood here'],
  ])('extensions %j', (given, problem) => {
    expect(extensionsUnderstood(contents(given))).toBe(problem);
  });

  it.each<[Partial<Contents>, string | undefined]>([
    [{ signatureHash: 'SHA-256' }, undefined],
    [{ signatureHash: 'SHA-384' }, undefined],
    [{ signatureHash: 'SHA-512' }, undefined],
    [{ signatureHash: 'SHA-1' }, 'is signed with SHA-1; accepted: SHA-256, SHA-384, SHA-512'],
    [{ signatureHash: 'SHA-1', issuerName: '3001' }, undefined],
  ])('hash %j', (given, problem) => {
    expect(strongHash(contents(given))).toBe(problem);
  });

  it.each<[Partial<Contents>, string | undefined]>([
    [{}, undefined],
    [{ keyUsage: 32 }, undefined],
    [{ keyUsage: 0xff & ~32 }, 'may not sign certificates (keyUsage without keyCertSign)'],
    [{ keyUsage: 0 }, 'may not sign certificates (keyUsage without keyCertSign)'],
    [{ basicConstraints: undefined }, 'is no certification authority (basicConstraints missing)'],
    [
      { basicConstraints: { ca: false, pathLength: undefined } },
      'is no certification authority (basicConstraints with CA false)',
    ],
    [{ subjectName: '3000' }, 'is an authority without a name'],
  ])('an authority with %j', (given, problem) => {
    expect(mayVouch(contents(given))).toBe(problem);
  });

  it('are asked in their order', () => {
    const both = contents({ nameConstraints: true, signatureHash: 'MD5' });
    expect(firstProblem(both, [])).toBeUndefined();
    expect(firstProblem(both, [mayVouch, strongHash, extensionsUnderstood])).toContain('MD5');
    expect(firstProblem(both, [extensionsUnderstood, strongHash])).toContain('name constraints');
  });

  it('an authority signs no tokens', () => {
    expect(authorityAsSigner(contents({}))).toEqual({
      reason: 'it is a certification authority',
      found: 'basicConstraints CA true',
      expected: 'the certificate of a signer',
    });
    expect(authorityAsSigner(contents({ basicConstraints: undefined }))).toBeUndefined();
    expect(authorityAsSigner(contents({ basicConstraints: { ca: false, pathLength: undefined } }))).toBeUndefined();
  });

  it('a signer may sign', () => {
    const usage = (keyUsage: number | undefined, ...rest: [string[]?, string[]?]) =>
      usageProblem(contents({ keyUsage, extendedKeyUsage: rest[0] }), rest[1] ?? null);
    expect([usage(undefined), usage(1), usage(2), usage(3), usage(32 + 2)]).toEqual(Array(5).fill(undefined));
    expect(usage(32 + 4)).toEqual({
      reason: 'it lacks keyUsage digitalSignature or nonRepudiation',
      found: 'keyUsage bits 100100',
      expected: 'keyUsage digitalSignature or nonRepudiation',
    });
    expect(usage(0)?.found).toBe('keyUsage bits 0');
    expect([usage(1, ['1.2']), usage(1, undefined, ['1.2']), usage(1, ['1.1', '1.2'], ['1.2', '1.3'])]).toEqual(
      Array(3).fill(undefined),
    );
    expect(usage(1, ['1.1', '1.2', '1.3', '1.4', '1.5', '1.6'], ['2.1', '2.2'])).toEqual({
      reason: 'its extended key usages are for something else',
      found: 'extendedKeyUsage 1.1 1.2 1.3 1.4 1.5',
      expected: 'one of 2.1 2.2',
    });
  });
});

describe('what a certificate says of itself', () => {
  const long = 'x'.repeat(1000).replaceAll('x', '1.');
  it.each([
    ['bits', () => usageProblem(contents({ keyUsage: 2 ** 1000 }), null)?.found],
    ['usages', () => usageProblem(contents({ keyUsage: 1, extendedKeyUsage: [long] }), ['2.1'])?.found],
    ['a critical extension', () => extensionsUnderstood(contents({ unknownCritical: [long] }))],
  ])('is repeated in a refusal no longer than a name is: %s', (_, text) => {
    expect(text()).toMatch(/\.\.\./);
    expect(text()?.length).toBeLessThan(180);
  });
});

/** As the platform tells of a key. */
const keyOf = (facts: { readonly asymmetricKeyType?: string; readonly asymmetricKeyDetails?: object }): KeyObject =>
  facts as unknown as KeyObject;

describe('a key', () => {
  const rsa = (modulusLength: number | undefined, publicExponent: bigint | undefined) =>
    keyOf({ asymmetricKeyType: 'rsa', asymmetricKeyDetails: { modulusLength, publicExponent } });
  const found = (key: KeyObject): string => {
    const read = signerKeyOf(key);
    return read.type === 'unacceptable' ? read.found : 'accepted';
  };

  it('of RSA has 2048 to 8192 bits', () => {
    expect([found(rsa(2048, 3n)), found(rsa(8192, 65_537n))]).toEqual(['accepted', 'accepted']);
    expect(found(rsa(2047, 3n))).toBe('RSA of 2047 bits');
    expect(found(rsa(8193, 3n))).toBe('RSA of 8193 bits, more than 8192');
    expect(found(rsa(undefined, 3n))).toBe('RSA of 0 bits');
    expect(found(keyOf({ asymmetricKeyType: 'rsa' }))).toBe('RSA of 0 bits');
  });

  it('of RSA has an odd exponent of 3 to 2^32', () => {
    const wrong = 'RSA with a public exponent that is not odd or not within 3 and 2^32';
    expect([found(rsa(2048, 2n ** 32n - 1n)), found(rsa(2048, 5n))]).toEqual(['accepted', 'accepted']);
    for (const exponent of [undefined, 0n, 1n, 2n, 4n, 2n ** 32n, 2n ** 32n + 1n]) {
      expect(found(rsa(2048, exponent))).toBe(wrong);
    }
  });

  it.each([
    ['P-256', 'P-256'],
    ['P-384', 'P-384'],
    ['P-521', 'P-521'],
  ])('of EC is on %s', (namedCurve, curve) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve });
    expect(signerKeyOf(publicKey)).toEqual({ type: 'EC', curve, key: publicKey });
  });

  it('is nothing else', () => {
    const ec = (namedCurve?: string) => keyOf({ asymmetricKeyType: 'ec', asymmetricKeyDetails: { namedCurve } });
    expect(found(ec('secp256k1'))).toBe('EC on secp256k1');
    expect(found(ec('toString'))).toBe('EC on toString');
    expect([found(ec()), found(keyOf({ asymmetricKeyType: 'ec' }))]).toEqual([
      'EC on an unnamed curve',
      'EC on an unnamed curve',
    ]);
    expect(found(keyOf({ asymmetricKeyType: 'ed25519' }))).toBe('of type ed25519');
    expect(found(keyOf({}))).toBe('of type unknown');
    expect(UNREADABLE_KEY).toEqual({ type: 'unacceptable', found: 'of an unknown type' });
  });
});

describe('what is told of a certificate', () => {
  const certificate = (given: object) => ({ subject: 'CN=a', serial: '0A', ...given }) as Certificate;

  it('is its subject, or its serial number, in ASCII and short', () => {
    expect(nameOf(certificate({}))).toBe('CN=a');
    expect(nameOf(certificate({ subject: '' }))).toBe('serial number 0A');
    expect(asciiText(' ~\x1f\x7fè')).toBe(' ~???');
    expect([asciiText('x'.repeat(100)), asciiText('x'.repeat(101))]).toEqual([
      'x'.repeat(100),
      `${'x'.repeat(100)}...`,
    ]);
    expect(isoTime(0.5)).toBe('1970-01-01T00:00:00.500Z');
  });

  it('is when it is valid', () => {
    const one = certificate({ notBefore: 10, notAfter: 20 });
    expect([outsideValidity(one, 10), outsideValidity(one, 20)]).toEqual([undefined, undefined]);
    expect(outsideValidity(one, 9)).toMatchObject({
      code: 'MODI_CERTIFICATE_NOT_YET_VALID',
      params: { subject: 'CN=a', found: '1970-01-01T00:00:10Z', expected: 'valid at 1970-01-01T00:00:09Z' },
    });
    expect(outsideValidity(one, 21)).toMatchObject({
      code: 'MODI_CERTIFICATE_EXPIRED',
      params: { subject: 'CN=a', found: '1970-01-01T00:00:20Z', expected: 'valid at 1970-01-01T00:00:21Z' },
    });
  });
});
