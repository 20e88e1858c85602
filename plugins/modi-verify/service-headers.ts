import { certificateOf } from '../core/trust';
import type { Verification } from '../core/verify';
import { patternsOf } from '../core/verify';
import type { HeaderValues } from '../runtime/kong';
import { auditHeaders, voucherHeaders } from './pdnd-facts';
import type { ModiVerifyConfig } from './schema';

/** Hidden from the service: they are ours to judge, and a bearer token is a credential. */
const CREDENTIAL_HEADERS: readonly string[] = [
  'authorization',
  'dpop',
  'agid-jwt-signature',
  'agid-jwt-trackingevidence',
  'digest',
];

/** A longer value is left out whole: a cut one would be another one, and servers refuse headers without measure. */
const MAX_VALUE_CHARACTERS = 2048;

const OWN_PREFIX = 'x-modi-';

/**
 * All changes to the headers that the service gets, for one single call: an empty list removes a header. Whatever a
 * client sent under our prefix is removed, also spelled with underscores, which many back ends read as dashes.
 */
export function serviceHeaders(
  config: ModiVerifyConfig,
  verification: Verification,
  { requestId, attempt }: { readonly requestId: string; readonly attempt: number },
): HeaderValues {
  const changes: Record<string, string | readonly string[]> = {};
  for (const name of verification.headers.keys()) {
    if (name.replaceAll('_', '-').startsWith(OWN_PREFIX)) changes[name] = [];
  }
  if (config.hide_credentials) {
    const { header } = verification.policy.channel ?? {};
    if (header !== undefined && verification.headers.has(header)) changes[header] = [];
    for (const name of CREDENTIAL_HEADERS) if (verification.headers.has(name)) changes[name] = [];
  }
  changes['x-modi-request-id'] = requestId;
  if (attempt > 1) changes['x-modi-attempt'] = String(attempt);
  return config.upstream_headers ? Object.assign(changes, callerHeaders(verification)) : changes;
}

function callerHeaders(verification: Verification): Record<string, string> {
  const { client, policy, tokens, channelHolder } = verification;
  const { claims, signer } = tokens.ID_AUTH ?? tokens.VOUCHER ?? {};
  const certificate = certificateOf(signer);
  const values = {
    'x-modi-client': client,
    'x-modi-patterns': patternsOf(policy).join(','),
    'x-modi-issuer': claims?.iss,
    'x-modi-subject': claims?.sub,
    'x-modi-client-id': claims?.clientId,
    'x-modi-jti': (tokens.INTEGRITY ?? tokens.DPOP)?.claims?.jti ?? claims?.jti,
    'x-modi-organization': certificate?.organizationIdentifier,
    'x-modi-certificate-subject': certificate?.subject,
    'x-modi-certificate-sha256': certificate?.thumbprint,
    'x-modi-channel-organization': channelHolder?.organizationIdentifier,
    'x-modi-channel-subject': channelHolder?.subject,
    ...voucherHeaders(verification),
    ...auditHeaders(verification),
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, value]) => [name, headerSafe(value)] as const)
      .filter(([, value]) => value.length <= MAX_VALUE_CHARACTERS),
  );
}

/** Claims are any text; a header is printable ASCII. Everything else, and the percent sign, is percent-encoded UTF-8. */
const headerSafe = (text: string): string =>
  text.replaceAll(/[^\x20-\x24\x26-\x7e]+/g, (run) =>
    [...Buffer.from(run, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
