import { DerError } from './der';
import { parseCrl, type Crl } from './crl';
import type { CertificateIssuer, RevocationAnswer } from './types';

/** Clocks of authorities may be this far ahead of ours, in seconds. */
export const CLOCK_TOLERANCE = 300;

/** Two authorities of one name and as many keys are a roll-over; more are somebody's mistake. */
const MAX_ISSUERS = 16;

/** A list in hand, and under whose keys its signature has been tried. */
export class HeldCrl {
  readonly crl: Crl;
  /** The list as evidence. */
  readonly answer: RevocationAnswer;
  private readonly verdicts = new Map<string, { readonly issuer: CertificateIssuer; readonly holds: boolean }>();

  /** `source`: where its bytes came from; `now`: when, in seconds. */
  constructor(crl: Crl, der: Buffer, source: string, now: number) {
    const { number, thisUpdate, nextUpdate } = crl;
    this.crl = crl;
    this.answer = { kind: 'crl', der, source, number, thisUpdate, nextUpdate, retrievedAt: now };
  }

  /** The issuers under whose keys the signature has been found to hold. */
  get signers(): readonly CertificateIssuer[] {
    return [...this.verdicts.values()].filter(({ holds }) => holds).map(({ issuer }) => issuer);
  }

  /** Whether this very authority issued the list; computed once for each. */
  isOf(issuer: CertificateIssuer): boolean {
    if (issuer.name !== this.crl.issuerName || !issuer.maySignLists) return false;
    const known = this.verdicts.get(issuer.thumbprint);
    if (known !== undefined) return known.holds;
    if (this.verdicts.size >= MAX_ISSUERS) return false;
    const holds = this.crl.isSignedBy(issuer.key);
    this.verdicts.set(issuer.thumbprint, { issuer, holds });
    return holds;
  }
}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

/** A list's DER, whether it comes as DER or as PEM (RFC 7468 7). */
function derOf(bytes: Buffer): Buffer {
  if (bytes[0] === 0x30) return bytes;
  const blocks = [...bytes.toString('latin1').matchAll(PEM)];
  const [block, ...more] = blocks;
  if (block === undefined) throw new DerError('is neither DER nor PEM of a certificate revocation list');
  if (block[1] !== 'X509 CRL') throw new DerError(`is a ${block[1] ?? ''}, not a certificate revocation list`);
  if (more.length > 0) throw new DerError(`holds ${blocks.length} lists; configure one source for each`);
  return Buffer.from(block[2] ?? '', 'base64');
}

/** What nobody has been found to have signed keeps nothing out. */
function refuseStepBack(crl: Crl, before: Crl): void {
  if (crl.issuerName !== before.issuerName) throw new DerError('is of another issuer than the list in hand');
  if (crl.thisUpdate < before.thisUpdate) throw new DerError('is older than the list in hand');
}

/**
 * Takes a list from `source` in hand at `now` (seconds since the epoch). One that has ended is taken as well: what it lists stays
 * revoked, and that it has ended is told where it is needed.
 *
 * @throws DerError for bytes that are no complete list; one from the future; one that names an authority of `issuers`,
 * or of the list before, and is not signed by it; one older than the list before.
 */
export function takeInHand(
  bytes: Buffer,
  issuers: readonly CertificateIssuer[],
  before: HeldCrl | undefined,
  source: string,
  now: number,
): HeldCrl {
  const der = derOf(bytes);
  const crl = parseCrl(der);
  if (crl.thisUpdate > now + CLOCK_TOLERANCE) throw new DerError('is dated in the future');
  const held = new HeldCrl(crl, der, source, now);
  const proven = before === undefined || before.signers.length === 0 ? undefined : before;
  if (proven !== undefined) refuseStepBack(crl, proven.crl);
  // At its end a list no longer holds up an authority that has changed its key: the path decides whose it is.
  const signers = proven === undefined || now > proven.crl.nextUpdate ? [] : proven.signers;
  const named = [...signers, ...issuers].filter(({ name }) => name === crl.issuerName);
  const signed = named.filter((issuer) => held.isOf(issuer));
  if (named.length > 0 && signed.length === 0) throw new DerError('is not signed by the authority it names');
  return held;
}
