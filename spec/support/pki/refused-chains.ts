import { issueCertificate } from '../../../plugins/core/pki';
import { EXPIRED, NOT_YET_VALID, ORGANIZATION, VALID, type MockPki } from '../pki';
import { CLIENT_AUTH, EMAIL } from './accepted-chains';
import { CONSTRAINT, refused, UNTRUSTED, USAGE, type ChainCase } from './chain-case';
import { element, NAME_CONSTRAINTS, sequence } from './der';
import { badAuthorities } from './refused-authorities';
import { forged } from './refused-forgeries';
import { badKeys } from './refused-keys';

/** Every kind of chain that has to be refused, with the code that says why. Made at the first call, then the same. */
export function refusedChains(pki: MockPki): Promise<readonly ChainCase[]> {
  const chains = made.get(pki) ?? makeChains(pki);
  made.set(pki, chains);
  return chains;
}

const made = new WeakMap<MockPki, Promise<readonly ChainCase[]>>();

async function makeChains(pki: MockPki): Promise<readonly ChainCase[]> {
  const makers = [untrusted, lengths, circles, dates, usages, extensions, badAuthorities, badKeys, forged];
  return (await Promise.all(makers.map((make) => make(pki)))).flat();
}

const AUTHORITY = { ...VALID, ca: true, key: 'EC-P256' } as const;

async function untrusted(pki: MockPki): Promise<ChainCase[]> {
  const alone = await issueCertificate({ ...VALID, subject: 'CN=alone' });
  const stranger = await issueCertificate({ ...AUTHORITY, subject: 'CN=Stranger CA' });
  const strange = await pki.issue({ issuer: stranger, behind: [stranger] });
  const misnamed = await pki.issue({ issuer: { ...pki.intermediate, subject: 'CN=Somebody else' } });
  const { intermediate } = pki;
  const good = pki.leaf('ec');
  const nowhere = { telling: 'neither trusted here nor in x5c' };
  return [
    refused('self-signed signer', UNTRUSTED, alone, [alone.der], { telling: 'CN=alone is self-signed' }),
    refused('unknown authority', UNTRUSTED, strange, strange.chain, { telling: 'CN=Stranger CA is self-signed' }),
    refused('unknown authority not sent', UNTRUSTED, strange, [strange.der], nowhere),
    refused('unknown authority, anchor sent along', UNTRUSTED, strange, [...strange.chain, pki.root.der]),
    refused('name of nobody, key of the intermediate', UNTRUSTED, misnamed, misnamed.chain, nowhere),
    refused('intermediate not sent', UNTRUSTED, good, [good.der], nowhere),
    refused('authority first', USAGE, intermediate, [intermediate.der, good.der], { opensslDiffers: NO_PURPOSE }),
    ...(await namesakes(pki)),
  ];
}

async function namesakes(pki: MockPki): Promise<ChainCase[]> {
  const ofRoot = await issueCertificate({ ...AUTHORITY, subject: pki.root.subject });
  const impostor = await pki.issue({ issuer: ofRoot, behind: [ofRoot] });
  const ofIntermediate = await issueCertificate({ ...AUTHORITY, subject: pki.intermediate.subject });
  const below = await pki.issue({ issuer: ofIntermediate });
  const mismatch = (name: string) => ({
    telling: `O=Comune,organizationIdentifier=${ORGANIZATION} is not signed by the key of the trusted ${name}`,
  });
  return [
    refused('namesake of the anchor', UNTRUSTED, impostor, impostor.chain, mismatch('CN=Prova Root CA')),
    refused('namesake of the anchor, anchor sent along', UNTRUSTED, impostor, [...impostor.chain, pki.root.der]),
    refused('name of the intermediate, key of nobody', UNTRUSTED, below, below.chain, mismatch('CN=Prova Issuing CA')),
    refused('both namesakes', UNTRUSTED, below, [...below.chain, ofIntermediate.der, ofRoot.der]),
  ];
}

async function lengths(pki: MockPki): Promise<ChainCase[]> {
  const first = await issueCertificate({ ...AUTHORITY, subject: 'CN=A1', issuer: pki.root });
  const second = await issueCertificate({ ...AUTHORITY, subject: 'CN=A2', issuer: first });
  const third = await issueCertificate({ ...AUTHORITY, subject: 'CN=A3', issuer: second });
  const leaf = await pki.issue({ issuer: third, behind: [third, second, first] });
  const fifty = await Promise.all(
    Array.from({ length: 49 }, () => issueCertificate({ ...AUTHORITY, subject: pki.root.subject })),
  );
  const crowd = [leaf.der, ...fifty.map(({ der }) => der)];
  const limit = { opensslDiffers: 'the limit on the length is configuration' };
  return [
    refused('path too long', UNTRUSTED, leaf, leaf.chain, { ...limit, telling: 'longer than 4', maxChain: 4 }),
    refused('x5c too long', 'MODI_X5C_TOO_MANY', leaf, [...leaf.chain, ...leaf.chain], limit),
    refused('50 certificates', 'MODI_X5C_TOO_MANY', leaf, crowd, limit),
  ];
}

