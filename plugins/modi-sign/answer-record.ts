import type { HeaderValues, JsonValue } from '../runtime/kong';
import type { Route } from './route';
import type { SignedToken } from './token';

/** `modi.response` in Kong's log record: what was said of the service's answer, and under which key. Never the token. */
export function answerRecord(
  { configVersion }: Route,
  status: number,
  headers: HeaderValues,
  signed: SignedToken | undefined,
): JsonValue {
  const rest = { status, config_version: configVersion };
  if (signed === undefined) return { outcome: 'unsigned', ...rest };
  const { Digest: digest } = headers;
  const { jti, key } = signed;
  return { outcome: 'signed', jti, key, ...(typeof digest === 'string' ? { digest } : {}), ...rest };
}
