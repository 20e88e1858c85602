import { pdndCase, type Bend, type PdndCase } from './accepted';
import type { PdndRouteName } from './route';
import { makePdndRequest } from './requests';

const refused = (code: string, name: string, route: PdndRouteName, bend: Bend, status?: number): PdndCase =>
  pdndCase(`${code}: ${name}`, route, bend, code, status);

/** Each way to spoil a token that has a kid, in each token that has one. */
const inAll = (code: string, name: string, header: Record<string, unknown>): PdndCase[] => [
  refused(code, `${name}, integrity`, 'p-integrity', { signature: { header } }, 400),
  refused(code, `${name}, audit`, 'p-audit02', { evidence: { header } }, 400),
];

const OTHER = '99999999-0000-4000-8000-000000000009';

export const PARTICIPANT_REFUSED: readonly PdndCase[] = [
  refused(
    'MODI_SIGNATURE_HEADER_MISSING',
    'no integrity token',
    'p-integrity',
    { wire: { 'agid-jwt-signature': undefined } },
    400,
  ),
  ...['at+jwt', undefined].flatMap((typ) => inAll('MODI_TOKEN_TYP', `typ ${String(typ)}`, { typ })),
  ...['none', 'HS256', 'PS256'].flatMap((alg) => inAll('MODI_TOKEN_ALG', `alg ${alg}`, { alg })),
  ...inAll('MODI_TOKEN_CRIT', 'crit', { crit: ['exp'] }),
  ...inAll('MODI_KID_MISSING', 'no kid', { kid: undefined }),
  ...inAll('MODI_KID_MALFORMED', 'kid with a slash', { kid: '../keys/x' }),
  ...inAll('MODI_PARTICIPANT_KEY_UNKNOWN', 'a kid nobody registered', { kid: 'x'.repeat(43) }),
  refused(
    'MODI_PARTICIPANT_KEY_UNKNOWN',
    "a stranger's key",
    'p-integrity',
    ({ stranger }) => ({ signatureParty: stranger }),
    400,
  ),
  refused(
    'MODI_KEY_OWNER_MISMATCH',
    "another client's key, integrity",
    'p-integrity',
    ({ otherClient }) => ({ signatureParty: otherClient }),
    400,
  ),
  refused(
    'MODI_KEY_OWNER_MISMATCH',
    "another client's key, audit",
    'p-audit02',
    ({ otherClient }) => ({ evidenceParty: otherClient }),
    400,
  ),
  refused(
    'MODI_SIGNATURE_INVALID',
    'an integrity token signed by a stranger',
    'p-integrity',
    ({ stranger }) => ({ signature: { key: stranger.privateKey } }),
    400,
  ),
  refused(
    'MODI_SIGNATURE_INVALID',
    'an audit token signed by a stranger',
    'p-audit02',
    ({ stranger }) => ({ evidence: { key: stranger.privateKey } }),
    400,
  ),
  refused(
    'MODI_CLIENT_MISMATCH',
    'an integrity token that names another client',
    'p-integrity',
    { signature: { claims: { client_id: OTHER } } },
    400,
  ),
  refused(
    'MODI_CLIENT_MISMATCH',
    'an audit token of another issuer',
    'p-audit02',
    { evidence: { claims: { iss: 'c_esempio' } } },
    400,
  ),
  refused(
    'MODI_CLAIM_MISSING',
    'an audit token without iss',
    'p-audit02',
    { evidence: { claims: { iss: undefined } } },
    400,
  ),
  refused(
    'MODI_CLAIM_MISSING',
    'an audit token without purposeId',
    'p-audit01',
    { evidence: { claims: { purposeId: undefined } } },
    400,
  ),
  refused(
    'MODI_PURPOSE_MISMATCH',
    'an integrity token for another purpose',
    'p-integrity',
    { signature: { claims: { purposeId: OTHER } } },
    400,
  ),
  refused(
    'MODI_PURPOSE_MISMATCH',
    'an audit token for another purpose',
    'p-audit01',
    { evidence: { claims: { purposeId: OTHER } } },
    400,
  ),
  refused(
    'MODI_JTI_MISSING',
    'an integrity token without jti',
    'p-integrity',
    { signature: { claims: { jti: undefined } } },
    400,
  ),
  refused(
    'MODI_JTI_MISSING',
    'an audit token without jti',
    'p-audit01',
    { evidence: { claims: { jti: undefined } } },
    400,
  ),
  refused(
    'MODI_AUDIENCE_MISMATCH',
    'an integrity token for somebody else',
    'p-integrity',
    { signature: { claims: { aud: 'x' } } },
    400,
  ),
  refused(
    'MODI_AUDIENCE_MISMATCH',
    'an audit token for the other audience',
    'p-agreed',
    { evidence: { claims: { aud: 'x' } } },
    400,
  ),
  refused(
    'MODI_TOKEN_EXPIRED',
    'an expired audit token',
    'p-audit02',
    (_, now) => ({ evidence: { claims: { iat: now - 100, exp: now - 50 } } }),
    400,
  ),
  refused(
    'MODI_TOKEN_TOO_OLD',
    'an audit token beyond the agreed age',
    'p-agreed',
    (_, now) => ({ evidence: { claims: { iat: now - 130 } } }),
    400,
  ),
  refused(
    'MODI_TOKEN_TOO_OLD',
    'an old integrity token',
    'p-integrity',
    (_, now) => ({ signature: { claims: { iat: now - 400 } } }),
    400,
  ),
  refused(
    'MODI_DIGEST_MISMATCH',
    'another body',
    'p-integrity',
    {
      wire: { digest: `SHA-256=${'A'.repeat(43)}=` },
      signature: {
        claims: { signed_headers: [{ digest: `SHA-256=${'A'.repeat(43)}=` }, { 'content-type': 'application/json' }] },
      },
    },
    400,
  ),
];

