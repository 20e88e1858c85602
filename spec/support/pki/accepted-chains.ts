import { issueCertificate } from '../../../plugins/core/pki';
import { EXPIRED, VALID, type MockPki } from '../pki';
import type { ChainCase } from './chain-case';
import { element, sequence } from './der';

const AUTHORITY = { ...VALID, ca: true, key: 'EC-P256' } as const;

/** Every kind of chain that has to be accepted. */
export function acceptedChains(pki: MockPki): Promise<readonly ChainCase[]> {
  const chains = made.get(pki) ?? makeChains(pki);
  made.set(pki, chains);
  return chains;
}

const made = new WeakMap<MockPki, Promise<readonly ChainCase[]>>();

async function makeChains(pki: MockPki): Promise<readonly ChainCase[]> {
  const groups = await Promise.all([ordersOf(pki), keysOf(pki), extensionsOf(pki), alternativePaths(pki), deep(pki)]);
  return groups.flat().map((group) => ({ ...group, verdict: 'accepted' as const }));
}

type Accepted = Omit<ChainCase, 'verdict'>;

async function ordersOf(pki: MockPki): Promise<Accepted[]> {
  const { privateKey, chain, der } = pki.leaf('ec');
  const stranger = await issueCertificate({ ...AUTHORITY, subject: 'CN=Stranger CA' });
  const direct = await pki.issue({ subject: 'CN=direct', issuer: pki.root, behind: [] });
  return [
    { name: 'signer and intermediate', privateKey, x5c: chain },
    { name: 'anchor sent along', privateKey, x5c: [...chain, pki.root.der] },
    { name: 'anchor sent before the intermediate', privateKey, x5c: [der, pki.root.der, pki.intermediate.der] },
    { name: 'everything twice', privateKey, x5c: [...chain, ...chain] },
    { name: 'an unrelated authority in between', privateKey, x5c: [der, stranger.der, pki.intermediate.der] },
    { name: 'another signer behind', privateKey, x5c: [...chain, pki.leaf('rsa').der] },
    { name: 'issued by the anchor itself', privateKey: direct.privateKey, x5c: direct.chain },
  ];
}

async function keysOf(pki: MockPki): Promise<Accepted[]> {
  const p384 = await pki.issue({ key: 'EC-P384' });
  const p521 = await pki.issue({ key: 'EC-P521' });
  const rsa = pki.leaf('rsa');
  return [
    { name: 'RSA 2048', privateKey: rsa.privateKey, x5c: rsa.chain },
    { name: 'EC P-384', privateKey: p384.privateKey, x5c: p384.chain },
    { name: 'EC P-521', privateKey: p521.privateKey, x5c: p521.chain },
  ];
}

async function extensionsOf(pki: MockPki): Promise<Accepted[]> {
  const bare = await pki.issue({ without: ['basicConstraints', 'keyUsage', 'keyIdentifiers'] });
  const commitment = await pki.issue({ keyUsage: ['nonRepudiation'] });
  const unknown = await pki.issue({
    extensions: [{ oid: '1.2.3.4.5', critical: false, der: Buffer.from('0500', 'hex') }],
  });
  const policies = await pki.issue({
    extensions: [
      { oid: '2.5.29.32', critical: true, der: sequence(sequence(element(0x06, Buffer.from('2a0304', 'hex')))) },
    ],
  });
  // RFC 5280 4.2.1.6: a name of a kind nobody here knows.
  const otherName = sequence(
    element(0xa0, element(0x06, Buffer.from('2a030405', 'hex')), element(0xa0, element(0x0c, Buffer.from('x')))),
  );
  const oddName = await pki.issue({ extensions: [{ oid: '2.5.29.17', critical: false, der: otherName }] });
  const tls = await pki.issue({ extendedKeyUsage: [CLIENT_AUTH] });
  const both = await pki.issue({ extendedKeyUsage: [CLIENT_AUTH, EMAIL] });
  return [
    { name: 'signer without extensions', privateKey: bare.privateKey, x5c: bare.chain },
    { name: 'keyUsage nonRepudiation alone', privateKey: commitment.privateKey, x5c: commitment.chain },
    { name: 'unknown extension, not critical', privateKey: unknown.privateKey, x5c: unknown.chain },
    { name: 'critical certificate policies', privateKey: policies.privateKey, x5c: policies.chain },
    { name: 'alternative name of an unknown kind', privateKey: oddName.privateKey, x5c: oddName.chain },
    { name: 'any extended key usage when none is asked for', privateKey: tls.privateKey, x5c: tls.chain },
    {
      name: 'one of the extended key usages asked for',
      privateKey: both.privateKey,
      x5c: both.chain,
      extendedKeyUsage: [EMAIL, '1.2.3'],
    },
    {
      name: 'no extended key usage declared though one is asked for',
      privateKey: bare.privateKey,
      x5c: bare.chain,
      extendedKeyUsage: [EMAIL],
    },
  ];
}

