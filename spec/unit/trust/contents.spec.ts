import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadLibrary } from '../../../plugins/core/pki';
import { CertificateFormatError, parseCertificate } from '../../../plugins/core/trust/certificate';
import { contentsOf, KEY_USAGE } from '../../../plugins/core/trust/contents';
import { signerKeyOf } from '../../../plugins/core/trust/key';
import { mockPki } from '../../support/pki';
import { acceptedChains } from '../../support/pki/accepted-chains';
import { childrenOf, resigned } from '../../support/pki/der';

describe('contents of a certificate', () => {
  it('are what the library itself decodes', async () => {
    const pki = await mockPki();
    const library = loadLibrary();
    const chains = (await acceptedChains(pki)).filter(({ name }) => !name.includes('unknown kind'));
    for (const der of chains.flatMap(({ x5c }) => x5c)) {
      const reference = new library.X509Certificate(der);
      const constraints = reference.getExtension(library.BasicConstraintsExtension);
      const contents = contentsOf(parseCertificate(der));
      expect(contents.keyUsage).toBe(reference.getExtension(library.KeyUsagesExtension)?.usages);
      expect(contents.extendedKeyUsage).toEqual(reference.getExtension(library.ExtendedKeyUsageExtension)?.usages);
      expect(contents.basicConstraints?.ca).toBe(constraints?.ca);
      expect(contents.basicConstraints?.pathLength).toBe(constraints?.pathLength);
    }
  });

  it('have names byte by byte, as they stand in the certificate', async () => {
    const pki = await mockPki();
    for (const subject of ["CN=àè, O=Comune d'Alì, 2.5.4.97=CF:IT-1", 'CN=plain, C=IT', '']) {
      const { der } = await pki.issue({ subject });
      const tbs = childrenOf(childrenOf(der)[0]!);
      const { subjectName, issuerName } = contentsOf(parseCertificate(der));
      expect(subjectName).toBe(tbs[5]!.toString('hex'));
      expect(issuerName).toBe(tbs[3]!.toString('hex'));
    }
  });

  it('have the bits of keyUsage', async () => {
    const pki = await mockPki();
    const bits = async (...keyUsage: ('digitalSignature' | 'nonRepudiation' | 'keyCertSign')[]) =>
      contentsOf(parseCertificate((await pki.issue({ keyUsage })).der)).keyUsage;
    expect(await bits()).toBe(0);
    expect(await bits('digitalSignature')).toBe(KEY_USAGE.digitalSignature);
    expect(await bits('nonRepudiation')).toBe(KEY_USAGE.nonRepudiation);
    expect(await bits('keyCertSign')).toBe(KEY_USAGE.keyCertSign);
  });

  it('tell which hash the issuer signed', async () => {
    const pki = await mockPki();
    for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const) {
      const { der } = await pki.issue({ hash });
      expect(contentsOf(parseCertificate(der)).signatureHash).toBe(hash);
    }
  });
});

describe('a certificate', () => {
  it('has dates beyond 2050 and up to the end of time', async () => {
    const pki = await mockPki();
    const { der } = await pki.issue({ notAfter: new Date('9999-12-31T23:59:59Z') });
    expect(parseCertificate(der).notAfter).toBe(Date.UTC(9999, 11, 31, 23, 59, 59) / 1000);
  });

  it('has no dates before 1950, and none with fractions', async () => {
    const pki = await mockPki();
    const { der } = pki.leaf('ec');
    const dated = (generalizedTime: string) => {
      const time = Buffer.concat([Buffer.of(0x18, generalizedTime.length), Buffer.from(generalizedTime)]);
      return resigned(der, pki.intermediate.privateKey, (tbs) =>
        tbs.map((part, index) => (index === 4 ? Buffer.concat([Buffer.of(0x30, 2 * time.length), time, time]) : part)),
      );
    };
    expect(parseCertificate(dated('20600101000000Z')).notAfter).toBe(Date.UTC(2060, 0, 1) / 1000);
    for (const date of ['00490101000000Z', '19491231235959Z', '20600101000000.5Z', '2060Z']) {
      const reading = () => parseCertificate(dated(date));
      expect(reading, date).toThrow(CertificateFormatError);
      expect(reading, date).toThrow('has a validity date that is not of RFC 5280');
    }
  });
});

describe('keys', () => {
  it('are refused for an RSA exponent that makes no signature, or a slow one', () => {
    const { n } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const exponent = (e: string) => createPublicKey({ key: { kty: 'RSA', n: n!, e }, format: 'jwk' });
    expect(signerKeyOf(exponent('AQ'))).toMatchObject({ type: 'unacceptable' });
    expect(signerKeyOf(exponent('AQAA'))).toMatchObject({ type: 'unacceptable' });
    expect(signerKeyOf(exponent('AQAAAAAAAAAB'))).toMatchObject({ type: 'unacceptable' });
    expect(signerKeyOf(exponent('Aw'))).toMatchObject({ type: 'RSA', bits: 2048 });
  });

  it('are refused when they are so large that checking a signature takes long', () => {
    const n = (bytes: number) => Buffer.alloc(bytes, 0xff).toString('base64url');
    const keyOf = (bytes: number) => createPublicKey({ key: { kty: 'RSA', n: n(bytes), e: 'AQAB' }, format: 'jwk' });
    expect(signerKeyOf(keyOf(1024))).toMatchObject({ type: 'RSA', bits: 8192 });
    expect(signerKeyOf(keyOf(1025))).toMatchObject({ found: 'RSA of 8200 bits, more than 8192' });
  });

  it('are refused when they are for key agreement or another scheme', () => {
    expect(signerKeyOf(generateKeyPairSync('x25519').publicKey)).toMatchObject({ found: 'of type x25519' });
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey;
    expect(signerKeyOf(pss)).toMatchObject({ found: 'of type rsa-pss' });
  });
});
