import type { KeyObject } from 'node:crypto';
import { VerificationError } from '../../core/errors';
import { DerError, takeInHand, type CertificateLink, type OcspConfig } from '../../core/revocation';
import {
  CertificateFormatError,
  keysForSigning,
  linksOfPinned,
  nameOf,
  outsideValidity,
  parseCertificate,
  problemOfAnchor,
  problemOfPinned,
  SourceError,
  signerKeyOf,
  weakKey,
  type Certificate,
  type MeantForSigning,
} from '../../core/trust';
import type { Ground } from './ground';
import type { Content } from './read';
import { rowOf, unfit, unreadableRow, verdictBy } from './rows';
import type { InspectionSettings, Row, Source } from './types';

type Times = Pick<InspectionSettings, 'now' | 'expiresWithin' | 'listsExpireWithin' | 'mayFetch'>;

/** Every row about the contents of one group: a key with its certificates, or one source alone. */
export async function judgeGroup(group: readonly Content[], ground: Ground, times: Times): Promise<readonly Row[]> {
  const keys = group.flatMap(({ things }) => things.keys);
  const certificates = group.flatMap(({ things }) => things.certificates);
  const rows: Row[] = [];
  for (const { source, things } of group) {
    rows.push(...things.problems.map((problem) => unreadableRow(source, problem)));
    rows.push(...things.keys.map((key) => judgeKey(key, source, certificates)));
    rows.push(...things.lists.map((bytes) => judgeList(bytes, source, ground, times)));
    for (const one of things.certificates) {
      const isOwn = !isAuthorityOf(one) || keys.some((key) => one.x509.publicKey.equals(key));
      rows.push(await judgeCertificate(one, { source, isOwn, beside: certificates }, ground, times));
    }
    for (const bytes of things.keySets) rows.push(...(await judgeKeySet(bytes, source, ground, times)));
  }
  return rows;
}

interface Place {
  readonly source: Source;
  /** Whether it is the certificate of the group's key, not one above it. */
  readonly isOwn: boolean;
  readonly beside: readonly Certificate[];
}

/** The first thing that is wrong with a certificate: dates, key, fitness, path, revocation, then its coming end. */
async function judgeCertificate(one: Certificate, place: Place, ground: Ground, times: Times): Promise<Row> {
  const { source } = place;
  const named = { kind: 'certificate', name: nameOf(one), ends: one.notAfter } as const;
  const { key } = one;
  const broken = outsideValidity(one, times.now) ?? (key.type === 'unacceptable' ? weakKey(one, key.found) : undefined);
  if (broken !== undefined) return rowOf(source, named, verdictBy(broken));
  const problem = fitness(one, place);
  if (problem !== undefined) return rowOf(source, named, unfit(problem));
  try {
    const links = linksOf(one, place, ground, times.now);
    const revocation = await ground.revocation(links, askedAbout(source, times));
    return rowOf(source, { ...named, revocation }, endOf(one.notAfter, times.now + times.expiresWithin));
  } catch (error) {
    if (error instanceof VerificationError) return rowOf(source, named, verdictBy(error));
    throw error;
  }
}

const askedAbout = ({ ocsp }: Source, { mayFetch }: Times): OcspConfig | undefined => (mayFetch ? ocsp : undefined);

const endOf = (ends: number, horizon: number): Pick<Row, 'state'> => ({ state: ends <= horizon ? 'ending' : 'ok' });

/** Why a certificate is not fit for what it is there for; undefined when it is. */
function fitness(one: Certificate, { source: { role, usages }, isOwn }: Place): string | undefined {
  switch (role) {
    case 'anchor':
    case 'server_anchor':
      return problemOfAnchor(one);
    case 'own':
      return isOwn ? problemOfPinned(one, null) : problemOfAnchor(one);
    case 'any':
      return isAuthorityOf(one) ? problemOfAnchor(one) : problemOfPinned(one, usages);
    case 'signer':
    case 'client':
    case 'key_set':
    case 'responder':
      return problemOfPinned(one, role === 'responder' ? null : usages);
    case 'recipient':
    case 'list':
      return undefined;
  }
}

const isAuthorityOf = (one: Certificate): boolean => one.x509.ca;