export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
export const EMAIL = '1.3.6.1.5.5.7.3.4';

const ONE_PATH = 'it tries the first path only';

async function alternativePaths(pki: MockPki): Promise<Accepted[]> {
  const { subject, privateKey: key, publicKey } = pki.intermediate;
  const again = { subject, key: { privateKey: key, publicKey }, issuer: pki.root, ca: true } as const;
  const expired = await issueCertificate({ ...again, ...EXPIRED });
  const notAuthority = await issueCertificate({ ...again, ...VALID, ca: false });
  const stranger = await issueCertificate({ ...AUTHORITY, subject: 'CN=Stranger CA' });
  const crossed = await issueCertificate({ ...again, ...VALID, issuer: stranger });
  const strangerBack = await issueCertificate({
    ...AUTHORITY,
    subject: stranger.subject,
    key: { privateKey: stranger.privateKey, publicKey: stranger.publicKey },
    issuer: pki.intermediate,
  });
  const namesake = await issueCertificate({ ...AUTHORITY, subject, issuer: pki.root });
  const otherKeyId = await pki.issue({
    without: ['keyIdentifiers'],
    extensions: [{ oid: '2.5.29.35', critical: false, der: sequence(element(0x80, Buffer.alloc(20, 7))) }],
  });
  const { der, privateKey } = pki.leaf('ec');
  const good = pki.intermediate.der;
  return [
    { name: 'an expired twin of the intermediate', privateKey, x5c: [der, expired.der, good] },
    {
      name: 'a twin of the intermediate that is no authority',
      privateKey,
      x5c: [der, notAuthority.der, good],
      opensslDiffers: ONE_PATH,
    },
    {
      name: 'a cross-certificate to an unknown authority',
      privateKey,
      x5c: [der, crossed.der, good],
      opensslDiffers: ONE_PATH,
    },
    {
      name: 'a circle beside the path',
      privateKey,
      x5c: [der, crossed.der, strangerBack.der, good],
      opensslDiffers: ONE_PATH,
    },
    { name: 'a namesake of the intermediate with another key', privateKey, x5c: [der, namesake.der, good] },
    {
      name: 'a wrong authority key identifier, the signature being right',
      privateKey: otherKeyId.privateKey,
      x5c: otherKeyId.chain,
      opensslDiffers: 'it takes the key identifier for a condition; RFC 5280 6.1 does not have it',
    },
  ];
}

async function deep(pki: MockPki): Promise<Accepted[]> {
  const first = await issueCertificate({ ...AUTHORITY, subject: 'CN=A1', issuer: pki.root, pathLength: 1 });
  const second = await issueCertificate({ ...AUTHORITY, subject: 'CN=A2', issuer: first, pathLength: 0 });
  const leaf = await pki.issue({ issuer: second, behind: [second, first] });
  const selfIssued = await issueCertificate({ ...AUTHORITY, subject: 'CN=A2', issuer: second });
  const leafOfNewKey = await pki.issue({ issuer: selfIssued, behind: [selfIssued, second, first] });
  const firstAgain = await issueCertificate({ ...AUTHORITY, subject: first.subject, issuer: first });
  const belowAgain = await issueCertificate({ ...AUTHORITY, subject: 'CN=A4', issuer: firstAgain });
  const leafBelowAgain = await pki.issue({ issuer: belowAgain, behind: [belowAgain, firstAgain, first] });
  return [
    {
      name: 'a self-issued intermediate between others, which takes no room of pathLen',
      privateKey: leafBelowAgain.privateKey,
      x5c: leafBelowAgain.chain,
    },
    { name: 'two intermediates within pathLen', privateKey: leaf.privateKey, x5c: leaf.chain, maxChain: 4 },
    {
      name: 'two intermediates in the wrong order',
      privateKey: leaf.privateKey,
      x5c: [leaf.der, first.der, second.der],
    },
    {
      name: 'a self-issued intermediate, which pathLen does not count',
      privateKey: leafOfNewKey.privateKey,
      x5c: leafOfNewKey.chain,
    },
  ];
}
