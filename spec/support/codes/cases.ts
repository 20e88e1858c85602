import type { ModiCode } from '../../../plugins/core/errors';
import type { Cast } from '../corpus';
import { makePdndRequest, type PdndCast, type PdndRecipe } from '../pdnd';
import type { MockPki, MockSigner } from '../pki';
import { refusedChains } from '../pki/refused-chains';
import { NO_HOST, type Beside } from './routes';
import { BODY, makeRequest, type Party, type RequestRecipe, type TestRequest } from '../requests';

/** One way to be refused: the last of `requests` brings about the code. */
export interface CodeCase {
  readonly code: ModiCode;
  /** A route of `codeRoutes`, and what the service answers where that matters. */
  readonly path: string;
  readonly requests: readonly TestRequest[];
}

interface People {
  readonly cast: Cast;
  readonly pki: MockPki;
  /** A TLS client of another body. */
  readonly partner: MockSigner;
  /** Who appears in the world of the national platform. */
  readonly platform: PdndCast;
  /** Servers beside the gateway. */
  readonly beside: Beside;
}

/** The cases beyond the corpus. To add one, add a line. */
export async function codeCases(
  { cast, pki, partner, platform, beside }: People,
  now: number,
): Promise<readonly CodeCase[]> {
  const request = (recipe: Partial<RequestRecipe> = {}): TestRequest => makeRequest({ now, party: cast.ec, ...recipe });
  const one = (code: ModiCode, path: string, recipe: Partial<RequestRecipe> = {}): CodeCase => ({
    code,
    path,
    requests: [request(recipe)],
  });
  const claims = (values: Readonly<Record<string, unknown>>) => ({ idAuth: { claims: values } });
  const named = (by: Readonly<Record<string, string>>) => ({ idAuth: { reference: 'none', header: by } as const });
  const header = (value: string) => ({ wire: { 'x-client-cert': value } });
  const longLength = { 'content-length': String(BODY.length).padStart(16, '0') };
  const repeated = request();
  const resent = request({ integrity: true });
  // With the request's own four exactly a thousand: what is beyond, Node's server cuts off, Host among it.
  const many = Object.fromEntries(Array.from({ length: 996 }, (_, index) => [`h${index}`, '1']));
  return [
    one('MODI_TOO_MANY_HEADERS', 'auth02', { wire: many }),
    // Larger than the route takes, and small enough for the buffers of nginx.
    one('MODI_TOKEN_TOO_LARGE', 'strict', claims({ filler: 'x'.repeat(3500) })),
    one('MODI_CALLER_NOT_ALLOWED', 'callers', { party: cast.other }),
    one('MODI_CALLER_MISMATCH', 'callers', claims({ client_id: 'somebody-else' })),
    one('MODI_CLAIM_RULE_MISSING', 'rules'),
    one('MODI_CLAIM_RULE_MISMATCH', 'rules', claims({ purpose: 'another' })),
    one('MODI_IDENTITY_TOO_LONG', 'byclaim', claims({ client_id: 'x'.repeat(600) })),
    one('MODI_CONSUMER_UNKNOWN', 'registered', claims({ client_id: 'nobody' })),
    one('MODI_CONSUMER_MISMATCH', 'registered', { party: cast.other }),
    { code: 'MODI_REPLAY', path: 'auth02', requests: [repeated, repeated] },
    { code: 'MODI_RESEND_LIMIT', path: 'resends', requests: [resent, resent, resent] },
    one('MODI_REPLAY_STORE_DOWN', 'storeless'),
    one('MODI_CERTIFICATE_REVOKED', 'revoked'),
    one('MODI_REVOCATION_UNKNOWN', 'unlisted'),
    one('MODI_CERTIFICATE_STATUS_UNKNOWN', 'stranger'),
    one('MODI_KEY_UNKNOWN', 'keys', named({ kid: 'comune-2025' })),
    one('MODI_KEY_SOURCE_DOWN', 'keyless', named({ kid: 'comune-2026' })),
    one('MODI_X5U_MALFORMED', 'x5u', named({ x5u: `http://${beside.chainHost}/chain.pem` })),
    one('MODI_X5U_HOST', 'x5u', named({ x5u: 'https://elsewhere.example/chain.pem' })),
    one('MODI_X5U_CONTENT', 'x5u', named({ x5u: `https://${beside.chainHost}/no-chain.pem` })),
    one('MODI_X5U_DOWN', 'x5u', named({ x5u: `https://${NO_HOST}/chain.pem` })),
    one('MODI_INTERNAL', 'broken'),
    one('MODI_CHANNEL_CERTIFICATE_MISSING', 'channel'),
    one('MODI_CHANNEL_CERTIFICATE_MALFORMED', 'channel', header('no certificate')),
    one('MODI_CHANNEL_CERTIFICATE_REFUSED', 'channel', header(cast.pinned.chain[0]?.toString('base64') ?? '')),
    one('MODI_CHANNEL_PARTY_MISMATCH', 'channel', header(partner.der.toString('base64'))),
    one('MODI_CHANNEL_HEADER_UNTRUSTED', 'direct', header(partner.der.toString('base64'))),
    // The number is right, and longer than any number of bytes.
    { code: 'MODI_CONTENT_LENGTH', path: 'both', requests: [request({ integrity: true, wire: longLength })] },
    one('MODI_EVIDENCE_UNAVAILABLE', 'unwritable'),
    one('MODI_EVIDENCE_INCOMPLETE', 'unjudged'),
    one('MODI_ANSWER_BODY_UNAVAILABLE', 'signed/beyond'),
    one('MODI_ANSWER_EVENT_STREAM', 'signed/events'),
    one('MODI_ANSWER_PARTIAL', 'signed/partial'),
    one('MODI_ANSWER_TOO_LARGE', 'signed/large'),
    one('MODI_ANSWER_HEADER_UNSIGNABLE', 'signed/latin'),
    one('MODI_ANSWER_AUDIENCE_UNKNOWN', 'signed/json', claims({ client_id: undefined })),
    one('MODI_ANSWER_NO_RECORD', 'alone/json'),
    one('MODI_ANSWER_FOREIGN_RECORD', 'alone/json', { wire: { 'x-modi-request-id': 'somebody-elses' } }),
    ...(await chainCases(pki, now)),
    ...platformCases(platform, now),
  ];
}

