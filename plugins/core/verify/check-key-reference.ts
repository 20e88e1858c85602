import { createHash, timingSafeEqual } from 'node:crypto';
import { VerificationError, type TokenKind } from '../errors';
import type { JsonObject } from '../token';
import { printable } from './printable';
import { proven, tokenOf } from './proven';
import type { Check, SignerDirectory } from './types';

/** Parameters that name or carry a key and prove nothing: RFC 8725 3.10. */
const UNTRUSTED_REFERENCES = ['jwk', 'jku', 'x5u', 'x5t', 'kid'];
const KID = /^[\x21-\x7e]{1,256}$/;
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;
/** A certificate of 16 KiB in base64; larger ones are not parsed. */
const MAX_CERTIFICATE_CHARACTERS = 22_000;

/**
 * Pipeline 2.2 rows 6 and 8: the signer is named by x5c or x5t#S256; both together must denote one certificate. Where
 * keys are trusted by their kid, and nothing else names the signer, `kid` does. Whatever key a token carries in `jwk`,
 * or points at with `jku`, is not even looked at; nor is `x5u`, but where it leads to a host that is allowed.
 */
export const checkKeyReference = (kind: TokenKind): Check => ({
  id: 'key-reference',
  title: { en: 'key reference', it: 'riferimento alla chiave' },
  token: kind,
  run(verification) {
    const token = tokenOf(verification, kind);
    if (token.signer !== undefined) return;
    const { raw } = proven(token.jose, 'JOSE header');
    const { signers } = verification.policy;
    const x5c = readX5c(raw['x5c'], signers.maxChain, kind);
    const thumbprint = readThumbprint(raw['x5t#S256'], kind);
    const url = readX5u(raw['x5u'], signers, kind);
    if (url !== undefined) {
      token.reference = { x5c, thumbprint, url };
    } else if (x5c === undefined && thumbprint === undefined) {
      token.reference = { x5c, thumbprint, kid: readKid(raw, signers, kind) };
    } else token.reference = { x5c, thumbprint };
    if (x5c?.[0] !== undefined && thumbprint !== undefined && !denotes(thumbprint, x5c[0])) {
      throw new VerificationError('MODI_KEY_REFERENCE_CONFLICT', {}, kind);
    }
  },
  proved: (verification) => {
    const { reference } = tokenOf(verification, kind);
    if (reference === undefined) return 'known from an earlier token';
    const { x5c, thumbprint, kid, url } = reference;
    if (kid !== undefined) return `kid ${kid}`;
    return [
      ...(x5c === undefined ? [] : [`x5c of ${x5c.length}`]),
      ...(thumbprint === undefined ? [] : [`x5t#S256 ${thumbprint}`]),
      ...(url === undefined ? [] : [`x5u ${url}`]),
    ].join(', ');
  },
});

function readX5c(value: unknown, most: number, kind: TokenKind): readonly Buffer[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0) throw malformed('not a non-empty array', kind);
  if (value.length > most) {
    throw new VerificationError('MODI_X5C_TOO_MANY', { found: value.length, max: most }, kind);
  }
  return value.map((entry: unknown, index) => {
    if (typeof entry !== 'string') throw malformed(`element ${index + 1} is not a string`, kind);
    if (entry.length > MAX_CERTIFICATE_CHARACTERS) throw malformed(`element ${index + 1} is too large`, kind);
    const der = Buffer.from(entry, 'base64');
    if (der.length === 0 || der.toString('base64') !== entry)
      throw malformed(`element ${index + 1} is not base64`, kind);
    return der;
  });
}

const malformed = (reason: string, kind: TokenKind): VerificationError =>
  new VerificationError('MODI_X5C_MALFORMED', { reason }, kind);

function readThumbprint(value: unknown, kind: TokenKind): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !THUMBPRINT.test(value)) throw new VerificationError('MODI_X5T_MALFORMED', {}, kind);
  return value;
}

const MAX_URL_CHARACTERS = 2048;

/** RFC 7515 4.1.5: https. Only hosts that are allowed are ever asked (RFC 8725 3.10). */
function readX5u(value: unknown, { urlHosts }: SignerDirectory, kind: TokenKind): string | undefined {
  if (value === undefined || urlHosts === undefined) return undefined;
  const isText = typeof value === 'string' && value.length <= MAX_URL_CHARACTERS;
  const url = isText && URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new VerificationError('MODI_X5U_MALFORMED', {}, kind);
  }
  if (urlHosts.has(url.host)) return url.href;
  throw new VerificationError('MODI_X5U_HOST', { found: printable(url.host) }, kind);
}

function readKid(raw: JsonObject, signers: SignerDirectory, kind: TokenKind): string {
  const { kid } = raw;
  if (kid === undefined || signers.byKid === undefined) {
    const expected = ['x5c', 'x5t#S256', ...(signers.byUrl ? ['x5u'] : []), ...(signers.byKid ? ['kid'] : [])].join(
      ', ',
    );
    throw new VerificationError('MODI_KEY_REFERENCE', { found: othersIn(raw), expected }, kind);
  }
  if (typeof kid !== 'string' || !KID.test(kid)) throw new VerificationError('MODI_KID_MALFORMED', {}, kind);
  return kid;
}

function denotes(thumbprint: string, der: Buffer): boolean {
  const computed = createHash('sha256').update(der).digest();
  const claimed = Buffer.from(thumbprint, 'base64url');
  return claimed.length === computed.length && timingSafeEqual(claimed, computed);
}

function othersIn(raw: JsonObject): string {
  const found = UNTRUSTED_REFERENCES.filter((name) => raw[name] !== undefined);
  return found.length === 0 ? 'none' : found.join(', ');
}
