import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Localized, ModiCode } from '../../core/errors';
import type { WireRequest } from '../request';
import type { Draft } from './drafts';

/** One way to spoil a correct request of the platform's world, and the code with which a gateway refuses it. */
export interface PdndBreakage {
  readonly about: Localized;
  readonly expect: ModiCode;
  /** What the request must have for the breakage to mean anything. */
  readonly needs?: 'dpop' | 'audit' | 'integrity';
  /** Changes the audit token before it is signed, and before the voucher is asked for. */
  readonly audit?: (draft: Draft) => Draft;
  readonly proof?: (draft: Draft) => Draft;
  readonly integrity?: (draft: Draft) => Draft;
  /** Changes what goes out. */
  readonly wire?: (wire: WireRequest) => WireRequest;
  /** The audit token that is sent is not the one that the voucher was asked for with. */
  readonly otherAudit?: true;
  /** The very same request is sent before, and it is the second that counts. */
  readonly twice?: true;
}

const proof = (expect: ModiCode, en: string, it: string, change: (draft: Draft) => Draft): PdndBreakage => ({
  about: { en, it },
  expect,
  needs: 'dpop',
  proof: change,
});

const audit = (expect: ModiCode, en: string, it: string, change: (draft: Draft) => Draft): PdndBreakage => ({
  about: { en, it },
  expect,
  needs: 'audit',
  audit: change,
});

const integrity = (expect: ModiCode, en: string, it: string, change: (draft: Draft) => Draft): PdndBreakage => ({
  about: { en, it },
  expect,
  needs: 'integrity',
  integrity: change,
});

/** `undefined` takes a claim away. */
const claims = (draft: Draft, changes: Readonly<Record<string, unknown>>): Draft => ({
  ...draft,
  claims: Object.fromEntries(
    Object.entries({ ...draft.claims, ...changes }).filter(([, value]) => value !== undefined),
  ),
});

const jose = (draft: Draft, changes: Readonly<Record<string, unknown>>): Draft => ({
  ...draft,
  jose: { ...draft.jose, ...changes },
});

const without = (wire: WireRequest, name: string): WireRequest => ({
  ...wire,
  headers: wire.headers.filter(([candidate]) => candidate.toLowerCase() !== name),
});

const withHeader = (wire: WireRequest, name: string, change: (value: string) => string): WireRequest => ({
  ...wire,
  headers: wire.headers.map(([candidate, value]) => [
    candidate,
    candidate.toLowerCase() === name ? change(value) : value,
  ]),
});

/** A bit in the middle of the signature: its last characters may hold bits that count for nothing. */
const flipped = (token: string): string => {
  const at = token.lastIndexOf('.') + 20;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
};

const foreignKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

function foreignProof(draft: Draft): Draft {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  return { ...jose(draft, { jwk: { crv, kty, x, y } }), key: privateKey };
}

const ANOTHER_ID = '99999999-0000-4000-8000-000000000009';