async function circles(pki: MockPki): Promise<ChainCase[]> {
  const a = await issueCertificate({ ...AUTHORITY, subject: 'CN=Circle A' });
  const b = await issueCertificate({ ...AUTHORITY, subject: 'CN=Circle B', issuer: a });
  const aByB = await issueCertificate({ ...AUTHORITY, subject: a.subject, key: a, issuer: b });
  const leaf = await pki.issue({ issuer: a, behind: [aByB, b] });
  return [refused('a circle', UNTRUSTED, leaf, leaf.chain, { telling: 'round in a circle' })];
}

async function dates(pki: MockPki): Promise<ChainCase[]> {
  const expired = await pki.issue({ ...EXPIRED });
  const early = await pki.issue({ ...NOT_YET_VALID });
  return [
    refused('expired signer', 'MODI_CERTIFICATE_EXPIRED', expired, expired.chain, { telling: '2021-01-01T00:00:00Z' }),
    refused('signer not yet valid', 'MODI_CERTIFICATE_NOT_YET_VALID', early, early.chain, {
      telling: '2090-01-01T00:00:00Z',
    }),
  ];
}

const NO_PURPOSE = 'it verifies no purpose unless asked';

async function usages(pki: MockPki): Promise<ChainCase[]> {
  const encipher = await pki.issue({ keyUsage: ['keyEncipherment', 'keyAgreement'] });
  const none = await pki.issue({ keyUsage: [] });
  const tls = await pki.issue({ extendedKeyUsage: [CLIENT_AUTH] });
  const authority = await pki.issue({ ca: true, keyUsage: ['digitalSignature', 'keyCertSign'] });
  const { subject } = pki.intermediate;
  const twin = await issueCertificate({ ...AUTHORITY, ...EXPIRED, subject, key: pki.intermediate, issuer: pki.root });
  const direct = await pki.issue({ ca: true, keyUsage: ['digitalSignature'], issuer: pki.root, behind: [] });
  const differs = { opensslDiffers: NO_PURPOSE };
  const asAuthority = { ...differs, telling: 'certification authority' };
  return [
    refused('keyUsage without signing', USAGE, encipher, encipher.chain, { ...differs, telling: 'digitalSignature' }),
    refused(
      'keyUsage without signing, an expired twin of the authority',
      USAGE,
      encipher,
      [...encipher.chain, twin.der],
      {
        opensslDiffers: NO_PURPOSE,
      },
    ),
    refused('keyUsage of nothing', USAGE, none, none.chain, differs),
    refused('wrong extended key usage', USAGE, tls, tls.chain, {
      ...differs,
      telling: CLIENT_AUTH,
      extendedKeyUsage: [EMAIL],
    }),
    refused('authority as signer', USAGE, authority, authority.chain, asAuthority),
    refused('authority of the anchor as signer', USAGE, direct, direct.chain, asAuthority),
    refused('anchor as signer', USAGE, pki.root, [pki.root.der], asAuthority),
  ];
}

async function extensions(pki: MockPki): Promise<ChainCase[]> {
  const extra = (oid: string, der: Buffer) => pki.issue({ extensions: [{ oid, critical: true, der }] });
  const unknown = await extra('1.2.3.4.5', Buffer.from('0500', 'hex'));
  const policy = await extra('2.5.29.36', sequence(element(0x80, Buffer.of(0))));
  const twice = await extra('2.5.29.15', Buffer.from('03020780', 'hex'));
  const named = await extra('2.5.29.30', NAME_CONSTRAINTS);
  const broken = await pki.issue({
    without: ['keyUsage'],
    extensions: [{ oid: '2.5.29.15', critical: true, der: Buffer.from('0500', 'hex') }],
  });
  const understood = { opensslDiffers: 'it understands them' };
  return [
    refused('unknown critical extension', CONSTRAINT, unknown, unknown.chain, { telling: '1.2.3.4.5' }),
    refused('critical policy constraints', CONSTRAINT, policy, policy.chain, { ...understood, telling: '2.5.29.36' }),
    refused('name constraints of a signer', CONSTRAINT, named, named.chain, { ...understood, telling: 'name constr' }),
    refused('an extension twice', CONSTRAINT, twice, twice.chain, { telling: 'twice' }),
    refused('unreadable keyUsage', CONSTRAINT, broken, broken.chain, { telling: 'cannot be read' }),
  ];
}