export const AUDIT_REFUSED: readonly PdndCase[] = [
  refused(
    'MODI_AUDIT_MISSING',
    'no audit token',
    'p-audit02',
    { wire: { 'agid-jwt-trackingevidence': undefined } },
    400,
  ),
  refused(
    'MODI_AUDIT_MISSING',
    'taken away where it is optional',
    'p-optional',
    { wire: { 'agid-jwt-trackingevidence': undefined } },
    400,
  ),
  refused(
    'MODI_AUDIT_HEADER',
    'two audit tokens',
    'p-audit02',
    { wire: { 'agid-jwt-trackingevidence': ['a.b.c', 'a.b.c'] } },
    400,
  ),
  refused(
    'MODI_AUDIT_HEADER',
    'a list of audit tokens',
    'p-audit02',
    { wire: { 'agid-jwt-trackingevidence': 'a.b.c,a.b.c' } },
    400,
  ),
  refused(
    'MODI_AUDIT_HEADER',
    'a scheme word',
    'p-audit02',
    { wire: { 'agid-jwt-trackingevidence': 'Bearer a.b.c' } },
    400,
  ),
  refused('MODI_CLAIM_MISSING', 'no dnonce', 'p-audit02', { evidence: { claims: { dnonce: undefined } } }, 400),
  ...[123, '123', 48151623420070, -815162342007, 481516234200.5, 'x'.repeat(13), true, null, {}].map((dnonce) =>
    refused(
      'MODI_AUDIT_DNONCE',
      `dnonce ${JSON.stringify(dnonce)}`,
      'p-audit02',
      { evidence: { claims: { dnonce } } },
      400,
    ),
  ),
  ...['userID', 'userLocation'].map((name) =>
    refused(
      'MODI_AUDIT_CLAIM_MISSING',
      `no ${name}`,
      'p-audit01',
      { evidence: { claims: { [name]: undefined } } },
      400,
    ),
  ),
  refused(
    'MODI_AUDIT_CLAIM_MISSING',
    'no agreed datum',
    'p-agreed',
    { evidence: { claims: { userRole: undefined } } },
    400,
  ),
  ...[5, '', 'x'.repeat(257), {}, null, ['a']].map((userID) =>
    refused(
      'MODI_AUDIT_CLAIM_VALUE',
      `userID ${JSON.stringify(userID).slice(0, 20)}`,
      'p-audit01',
      { evidence: { claims: { userID } } },
      400,
    ),
  ),
  ...[
    { userRole: 'sindaco' },
    { userCodiceFiscale: 'RSSMRA80A01H501' },
    { userCodiceFiscale: ' RSSMRA80A01H501U' },
    { userLoa: '3' },
    { userLoa: 4 },
    { traceID: 'abc' },
    { traceID: 'abcdefghi' },
  ].map((claims) =>
    refused('MODI_AUDIT_CLAIM_VALUE', JSON.stringify(claims), 'p-agreed', { evidence: { claims } }, 400),
  ),
  refused('MODI_AUDIT_DIGEST_MISSING', 'a voucher for no audit token', 'p-audit02', { digest: undefined }, 400),
  ...[
    'x',
    null,
    [],
    {},
    { alg: 'SHA-256', value: '0'.repeat(64) },
    { alg: 'SHA256', value: '0'.repeat(63) },
    { alg: 'SHA256', value: 'g'.repeat(64) },
    { alg: 'SHA256', value: 5 },
  ].map((digest) =>
    refused('MODI_AUDIT_DIGEST_MALFORMED', `digest ${JSON.stringify(digest)}`, 'p-audit02', { digest }, 400),
  ),
  refused(
    'MODI_AUDIT_DIGEST_MISMATCH',
    'a voucher for another audit token',
    'p-audit02',
    { digest: { alg: 'SHA256', value: '0'.repeat(64) } },
    400,
  ),
  refused(
    'MODI_AUDIT_DIGEST_MISMATCH',
    'the audit token of another call of the same client',
    'p-all',
    (cast, now) => {
      const { headers } = makePdndRequest({ now, cast, path: '/', audit: true });
      return { wire: { 'agid-jwt-trackingevidence': headers['agid-jwt-trackingevidence'] } };
    },
    400,
  ),
];
