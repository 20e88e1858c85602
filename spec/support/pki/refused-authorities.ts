import { issueCertificate, type IssueOptions } from '../../../plugins/core/pki';
import { EXPIRED, NOT_YET_VALID, VALID, type MockPki } from '../pki';
import { CONSTRAINT, refused, type ChainCase } from './chain-case';
import { NAME_CONSTRAINTS } from './der';

const AUTHORITY = { ...VALID, ca: true, key: 'EC-P256' } as const;

/** Chains whose signer is faultless and whose intermediate authority is not. */
export async function badAuthorities(pki: MockPki): Promise<ChainCase[]> {
  return [...(await badIntermediates(pki)), ...(await tooDeep(pki)), ...(await leafAsAuthority(pki))];
}

interface BadIntermediate {
  readonly name: string;
  readonly options: Partial<IssueOptions>;
  readonly verdict?: ChainCase['verdict'];
  readonly telling: string;
  readonly opensslDiffers?: string;
}

const BAD_INTERMEDIATES: readonly BadIntermediate[] = [
  {
    name: 'expired intermediate',
    options: EXPIRED,
    verdict: 'MODI_CERTIFICATE_EXPIRED',
    telling: 'CN=Bad CA',
  },
  {
    name: 'intermediate not yet valid',
    options: NOT_YET_VALID,
    verdict: 'MODI_CERTIFICATE_NOT_YET_VALID',
    telling: 'CN=Bad CA',
  },
  { name: 'intermediate with CA false', options: { ca: false, keyUsage: ['keyCertSign'] }, telling: 'CA false' },
  {
    name: 'intermediate without basicConstraints',
    options: { without: ['basicConstraints'] },
    telling: 'basicConstraints missing',
  },
  { name: 'intermediate that may only sign lists', options: { keyUsage: ['cRLSign'] }, telling: 'keyCertSign' },
  { name: 'intermediate that may only sign data', options: { keyUsage: ['digitalSignature'] }, telling: 'keyCertSign' },
  {
    name: 'intermediate with an unknown critical extension',
    options: { extensions: [{ oid: '1.2.3.4.5', critical: true, der: Buffer.from('0500', 'hex') }] },
    telling: '1.2.3.4.5',
  },
  {
    name: 'intermediate with critical name constraints',
    options: { extensions: [{ oid: '2.5.29.30', critical: true, der: NAME_CONSTRAINTS }] },
    telling: 'name constraints',
    opensslDiffers: 'it understands them',
  },
  {
    name: 'intermediate with name constraints, not critical',
    options: { extensions: [{ oid: '2.5.29.30', critical: false, der: NAME_CONSTRAINTS }] },
    telling: 'name constraints',
    opensslDiffers: 'it understands them',
  },
  {
    name: 'intermediate with unreadable basicConstraints',
    options: {
      without: ['basicConstraints'],
      extensions: [{ oid: '2.5.29.19', critical: true, der: Buffer.from('0500', 'hex') }],
    },
    telling: 'cannot be read',
  },
  {
    name: 'intermediate signed with SHA-1',
    options: { hash: 'SHA-1' },
    telling: 'SHA-1',
    opensslDiffers: 'its default security level takes SHA-1 signatures',
  },
];

const badIntermediates = (pki: MockPki): Promise<ChainCase[]> =>
  Promise.all(
    BAD_INTERMEDIATES.map(async ({ name, options, verdict = CONSTRAINT, ...more }) => {
      const bad = await issueCertificate({ ...AUTHORITY, subject: 'CN=Bad CA', issuer: pki.root, ...options });
      const leaf = await pki.issue({ issuer: bad, behind: [bad] });
      return { name, verdict, privateKey: leaf.privateKey, x5c: leaf.chain, ...more };
    }),
  );

async function tooDeep(pki: MockPki): Promise<ChainCase[]> {
  const { intermediate } = pki;
  const below = await issueCertificate({ ...AUTHORITY, subject: 'CN=Below', issuer: intermediate });
  const leaf = await pki.issue({ issuer: below, behind: [below, intermediate] });
  const first = await issueCertificate({ ...AUTHORITY, subject: 'CN=P1', issuer: pki.root, pathLength: 1 });
  const second = await issueCertificate({ ...AUTHORITY, subject: 'CN=P2', issuer: first, pathLength: 5 });
  const third = await issueCertificate({ ...AUTHORITY, subject: 'CN=P3', issuer: second });
  const deep = await pki.issue({ issuer: third, behind: [first, second, third] });
  const telling = { telling: 'pathLenConstraint' };
  return [
    refused('an authority below pathLen 0', CONSTRAINT, leaf, leaf.chain, telling),
    refused('a greater pathLen below a smaller one', CONSTRAINT, deep, deep.chain, telling),
  ];
}

async function leafAsAuthority(pki: MockPki): Promise<ChainCase[]> {
  const good = pki.leaf('ec');
  const child = await pki.issue({ subject: 'CN=child of a signer', issuer: good, behind: [good, pki.intermediate] });
  const bare = await pki.issue({ without: ['basicConstraints', 'keyUsage'] });
  const bareChild = await pki.issue({ subject: 'CN=child', issuer: bare, behind: [bare, pki.intermediate] });
  return [
    refused('signer as authority', CONSTRAINT, child, child.chain, { telling: 'no certification authority' }),
    refused('signer without extensions as authority', CONSTRAINT, bareChild, bareChild.chain, {
      telling: 'basicConstraints missing',
    }),
  ];
}