/**
 * Whom to ask about. What we sign with, and a file given by itself, should lead to an anchor; all others are believed as
 * such, and their issuers may be at hand.
 * @throws VerificationError when anchors were given by themselves and no path leads to them, or a path breaks a rule.
 */
function linksOf(one: Certificate, { source, beside }: Place, ground: Ground, now: number): readonly CertificateLink[] {
  const { material, authoritiesBySubject } = ground;
  if (!['own', 'any'].includes(source.role) || isAuthorityOf(one)) return linksOfPinned(one, authoritiesBySubject);
  try {
    return material.byChain(ground.chainOf(one, beside), now).links;
  } catch (error) {
    const isForeign = error instanceof VerificationError && error.code === 'MODI_CERTIFICATE_UNTRUSTED';
    if (isForeign && !ground.mustLeadToAnchor) return linksOfPinned(one, authoritiesBySubject);
    throw error;
  }
}

function judgeKey(key: KeyObject, source: Source, certificates: readonly Certificate[]): Row {
  const judged = signerKeyOf(key);
  if (judged.type !== 'unacceptable') {
    const name = judged.type === 'RSA' ? `RSA of ${judged.bits} bits` : `EC ${judged.curve}`;
    const belongs = certificates.length === 0 || certificates.some(({ x509 }) => x509.publicKey.equals(key));
    const verdict = belongs ? OK : unfit('belongs to none of the certificates beside it');
    return rowOf(source, { kind: 'key', name }, verdict);
  }
  const { found } = judged;
  // A key that evidence is encrypted to may also be of a kind that signs nothing.
  const isForReading = source.role === 'recipient' && key.asymmetricKeyType !== 'rsa';
  return rowOf(source, { kind: 'key', name: found }, isForReading ? OK : weak(found));
}

const OK = { state: 'ok' } as const;
const weak = (found: string) => verdictBy(new VerificationError('MODI_CERTIFICATE_WEAK_KEY', { found }));

/** A list by its own end: certificates live for years, lists for days. */
function judgeList(bytes: Buffer, source: Source, ground: Ground, { now, listsExpireWithin }: Times): Row {
  try {
    const { issuerName, nextUpdate } = takeInHand(bytes, ground.issuers, undefined, source.origin, now).crl;
    const named = { kind: 'list', name: ground.nameOf(issuerName), ends: nextUpdate } as const;
    return rowOf(source, named, nextUpdate < now ? ENDED : endOf(nextUpdate, now + listsExpireWithin));
  } catch (error) {
    if (error instanceof DerError) return rowOf(source, { kind: 'list', name: 'list' }, unfit(error.message));
    throw error;
  }
}

const ENDED = {
  state: 'ended',
  detail: {
    en: 'its nextUpdate has passed; callers of its authority get 503 until there is a new one',
    it: 'il suo nextUpdate è passato; i chiamanti della sua autorità ricevono 503 finché non ce n’è una nuova',
  },
} as const;

async function judgeKeySet(bytes: Buffer, source: Source, ground: Ground, times: Times): Promise<readonly Row[]> {
  try {
    const rows: Row[] = [];
    for (const one of keysForSigning(bytes, 'it')) rows.push(await judgeMember(one, source, ground, times));
    return rows;
  } catch (error) {
    if (error instanceof SourceError || error instanceof CertificateFormatError) {
      return [unreadableRow(source, error.message.replace(/^it /, ''))];
    }
    throw error;
  }
}

/** A key with a certificate is that certificate. */
async function judgeMember(one: MeantForSigning, source: Source, ground: Ground, times: Times): Promise<Row> {
  const { kid, key, x5c } = one;
  const named = { kind: 'key', name: `kid ${kid}` } as const;
  if (key.type === 'unacceptable') return rowOf(source, named, weak(key.found));
  const certificate = certificateIn(x5c);
  if (certificate === undefined) return rowOf(source, named, OK);
  return judgeCertificate(certificate, { source, isOwn: true, beside: [] }, ground, times);
}

/** RFC 7517 4.7: the first one is the key's own. @throws CertificateFormatError for one that is none. */
function certificateIn(x5c: unknown): Certificate | undefined {
  const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined;
  return typeof first === 'string' ? parseCertificate(Buffer.from(first, 'base64')) : undefined;
}
