import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueCertificate, type IssueOptions } from '../../../plugins/core/pki';
import { ConfigError } from '../../../plugins/core/schema';
import { compileTrust, type TrustConfig } from '../../../plugins/core/trust';
import { parseCertificate, thumbprintOf } from '../../../plugins/core/trust/certificate';
import { contentsOf } from '../../../plugins/core/trust/contents';
import { EXPIRED, mockPki, NOT_YET_VALID, PKI_NOW, VALID } from '../../support/pki';
import { NAME_CONSTRAINTS } from '../../support/pki/der';

const compile = (config: Partial<TrustConfig>) =>
  compileTrust({ anchors: null, certificates: null, maxChain: 6, extendedKeyUsage: null, ...config }, PKI_NOW);

function problemOf(config: Partial<TrustConfig>): ConfigError {
  try {
    compile(config);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const authority = (options: Partial<IssueOptions>) =>
  issueCertificate({ ...VALID, subject: 'CN=Authority', ca: true, ...options });

interface Wrong {
  readonly name: string;
  readonly options: Partial<IssueOptions>;
  readonly says: string;
}

const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });

const WRONG_EVERYWHERE: readonly Wrong[] = [
  { name: 'expired', options: EXPIRED, says: 'expired at 2021-01-01T00:00:00Z' },
  { name: 'RSA 1024', options: { key: weakRsa }, says: 'RSA of 1024 bits' },
  { name: 'Ed25519', options: { key: generateKeyPairSync('ed25519') }, says: 'of type ed25519' },
  {
    name: 'an extension twice',
    options: { extensions: [{ oid: '2.5.29.15', critical: true, der: Buffer.from('03020780', 'hex') }] },
    says: 'twice',
  },
];

const WRONG_ANCHORS: readonly Wrong[] = [
  ...WRONG_EVERYWHERE,
  { name: 'not yet valid', options: NOT_YET_VALID, says: 'valid only from 2090-01-01T00:00:00Z' },
  { name: 'CA false', options: { ca: false }, says: 'basicConstraints with CA false' },
  { name: 'no basicConstraints', options: { without: ['basicConstraints'] }, says: 'basicConstraints missing' },
  { name: 'keyUsage without keyCertSign', options: { keyUsage: ['cRLSign'] }, says: 'without keyCertSign' },
  {
    name: 'an unknown critical extension',
    options: { extensions: [{ oid: '1.2.3', critical: true, der: Buffer.from('0500', 'hex') }] },
    says: '1.2.3',
  },
  {
    name: 'name constraints',
    options: { extensions: [{ oid: '2.5.29.30', critical: true, der: NAME_CONSTRAINTS }] },
    says: 'name constraints',
  },
];

describe('an anchor is refused:', () => {
  it.each(WRONG_ANCHORS)('$name', async ({ options, says }) => {
    const { root } = await mockPki();
    const wrong = await authority(options);
    const problem = problemOf({ anchors: [root.pem, wrong.pem] });
    expect(problem.field).toBe('trust.anchors[2]');
    expect(problem.message).toContain('CN=Authority');
    expect(problem.message).toContain(says);
  });

  it('EC on another curve', async () => {
    const { root } = await mockPki();
    const wrong = await authority({ issuer: root, key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }) });
    expect(problemOf({ anchors: [wrong.pem] }).message).toContain('EC on secp256k1');
  });

  it('without a name', async () => {
    const wrong = await authority({ subject: '' });
    expect(problemOf({ anchors: [wrong.pem] }).message).toContain('an authority without a name');
  });

  it('signed by another with SHA-1', async () => {
    const { root } = await mockPki();
    const wrong = await authority({ issuer: root, hash: 'SHA-1' });
    expect(problemOf({ anchors: [wrong.pem] }).message).toContain('signed with SHA-1');
  });
});

it('an anchor signed by itself with SHA-1 is accepted: nobody needs that signature', async () => {
  const old = await authority({ hash: 'SHA-1' });
  expect(compile({ anchors: [old.pem] }).facts.anchors).toHaveLength(1);
});