/** Chains that a path cannot be built of, one for each code. */
async function chainCases(pki: MockPki, now: number): Promise<readonly CodeCase[]> {
  const chains = await refusedChains(pki);
  return (['MODI_CERTIFICATE_CONSTRAINT', 'MODI_CERTIFICATE_WEAK_KEY'] as const).flatMap((code) => {
    const found = chains.find(({ verdict, maxChain, extendedKeyUsage, privateKey }) => {
      const plain = maxChain === undefined && extendedKeyUsage === undefined;
      return verdict === code && plain && ['ec', 'rsa'].includes(privateKey.asymmetricKeyType ?? '');
    });
    if (found === undefined) return [];
    const party: Party = { privateKey: found.privateKey, chain: found.x5c };
    return [{ code, path: 'auth02', requests: [makeRequest({ now, party })] }];
  });
}

/** What only a running platform can bring about; its corpus has the rest. */
function platformCases(cast: PdndCast, now: number): readonly CodeCase[] {
  const one = (path: string, recipe: Partial<PdndRecipe> = {}): TestRequest =>
    makePdndRequest({ now, cast, path: `/${path}`, ...recipe });
  const signedBy = (path: string, kid: string): TestRequest =>
    one(path, { integrity: true, signature: { header: { kid } } });
  const [path, stranger, other] = ['p-budget', 'x'.repeat(43), 'y'.repeat(43)];
  return [
    { code: 'MODI_VOUCHER_KEYS_UNAVAILABLE', path: 'p-no-voucher-keys', requests: [one('p-no-voucher-keys')] },
    {
      code: 'MODI_PARTICIPANT_KEYS_UNAVAILABLE',
      path: 'p-no-client-keys',
      requests: [one('p-no-client-keys', { integrity: true })],
    },
    { code: 'MODI_PARTICIPANT_KEY_BUDGET', path, requests: [signedBy(path, stranger), signedBy(path, other)] },
  ];
}
