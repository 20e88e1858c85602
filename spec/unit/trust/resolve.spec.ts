import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { issueCertificate, type Issued } from '../../../plugins/core/pki';
import { compileTrust, resolveByChain, resolveByThumbprint, type TrustConfig } from '../../../plugins/core/trust';
import { parseCertificate, thumbprintOf } from '../../../plugins/core/trust/certificate';
import { findPath, MAX_SIGNATURE_CHECKS } from '../../../plugins/core/trust/path';
import { EXPIRED, mockPki, NOT_YET_VALID, ORGANIZATION, PKI_NOW, VALID } from '../../support/pki';
import { acceptedChains } from '../../support/pki/accepted-chains';
import { refusedChains } from '../../support/pki/refused-chains';

const trustOf = (config: Partial<TrustConfig>, now = PKI_NOW) =>
  compileTrust({ anchors: null, certificates: null, maxChain: 6, extendedKeyUsage: null, ...config }, now);

const seconds = (date: Date): number => date.getTime() / 1000;

const AUTHORITY = { ...VALID, ca: true, key: 'EC-P256' } as const;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a signer by chain', () => {
  it('tells who signs, with which key, by which path', async () => {
    const pki = await mockPki();
    const leaf = pki.leaf('ec');
    const signer = resolveByChain(trustOf({ anchors: [pki.anchorPem] }), leaf.chain, PKI_NOW);
    expect(signer.certificate).toEqual({
      commonName: 'Comune di Prova',
      organizationalUnits: [],
      alternativeNames: [],
      subject: `CN=Comune di Prova,O=Comune,organizationIdentifier=${ORGANIZATION}`,
      issuer: 'CN=Prova Issuing CA,O=Ente Prova,C=IT',
      serial: leaf.serialNumber.toUpperCase(),
      thumbprint: thumbprintOf(leaf.der),
      organizationIdentifier: ORGANIZATION,
      notBefore: seconds(VALID.notBefore),
      notAfter: seconds(VALID.notAfter),
    });
    expect(signer.key).toMatchObject({ type: 'EC', curve: 'P-256' });
    expect(signer.key.key.equals(leaf.publicKey)).toBe(true);
    expect(signer.path.map(({ thumbprint }) => thumbprint)).toEqual(
      [leaf, pki.intermediate, pki.root].map(({ der }) => thumbprintOf(der)),
    );
    expect(signer.chain).toEqual([leaf, pki.intermediate, pki.root].map(({ der }) => der));
    expect(signer.links.map(({ subject, issuer }) => [subject, issuer.thumbprint])).toEqual([
      [signer.certificate.subject, signer.path[1]?.thumbprint],
      [signer.path[1]?.subject, signer.path[2]?.thumbprint],
    ]);
  });

  it('tells the bits of an RSA key', async () => {
    const pki = await mockPki();
    const signer = trustOf({ anchors: [pki.anchorPem] }).byChain(pki.leaf('rsa').chain, PKI_NOW);
    expect(signer.key).toMatchObject({ type: 'RSA', bits: 2048 });
  });

  it('is valid while the whole path is, both ends included', async () => {
    const pki = await mockPki();
    const [from, until] = [new Date('2026-03-01T00:00:00Z'), new Date('2026-09-01T00:00:00Z')];
    const authority = await issueCertificate({ ...AUTHORITY, subject: 'CN=A', issuer: pki.root, notAfter: until });
    const { chain } = await pki.issue({ issuer: authority, behind: [authority], notBefore: from });
    const trust = trustOf({ anchors: [pki.anchorPem] });
    const signer = trust.byChain(chain, PKI_NOW);
    expect([signer.notBefore, signer.notAfter]).toEqual([seconds(from), seconds(until)]);
    expect(trust.byChain(chain, seconds(from))).toEqual(signer);
    expect(trust.byChain(chain, seconds(until))).toEqual(signer);
    expect(() => trust.byChain(chain, seconds(from) - 1)).toThrowWithCode('MODI_CERTIFICATE_NOT_YET_VALID');
    expect(() => trust.byChain(chain, seconds(until) + 1)).toThrowWithCode('MODI_CERTIFICATE_EXPIRED');
  });

  it('is refused once the anchor has expired', async () => {
    const anchor = await issueCertificate({ ...AUTHORITY, ...EXPIRED, subject: 'CN=Old root' });
    const leaf = await issueCertificate({ ...VALID, subject: 'CN=leaf', issuer: anchor });
    const trust = trustOf({ anchors: [anchor.pem] }, seconds(EXPIRED.notAfter));
    expect(trust.byChain([leaf.der], seconds(EXPIRED.notAfter)).trustedBy).toBe('anchor');
    expect(() => trust.byChain([leaf.der], PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_EXPIRED');
  });

  it('finds the right one of several anchors of one name', async () => {
    const pki = await mockPki();
    const twins = await Promise.all(
      Array.from({ length: 3 }, () => issueCertificate({ ...AUTHORITY, subject: pki.root.subject })),
    );
    const trust = trustOf({ anchors: [...twins, pki.root].map(({ pem }) => pem) });
    expect(trust.byChain(pki.leaf('ec').chain, PKI_NOW).path).toHaveLength(3);
  });

  it('accepts an intermediate authority as anchor, without the root', async () => {
    const pki = await mockPki();
    const trust = trustOf({ anchors: [pki.intermediate.pem] });
    expect(trust.byChain([pki.leaf('ec').der], PKI_NOW).path).toHaveLength(2);
    expect(trust.byChain([...pki.leaf('ec').chain, pki.root.der], PKI_NOW).path).toHaveLength(2);
  });

  it('is never an intermediate authority that is the anchor', async () => {
    const pki = await mockPki();
    const trust = trustOf({ anchors: [pki.intermediate.pem] });
    expect(() => trust.byChain([pki.intermediate.der, pki.root.der], PKI_NOW)).toThrowWithCode(
      'MODI_CERTIFICATE_USAGE',
    );
  });

  it('is never the one of two anchors of one name; who only bears that name is not trusted', async () => {
    const pki = await mockPki();
    const namesake = { ...AUTHORITY, subject: pki.intermediate.subject };
    const [twin, impostor] = [await issueCertificate(namesake), await issueCertificate(namesake)];
    const trust = trustOf({ anchors: [pki.intermediate.pem, twin.pem] });
    expect(() => trust.byChain([pki.intermediate.der], PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_USAGE');
    expect(() => trust.byChain([impostor.der], PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNTRUSTED');
  });

  it('takes as many certificates as a path may have, and not one more', async () => {
    const pki = await mockPki();
    const trust = trustOf({ anchors: [pki.anchorPem], maxChain: 3 });
    const { chain } = pki.leaf('ec');
    expect(trust.byChain([...chain, pki.root.der], PKI_NOW).path).toHaveLength(3);
    expect(() => trust.byChain([...chain, pki.root.der, pki.root.der], PKI_NOW)).toThrowWithCode('MODI_X5C_TOO_MANY');
    const tooShort = trustOf({ anchors: [pki.anchorPem], maxChain: 2 });
    expect(() => tooShort.byChain(chain, PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNTRUSTED');
  });

  it('honours the pathLenConstraint of an anchor', async () => {
    const pki = await mockPki();
    const strict = await issueCertificate({ ...AUTHORITY, subject: 'CN=Strict root', pathLength: 0 });
    const authority = await issueCertificate({ ...AUTHORITY, subject: 'CN=A', issuer: strict });
    const direct = await pki.issue({ issuer: strict });
    const below = await pki.issue({ issuer: authority, behind: [authority] });
    const trust = trustOf({ anchors: [strict.pem] });
    expect(trust.byChain([direct.der], PKI_NOW).path).toHaveLength(2);
    expect(() => trust.byChain(below.chain, PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_CONSTRAINT');
  });

  it('two organization identifiers are none', async () => {
    const pki = await mockPki();
    const subject = `CN=x, 2.5.4.97=${ORGANIZATION}, 2.5.4.97=CF:IT-00000000001`;
    const { chain } = await pki.issue({ subject });
    const { certificate } = trustOf({ anchors: [pki.anchorPem] }).byChain(chain, PKI_NOW);
    expect(certificate.organizationIdentifier).toBeUndefined();
  });
});

describe('a pinned signer', () => {
  it('is found by its thumbprint and by x5c, whoever issued it', async () => {
    const alone = await issueCertificate({ ...VALID, subject: 'CN=alone' });
    const trust = trustOf({ certificates: [alone.pem] });
    const signer = resolveByThumbprint(trust, thumbprintOf(alone.der), PKI_NOW);
    expect(signer).toMatchObject({ trustedBy: 'pin', notAfter: seconds(VALID.notAfter) });
    expect(signer.path).toEqual([signer.certificate]);
    expect(trust.byChain([alone.der], PKI_NOW)).toEqual(signer);
  });

  it('may be an authority, and vouches for nobody', async () => {
    const keyUsage = ['keyCertSign', 'digitalSignature'] as const;
    const pinned = await issueCertificate({ ...AUTHORITY, subject: 'CN=both', keyUsage });
    const child = await issueCertificate({ ...VALID, subject: 'CN=child', issuer: pinned });
    const trust = trustOf({ certificates: [pinned.pem] });
    expect(trust.byChain([pinned.der], PKI_NOW).trustedBy).toBe('pin');
    expect(() => trust.byChain([child.der, pinned.der], PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNTRUSTED');
  });

  it('is judged by the clock each time', async () => {
    const next = await issueCertificate({ ...NOT_YET_VALID, subject: 'CN=next' });
    const trust = trustOf({ certificates: [next.pem] });
    const thumbprint = thumbprintOf(next.der);
    expect(() => trust.byThumbprint(thumbprint, PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_NOT_YET_VALID');
    expect(trust.byThumbprint(thumbprint, seconds(NOT_YET_VALID.notBefore)).trustedBy).toBe('pin');
    expect(() => trust.byThumbprint(thumbprint, seconds(NOT_YET_VALID.notAfter) + 1)).toThrowWithCode(
      'MODI_CERTIFICATE_EXPIRED',
    );
  });

  it('does not make its namesake, its issuer or its renewal trusted', async () => {
    const alone = await issueCertificate({ ...VALID, subject: 'CN=alone' });
    const renewed = await issueCertificate({ ...VALID, subject: 'CN=alone', key: alone });
    const trust = trustOf({ certificates: [alone.pem] });
    expect(() => trust.byChain([renewed.der, alone.der], PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNTRUSTED');
    expect(() => trust.byThumbprint(thumbprintOf(renewed.der), PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNKNOWN');
  });

  it('is unknown by the thumbprint of an anchor', async () => {
    const pki = await mockPki();
    const trust = trustOf({ anchors: [pki.anchorPem] });
    expect(() => trust.byThumbprint(thumbprintOf(pki.root.der), PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNKNOWN');
  });
});

describe('whatever a stranger sends', () => {
  it('the order behind the signer does not change the verdict', async () => {
    const pki = await mockPki();
    const chains = [...(await acceptedChains(pki)), ...(await refusedChains(pki))].filter(({ x5c }) => x5c.length > 2);
    const verdict = (x5c: readonly Buffer[], maxChain: number, extendedKeyUsage: readonly string[] | null) => {
      try {
        const signer = trustOf({ anchors: [pki.anchorPem], maxChain, extendedKeyUsage }).byChain(x5c, PKI_NOW);
        return signer.path.map(({ thumbprint }) => thumbprint).join();
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };
    const shuffled = fc.constantFrom(...chains).chain((chain) =>
      fc.record({
        chain: fc.constant(chain),
        behind: fc.shuffledSubarray(chain.x5c.slice(1), { minLength: chain.x5c.length - 1 }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ chain: { x5c, maxChain = 6, extendedKeyUsage = null }, behind }) => {
        expect(verdict([x5c[0]!, ...behind], maxChain, extendedKeyUsage)).toBe(
          verdict(x5c, maxChain, extendedKeyUsage),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('what is no certificate is told with its place and the reader’s error', async () => {
    const pki = await mockPki();
    const x5c = [pki.leaf('ec').der, Buffer.from('x')];
    const reading = () => trustOf({ anchors: [pki.anchorPem] }).byChain(x5c, PKI_NOW);
    const params = { reason: 'certificate 2 is no X.509 certificate in DER' };
    const cause = expect.objectContaining({ name: 'CertificateFormatError' }) as unknown;
    expect(reading).toThrow(expect.objectContaining({ code: 'MODI_X5C_MALFORMED', params, cause }));
  });

  it('nor does it choose among several reasons', async () => {
    const pki = await mockPki();
    const twin = { subject: 'CN=Twin', issuer: pki.root, key: 'EC-P256' } as const;
    const expired = await issueCertificate({ ...twin, ...EXPIRED, ca: true });
    const noAuthority = await issueCertificate({ ...twin, ...VALID, key: expired });
    const { der } = await pki.issue({ issuer: expired });
    const trust = trustOf({ anchors: [pki.anchorPem] });
    const codeOf = (...behind: Issued[]) => {
      try {
        trust.byChain([der, ...behind.map((issued) => issued.der)], PKI_NOW);
        return 'accepted';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(codeOf(expired, noAuthority)).toMatch(/^MODI_CERTIFICATE_(EXPIRED|CONSTRAINT)$/);
    expect(codeOf(expired, noAuthority)).toBe(codeOf(noAuthority, expired));
  });

  it('a chain with one bit turned anywhere is refused', async () => {
    const pki = await mockPki();
    const trust = trustOf({ anchors: [pki.anchorPem] });
    const { chain } = pki.leaf('ec');
    const place = fc.constantFrom(0, 1).chain((certificate) =>
      fc.record({
        certificate: fc.constant(certificate),
        byte: fc.nat(chain[certificate]!.length - 1),
        bit: fc.nat(7),
      }),
    );
    fc.assert(
      fc.property(place, ({ certificate, byte, bit }) => {
        const turned = Buffer.from(chain[certificate]!);
        turned[byte]! ^= 1 << bit;
        const x5c = chain.map((der, index) => (index === certificate ? turned : der));
        expect(() => trust.byChain(x5c, PKI_NOW)).toThrow(expect.objectContaining({ name: 'VerificationError' }));
      }),
      { numRuns: 1500 },
    );
  });

  it('no signature is checked under a key that is not trusted to vouch', async () => {
    const pki = await mockPki();
    const trust = trustOf({ anchors: [pki.anchorPem], maxChain: 10 });
    const a = await issueCertificate({ ...AUTHORITY, subject: 'CN=Mine', key: 'EC-P521' });
    const b = await issueCertificate({ ...AUTHORITY, subject: 'CN=Mine', key: a, issuer: a });
    const mine = await pki.issue({ issuer: a, behind: [a, b] });
    const belowSigner = await pki.issue({ issuer: pki.leaf('ec'), behind: [pki.leaf('ec'), pki.intermediate] });
    const checks = vi.spyOn(X509Certificate.prototype, 'verify');
    expect(() => trust.byChain(mine.chain, PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNTRUSTED');
    expect(checks).not.toHaveBeenCalled();
    expect(() => trust.byChain(belowSigner.chain, PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_CONSTRAINT');
    expect(checks).toHaveBeenCalledTimes(2);
  });

  it('only what may stand on the path is checked, and each signature once', async () => {
    const pki = await mockPki();
    const trust = trustOf({ anchors: [pki.anchorPem], maxChain: 10 });
    const unrelated = await issueCertificate({ ...AUTHORITY, subject: 'CN=Unrelated', issuer: pki.root });
    const impostor = await issueCertificate({ ...AUTHORITY, subject: pki.intermediate.subject });
    const forged = await pki.issue({ issuer: impostor });
    const x5c = [...forged.chain, pki.root.der, unrelated.der, pki.leaf('rsa').der, pki.root.der];
    const checks = vi.spyOn(X509Certificate.prototype, 'verify');
    expect(() => trust.byChain(x5c, PKI_NOW)).toThrowWithCode('MODI_CERTIFICATE_UNTRUSTED');
    expect(checks).toHaveBeenCalledTimes(2);
  });

  it('a circle of authorities that are truly signed is walked once', async () => {
    const pki = await mockPki();
    const a = await issueCertificate({ ...AUTHORITY, subject: 'CN=A', issuer: pki.root });
    const b = await issueCertificate({ ...AUTHORITY, subject: 'CN=B', issuer: a });
    const aByB = await issueCertificate({ ...AUTHORITY, subject: 'CN=A', key: a, issuer: b });
    const impostor = await issueCertificate({ ...AUTHORITY, subject: 'CN=B' });
    const forged = await issueCertificate({ ...VALID, subject: 'CN=forged', issuer: impostor });
    // The root signed A; A signed B; B signed A again; no B signed the signer.
    expect(checksOf(pki.root, forged, [a, b, aByB])).toBe(4);
  });

  it('50 certificates of one name cost a bounded number of signature checks', async () => {
    const pki = await mockPki();
    const strangers = await many(50, pki.root.subject);
    const forged = await issueCertificate({ ...VALID, subject: 'CN=forged', issuer: strangers[0]! });
    expect(checksOf(pki.root, forged, strangers)).toBeLessThanOrEqual(MAX_SIGNATURE_CHECKS);
  });

  it('and so do 50 that all vouch for each other, truly signed by the anchor', async () => {
    const pki = await mockPki();
    // All have name and key of the anchor: each may stand above each other, in 50! orders.
    const rollovers = await many(50, pki.root.subject, pki.root);
    const impostor = await issueCertificate({ ...AUTHORITY, subject: pki.root.subject });
    const leaf = await issueCertificate({ ...VALID, subject: 'CN=forged', issuer: impostor });
    expect(checksOf(pki.root, leaf, rollovers)).toBe(MAX_SIGNATURE_CHECKS);
  });

  it('which the refusal tells', async () => {
    const pki = await mockPki();
    const strangers = await many(33, pki.root.subject, pki.root);
    const impostor = await issueCertificate({ ...AUTHORITY, subject: pki.root.subject });
    const { der } = await issueCertificate({ ...VALID, subject: 'CN=forged', issuer: impostor });
    const trust = trustOf({ anchors: [pki.anchorPem], maxChain: 50 });
    const reason = 'too many certificates to try (32 signatures checked)';
    expect(() => trust.byChain([der, ...strangers.map((one) => one.der)], PKI_NOW)).toThrow(
      expect.objectContaining({ params: { reason } }),
    );
  });

  it('an authority whose signature does not hold is no reason to look below it', async () => {
    const pki = await mockPki();
    const impostor = await issueCertificate({ ...AUTHORITY, subject: pki.root.subject });
    const below = await issueCertificate({ ...AUTHORITY, subject: 'CN=Below', issuer: impostor });
    const { chain } = await pki.issue({ issuer: below, behind: [below] });
    const reason = `CN=Below is not signed by the key of the trusted ${trustedName(pki.root)}`;
    expect(() => trustOf({ anchors: [pki.anchorPem] }).byChain(chain, PKI_NOW)).toThrow(
      expect.objectContaining({ params: { reason } }),
    );
  });

  it('an anchor of two of one name that comes along is not looked into', async () => {
    const pki = await mockPki();
    const twin = await issueCertificate({ ...AUTHORITY, subject: pki.root.subject });
    const impostor = await issueCertificate({ ...AUTHORITY, subject: pki.root.subject });
    const forged = await issueCertificate({ ...VALID, subject: 'CN=forged', issuer: impostor });
    const trust = trustOf({ anchors: [pki.anchorPem, twin.pem] });
    const checks = vi.spyOn(X509Certificate.prototype, 'verify');
    expect(() => trust.byChain([forged.der, pki.root.der, twin.der], PKI_NOW)).toThrowWithCode(
      'MODI_CERTIFICATE_UNTRUSTED',
    );
    expect(checks).toHaveBeenCalledTimes(2);
  });

  it('the door lets in no more than max_chain certificates, whatever they are', async () => {
    const pki = await mockPki();
    const checks = vi.spyOn(X509Certificate.prototype, 'verify');
    const trust = trustOf({ anchors: [pki.anchorPem] });
    const crowd = Array.from({ length: 50 }, () => Buffer.alloc(0));
    expect(() => trust.byChain(crowd, PKI_NOW)).toThrowWithCode('MODI_X5C_TOO_MANY');
    expect(checks).not.toHaveBeenCalled();
  });
});

const many = (count: number, subject: string, issuer?: Issued): Promise<Issued[]> =>
  Promise.all(
    Array.from({ length: count }, () =>
      issueCertificate({ ...AUTHORITY, subject, ...(issuer === undefined ? {} : { issuer, key: issuer }) }),
    ),
  );

const trustedName = ({ der }: Issued): string => parseCertificate(der).subject;

function checksOf(anchor: Issued, signer: Issued, others: readonly Issued[]): number {
  const checks = vi.spyOn(X509Certificate.prototype, 'verify');
  const trusted = parseCertificate(anchor.der);
  const question = {
    signer: parseCertificate(signer.der),
    others: others.map(({ der }) => parseCertificate(der)),
    anchorsBySubject: new Map([[trusted.subject, [trusted]]]),
    maxChain: 10,
    extendedKeyUsage: null,
    now: PKI_NOW,
  };
  expect(() => findPath(question)).toThrowWithCode('MODI_CERTIFICATE_UNTRUSTED');
  return checks.mock.calls.length;
}