describe('a pinned certificate is refused:', () => {
  it.each(WRONG_EVERYWHERE)('$name', async ({ options, says }) => {
    const wrong = await issueCertificate({ ...VALID, subject: 'CN=Signer', ...options });
    const problem = problemOf({ certificates: [wrong.pem] });
    expect(problem.field).toBe('trust.certificates[1]');
    expect(problem.message).toContain(says);
  });

  it('when it may not sign', async () => {
    const wrong = await issueCertificate({ ...VALID, subject: 'CN=Signer', keyUsage: ['keyEncipherment'] });
    expect(problemOf({ certificates: [wrong.pem] }).message).toContain('may not sign tokens');
  });

  it('when its extended key usage is not one of those asked for', async () => {
    const wrong = await issueCertificate({ ...VALID, subject: 'CN=Signer', extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] });
    const config = { certificates: [wrong.pem], extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'] };
    expect(problemOf(config).message).toContain('extended key usages are for something else');
  });
});

describe('the configuration is refused:', () => {
  it.each([{}, { anchors: [] }, { certificates: [] }, { anchors: [], certificates: [] }])('trust %j', (config) => {
    expect(problemOf(config)).toMatchObject({ field: 'trust' });
    expect(problemOf({ ...config, fieldPrefix: 'signers' })).toMatchObject({ field: 'signers' });
  });

  it.each(['clientAuth', '1', '1..2', '3.1', ' 1.2', ''])('extended_key_usage %j', async (oid) => {
    const { anchorPem } = await mockPki();
    const problem = problemOf({ anchors: [anchorPem], extendedKeyUsage: ['1.2.3', oid] });
    expect(problem.field).toBe('trust.extended_key_usage[2]');
  });

  it('extended_key_usage of nothing', async () => {
    const { anchorPem } = await mockPki();
    expect(problemOf({ anchors: [anchorPem], extendedKeyUsage: [] }).field).toBe('trust.extended_key_usage');
  });
});

describe('trust material', () => {
  it('counts a certificate once, however often it is configured', async () => {
    const { root, intermediate, anchorPem } = await mockPki();
    const { facts } = compile({ anchors: [anchorPem, anchorPem + intermediate.pem, root.pem] });
    expect(facts.anchors.map(({ thumbprint }) => thumbprint)).toEqual(
      [root, intermediate].map(({ der }) => thumbprintOf(der)),
    );
  });

  it('has the same id for the same trust, whatever the order and the time', async () => {
    const { root, intermediate } = await mockPki();
    const config = { certificates: null, maxChain: 6, extendedKeyUsage: ['1.2.3', '1.2.4'] };
    const one = compileTrust({ ...config, anchors: [root.pem, intermediate.pem] }, PKI_NOW);
    const other = compileTrust(
      { ...config, extendedKeyUsage: ['1.2.4', '1.2.3'], anchors: [intermediate.pem + root.pem] },
      PKI_NOW + 1000,
    );
    expect(one.id).toBe(other.id);
  });

  it('has another id when anything differs that a verdict depends on', async () => {
    const pki = await mockPki();
    const { root, intermediate } = pki;
    const signer = pki.leaf('ec').pem;
    const ids = [
      { anchors: [root.pem] },
      { anchors: [root.pem, intermediate.pem] },
      { anchors: [root.pem], certificates: [signer] },
      { certificates: [signer] },
      { anchors: [root.pem], maxChain: 5 },
      { anchors: [root.pem], extendedKeyUsage: ['1.2.3'] },
    ].map((config) => compile(config).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has its anchors as issuers of revocation lists', async () => {
    const { root, intermediate } = await mockPki();
    const { issuers } = compile({ anchors: [root.pem, intermediate.pem] });
    expect(issuers.map(({ name }) => name)).toEqual(
      [root, intermediate].map(({ der }) => contentsOf(parseCertificate(der)).subjectName),
    );
  });

  it('cannot be changed', async () => {
    const { anchorPem } = await mockPki();
    expect(Object.isFrozen(compile({ anchors: [anchorPem] }))).toBe(true);
  });
});
