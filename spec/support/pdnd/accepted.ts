import { createHash } from 'node:crypto';
import { AUDIENCE } from '../requests';
import type { PdndCast } from './cast';
import { makePdndRequest, PUBLIC_URL, type PdndRecipe } from './requests';
import type { PdndRouteName } from './route';
import type { TestRequest } from '../requests';

export type Bend = Partial<PdndRecipe> | ((cast: PdndCast, now: number) => Partial<PdndRecipe>);

/** One request of the corpus of the platform. */
export interface PdndCase {
  readonly name: string;
  readonly route: PdndRouteName;
  /** Absent: the request must be accepted. */
  readonly code?: string;
  readonly status?: number;
  make(cast: PdndCast, now: number): TestRequest;
}

/** What a correct request to a route carries. */
const TOKENS: Readonly<Record<PdndRouteName, Partial<PdndRecipe>>> = {
  'p-voucher': {},
  'p-lax': {},
  'p-integrity': { integrity: true },
  'p-audit01': { audit: true, digest: undefined },
  'p-audit02': { audit: true },
  'p-optional': { audit: true },
  'p-agreed': {
    audit: true,
    digest: undefined,
    evidence: {
      claims: {
        aud: 'https://api.ente.example/audit',
        userRole: 'operatore',
        userCodiceFiscale: 'RSSMRA80A01H501U',
        userID: undefined,
      },
    },
  },
  'p-dpop': { dpop: true },
  'p-any': { dpop: true },
  'p-all': { dpop: true, audit: true, integrity: true },
};

export const pdndCase = (
  name: string,
  route: PdndRouteName,
  bend: Bend = {},
  code?: string,
  status?: number,
): PdndCase => ({
  name,
  route,
  ...(code === undefined ? {} : { code }),
  ...(status === undefined ? {} : { status }),
  make: (cast, now) => {
    const bent = typeof bend === 'function' ? bend(cast, now) : bend;
    const usual = TOKENS[route];
    const evidence = {
      ...usual.evidence,
      ...bent.evidence,
      claims: { ...usual.evidence?.claims, ...bent.evidence?.claims },
    };
    return makePdndRequest({ now, cast, path: `/${route}`, ...usual, ...bent, evidence });
  },
});

const upperHex = (token: string): { alg: string; value: string } => ({
  alg: 'SHA256',
  value: createHash('sha256').update(token).digest('hex').toUpperCase(),
});

const jwkOf = ({ proofEc }: PdndCast): Record<string, unknown> => proofEc.publicKey.export({ format: 'jwk' });

export const PDND_ACCEPTED: readonly PdndCase[] = [
  ...(
    [
      'p-voucher',
      'p-lax',
      'p-integrity',
      'p-audit01',
      'p-audit02',
      'p-optional',
      'p-agreed',
      'p-dpop',
      'p-any',
      'p-all',
    ] as const
  ).map((route) => pdndCase(`all as it should be, ${route}`, route)),
  pdndCase('typ application/at+jwt', 'p-voucher', { voucher: { header: { typ: 'application/at+jwt' } } }),
  pdndCase('typ in another case', 'p-voucher', { voucher: { header: { typ: 'AT+JWT' } } }),
  pdndCase('typ dpop+jwt where that is accepted', 'p-lax', { voucher: { header: { typ: 'dpop+jwt' } } }),
  pdndCase('several audiences in one string', 'p-voucher', {
    voucher: { claims: { aud: `https://other.example/v1, ${AUDIENCE}` } },
  }),
  pdndCase('audiences in an array', 'p-voucher', {
    voucher: { claims: { aud: ['https://other.example/v1', AUDIENCE] } },
  }),
  pdndCase('a voucher of an hour ago', 'p-voucher', (_, now) => ({
    voucher: { claims: { iat: now - 3600, nbf: now - 3600, exp: now + 60 } },
  })),
  pdndCase('scheme in another case', 'p-voucher', (cast, now) => ({
    wire: {
      authorization: String(makePdndRequest({ now, cast, path: '/' }).headers['authorization']).replace(
        'Bearer',
        'bEARER',
      ),
    },
  })),
  pdndCase('no eserviceId where none is looked at', 'p-lax', {
    voucher: {
      claims: { eserviceId: undefined, descriptorId: undefined, producerId: undefined, consumerId: undefined },
    },
  }),
  pdndCase('a certificate beside kid is not looked at', 'p-integrity', { signature: { header: { x5c: ['AAAA'] } } }),
  pdndCase('integrity without purposeId and with it', 'p-integrity', {
    signature: { claims: { purposeId: '55555555-0000-4000-8000-000000000001' } },
  }),
  pdndCase('an organisation as iss of the integrity token', 'p-integrity', {
    signature: { claims: { iss: 'c_esempio' } },
  }),
  pdndCase('no audit token where it is optional', 'p-optional', { audit: false }),
  pdndCase('dnonce as a string', 'p-audit02', { evidence: { claims: { dnonce: '0815162342007' } } }),
  pdndCase('digest in upper case', 'p-audit02', (cast, now) => {
    const evidence = makePdndRequest({ now, cast, path: '/', audit: true }).headers[
      'agid-jwt-trackingevidence'
    ] as string;
    return { digest: upperHex(evidence), wire: { 'agid-jwt-trackingevidence': evidence } };
  }),
  pdndCase('no LoA, which is not required', 'p-audit02', { evidence: { claims: { LoA: undefined } } }),
  pdndCase('agreed data of all kinds', 'p-agreed', { evidence: { claims: { userLoa: 3, traceID: 'abcd1234' } } }),
  pdndCase('an audit token of an hour ago', 'p-audit02', (_, now) => ({
    evidence: { claims: { iat: now - 3600, exp: now + 60 } },
  })),
  pdndCase('a digest in the voucher that nobody asked for', 'p-audit01', {
    digest: { alg: 'SHA256', value: '00'.repeat(32) },
  }),
  pdndCase('a proof by RSA', 'p-dpop', ({ proofRsa }) => ({ proofParty: proofRsa })),
  pdndCase('htu with query and fragment', 'p-dpop', { proof: { claims: { htu: `${PUBLIC_URL}/p-dpop?a=b#c` } } }),
  pdndCase('htu in another spelling of the same URI', 'p-dpop', {
    proof: { claims: { htu: 'HTTPS://API.ente.example:443/x/../%70-dpop' } },
  }),
  pdndCase('a proof of 50 s ago, and one 4 s ahead', 'p-dpop', (_, now) => ({ proof: { claims: { iat: now - 50 } } })),
  pdndCase('a proof 4 s ahead of our clock', 'p-dpop', (_, now) => ({ proof: { claims: { iat: now + 4 } } })),
  pdndCase('further claims in a proof', 'p-dpop', { proof: { claims: { nonce: 'x', exp: 1 } } }),
  pdndCase('a bearer voucher where any kind is taken', 'p-any', { dpop: false }),
  pdndCase('further members in jwk where they are accepted', 'p-any', (cast) => ({
    proof: { header: { jwk: { ...jwkOf(cast), kid: 'k', use: 'sig', key_ops: ['verify'] } } },
  })),
  pdndCase('no body, so no integrity token', 'p-integrity', {
    body: Buffer.alloc(0),
    integrity: false,
  }),
];