/** Every `--break` of a request with a voucher, in the order of the checks that find it. */
export const PDND_BREAKAGES: Readonly<Record<string, PdndBreakage>> = {
  'no-voucher': {
    about: { en: 'send no voucher', it: 'non invia il voucher' },
    expect: 'MODI_AUTHORIZATION_MISSING',
    wire: (wire) => without(wire, 'authorization'),
  },
  'voucher-signature': {
    about: { en: 'flip a bit of the signature of the voucher', it: 'cambia un bit della firma del voucher' },
    expect: 'MODI_SIGNATURE_INVALID',
    wire: (wire) => withHeader(wire, 'authorization', flipped),
  },
  'bound-as-bearer': {
    about: { en: 'send the bound voucher as Bearer', it: 'invia come Bearer il voucher vincolato' },
    expect: 'MODI_VOUCHER_BOUND',
    needs: 'dpop',
    wire: (wire) => withHeader(wire, 'authorization', (value) => value.replace(/^DPoP /, 'Bearer ')),
  },
  'no-proof': {
    about: { en: 'leave out the header DPoP', it: "omette l'intestazione DPoP" },
    expect: 'MODI_DPOP_MISSING',
    needs: 'dpop',
    wire: (wire) => without(wire, 'dpop'),
  },
  'proof-private-key': proof(
    'MODI_DPOP_PRIVATE_KEY',
    'put the private key into the proof',
    'inserisce la chiave privata nella prova',
    (draft) => jose(draft, { jwk: draft.key.export({ format: 'jwk' }) }),
  ),
  'proof-method': proof('MODI_DPOP_METHOD', 'a proof for DELETE', 'una prova per DELETE', (draft) =>
    claims(draft, { htm: 'DELETE' }),
  ),
  'proof-uri': proof('MODI_DPOP_URI', 'a proof for another URI', 'una prova per un altro URI', (draft) =>
    claims(draft, { htu: 'https://another-service.example/' }),
  ),
  'proof-voucher': proof(
    'MODI_DPOP_TOKEN_HASH',
    'a proof for another voucher',
    'una prova per un altro voucher',
    (draft) => claims(draft, { ath: randomBytes(32).toString('base64url') }),
  ),
  'proof-old': proof('MODI_TOKEN_TOO_OLD', 'a proof of an hour ago', "una prova di un'ora fa", (draft) =>
    claims(draft, { iat: Number(draft.claims['iat']) - 3600 }),
  ),
  'proof-key': proof('MODI_DPOP_KEY', 'a proof by another key', "una prova con un'altra chiave", foreignProof),
  'proof-reuse': {
    about: { en: 'send the same request twice', it: 'invia due volte la stessa richiesta' },
    expect: 'MODI_REPLAY',
    needs: 'dpop',
    twice: true,
  },
  'no-audit': {
    about: { en: 'leave out Agid-JWT-TrackingEvidence', it: 'omette Agid-JWT-TrackingEvidence' },
    expect: 'MODI_AUDIT_MISSING',
    needs: 'audit',
    wire: (wire) => without(wire, 'agid-jwt-trackingevidence'),
  },
  'audit-kid': audit(
    'MODI_PARTICIPANT_KEY_UNKNOWN',
    'name a key that nobody registered',
    'indica una chiave che nessuno ha registrato',
    (draft) => jose(draft, { kid: randomBytes(32).toString('base64url') }),
  ),
  'audit-key': audit(
    'MODI_SIGNATURE_INVALID',
    'sign the audit token with another key',
    "firma il token di audit con un'altra chiave",
    (draft) => ({ ...draft, key: foreignKey() }),
  ),
  'audit-issuer': audit(
    'MODI_CLIENT_MISMATCH',
    'an audit token of another client',
    'un token di audit di un altro client',
    (draft) => claims(draft, { iss: ANOTHER_ID }),
  ),
  'audit-purpose': audit(
    'MODI_PURPOSE_MISMATCH',
    'an audit token for another purpose',
    "un token di audit per un'altra finalità",
    (draft) => claims(draft, { purposeId: ANOTHER_ID }),
  ),
  'audit-dnonce': audit('MODI_AUDIT_DNONCE', 'a dnonce of 5 digits', 'un dnonce di 5 cifre', (draft) =>
    claims(draft, { dnonce: 12345 }),
  ),
  'audit-user': audit('MODI_AUDIT_CLAIM_MISSING', 'leave out userID', 'omette userID', (draft) =>
    claims(draft, { userID: undefined }),
  ),
  'other-audit': {
    about: {
      en: 'send another audit token than the voucher was asked for with',
      it: 'invia un token di audit diverso da quello del voucher',
    },
    expect: 'MODI_AUDIT_DIGEST_MISMATCH',
    needs: 'audit',
    otherAudit: true,
  },
  'no-integrity': {
    about: { en: 'leave out Agid-JWT-Signature', it: 'omette Agid-JWT-Signature' },
    expect: 'MODI_SIGNATURE_HEADER_MISSING',
    needs: 'integrity',
    wire: (wire) => without(wire, 'agid-jwt-signature'),
  },
  'integrity-kid': integrity('MODI_KID_MISSING', 'name no key', 'non indica la chiave', (draft) =>
    jose(draft, { kid: undefined }),
  ),
  'integrity-aud': integrity(
    'MODI_AUDIENCE_MISMATCH',
    'an integrity token for another service',
    'un token di integrità per un altro servizio',
    (draft) => claims(draft, { aud: 'https://another-service.example/' }),
  ),
  'integrity-old': integrity(
    'MODI_TOKEN_TOO_OLD',
    'an integrity token of two hours ago',
    'un token di integrità di due ore fa',
    (draft) => claims(draft, { iat: Number(draft.claims['iat']) - 7200 }),
  ),
  digest: {
    about: { en: 'change the body after signing', it: 'cambia il corpo dopo la firma' },
    expect: 'MODI_DIGEST_MISMATCH',
    needs: 'integrity',
    wire: (wire) => ({ ...wire, body: Buffer.concat([wire.body, Buffer.from(' ')]) }),
  },
};
