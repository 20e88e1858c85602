import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueCertificate } from '../../../plugins/core/pki';
import { CertificateFormatError, parseCertificate } from '../../../plugins/core/trust/certificate';
import { contentsOf } from '../../../plugins/core/trust/contents';
import { certificateOf, factsOf } from '../../../plugins/core/trust/facts';
import { issuerOf } from '../../../plugins/core/trust/links';
import { openCertificate } from '../../../plugins/core/trust/open-certificate';
import type { Signer } from '../../../plugins/core/trust';
import { resigned } from '../../support/pki/der';
import { mockPki, VALID, type MockIssueOptions } from '../../support/pki';

const issued = async (options: MockIssueOptions) => parseCertificate((await (await mockPki()).issue(options)).der);

describe('what is told of a certificate', () => {
  it('holds the names of its subject; of a name that stands twice none', async () => {
    const subject = 'CN=Comune, OU=Anagrafe, OU=SUAP, 2.5.4.97=CF:IT-1';
    expect(factsOf(await issued({ subject }))).toMatchObject({
      ...{ commonName: 'Comune', organizationIdentifier: 'CF:IT-1', organizationalUnits: ['Anagrafe', 'SUAP'] },
    });
    const twice = factsOf(await issued({ subject: 'CN=a, CN=b, 2.5.4.97=CF:IT-1, 2.5.4.97=CF:IT-2' }));
    expect(twice).toMatchObject({ commonName: undefined, organizationIdentifier: undefined, organizationalUnits: [] });
  });

  it('is told of a signer only where one stands behind the key', async () => {
    const certificate = factsOf(await issued({}));
    const signer = (path: Signer['path']) => ({ path, certificate }) as Signer;
    expect(certificateOf(signer([certificate]))).toBe(certificate);
    expect([certificateOf(signer([])), certificateOf(undefined)]).toEqual([undefined, undefined]);
  });
});

describe('the extensions of a certificate', () => {
  /** DER of tag, length and content; content below 128 bytes. */
  const tlv = (tag: number, ...content: readonly Buffer[]): Buffer => {
    const bytes = Buffer.concat(content);
    return Buffer.concat([Buffer.of(tag, bytes.length), bytes]);
  };
  const uri = (text: string): Buffer => tlv(0x86, Buffer.from(text));

  it('say who is asked about it: lists, responders, or nobody', async () => {
    const points = tlv(0x30, tlv(0x30, tlv(0xa0, tlv(0xa0, uri('http://a.example/crl')))));
    const ocsp = Buffer.from('06082b06010505073001', 'hex');
    const extensions = [
      { oid: '2.5.29.31', critical: false, der: points },
      { oid: '1.3.6.1.5.5.7.1.1', critical: false, der: tlv(0x30, tlv(0x30, ocsp, uri('http://a.example/ocsp'))) },
      { oid: '1.3.6.1.5.5.7.48.1.5', critical: false, der: Buffer.of(5, 0) },
    ];
    expect(contentsOf(await issued({ extensions }))).toMatchObject({
      ...{ distributionPoints: ['http://a.example/crl'], responders: ['http://a.example/ocsp'], needsNoCheck: true },
    });
    expect(contentsOf(await issued({}))).toMatchObject({ distributionPoints: [], responders: [], needsNoCheck: false });
  });

  it('that cannot be read are told with their cause', async () => {
    const extensions = [{ oid: '2.5.29.32', critical: false, der: Buffer.of(5, 0) }];
    const broken = await issued({ without: ['keyUsage'], extensions: [{ ...extensions[0]!, oid: '2.5.29.15' }] });
    expect(() => contentsOf(broken)).toThrow(
      expect.objectContaining({
        message: 'has names or extensions that cannot be read',
        cause: expect.any(Error) as unknown,
      }),
    );
  });

  it('may be none', async () => {
    const bare = await issued({ without: ['basicConstraints', 'keyUsage', 'keyIdentifiers'] });
    expect(contentsOf(bare)).toMatchObject({ basicConstraints: undefined, keyUsage: undefined, unknownCritical: [] });
  });

  it('may have no place at all, as in version 1', async () => {
    const pki = await mockPki();
    const der = resigned(pki.leaf('ec').der, pki.intermediate.privateKey, (tbs) => tbs.filter(([tag]) => tag !== 0xa3));
    expect(openCertificate(der).extensions).toEqual([]);
    expect(contentsOf(parseCertificate(der))).toMatchObject({ keyUsage: undefined, responders: [] });
  });

  it('say who may sign lists', async () => {
    const maySignLists = async (options: MockIssueOptions) => issuerOf(await issued(options)).maySignLists;
    expect(await maySignLists({ keyUsage: ['keyCertSign', 'cRLSign'] })).toBe(true);
    expect(await maySignLists({ keyUsage: ['keyCertSign'] })).toBe(false);
    expect(await maySignLists({ without: ['keyUsage'] })).toBe(true);
  });

  it('come with the hash that was signed, or the algorithm that has none', async () => {
    const { der } = await issueCertificate({ ...VALID, subject: 'CN=x', key: generateKeyPairSync('ed25519') });
    expect(contentsOf(parseCertificate(der)).signatureHash).toBe('Ed25519');
  });
});

describe('bytes that are no certificate', () => {
  it('are told by an error of its own name, with the platform’s as its cause', () => {
    const name = 'CertificateFormatError';
    const cause = expect.any(Error) as unknown;
    expect(() => parseCertificate(Buffer.from('x'))).toThrow(CertificateFormatError);
    expect(() => parseCertificate(Buffer.from('x'))).toThrow(expect.objectContaining({ name, cause }));
  });
});
