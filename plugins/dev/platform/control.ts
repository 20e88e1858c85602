import type { PlatformFault, PlatformPart } from './faults';
import { json, notFound, problem, type PlatformAnswer, type PlatformRequest } from './http';
import type { MockPlatform } from './platform';

/** The mock's own door, which the national platform has not. */
export const CONTROL = '/mock';

const PARTS: readonly PlatformPart[] = ['jwks', 'token', 'api', 'events', 'answer-keys'];

/**
 * What somebody with a running mock may do to it by HTTP:
 * `GET /mock` shows it; `DELETE /mock/keys/{kid}` deletes a client's key; `POST /mock/rotation/{announce,activate,retire}`
 * changes the keys of vouchers; `PUT /mock/outages/{part}?status=503` or `?delay=2000` breaks a part, `DELETE` mends it.
 */
export function answerControl({ method, path, query }: PlatformRequest, platform: MockPlatform): PlatformAnswer {
  const [, what = '', name = ''] = path.slice(CONTROL.length).split('/');
  switch (`${method} ${what}`) {
    case 'GET ':
      return overview(platform);
    case 'DELETE keys':
      if (!platform.registry.clientKeys.has(name)) return notFound('Key');
      platform.registry.deleteKey(name);
      return overview(platform);
    case 'POST rotation':
      return rotate(name, platform);
    case 'PUT outages':
    case 'DELETE outages':
      return setOutage(name, method === 'PUT' ? faultOf(query) : undefined, platform);
    default:
      return notFound('Resource');
  }
}

function overview({ registry, voucherKeys, faults, seen }: MockPlatform): PlatformAnswer {
  return json({
    clients: [...registry.clients.values()].map(({ id, name, kind }) => ({
      id,
      name,
      kind,
      keys: [...registry.clientKeys.values()].filter(({ owner }) => owner === id).map(({ kid }) => kid),
    })),
    purposes: [...registry.purposes.values()].map(({ id, title, state }) => ({ id, title, state })),
    voucher_keys: { used: voucherKeys.current.kid, published: voucherKeys.jwks().keys.length },
    outages: [...faults.keys()],
    requests: seen,
  });
}

function rotate(step: string, platform: MockPlatform): PlatformAnswer {
  const { voucherKeys } = platform;
  if (step === 'announce') voucherKeys.announce();
  else if (step === 'activate') voucherKeys.activate();
  else if (step === 'retire') voucherKeys.retire();
  else return notFound('Resource');
  return overview(platform);
}

function setOutage(name: string, fault: PlatformFault | undefined, platform: MockPlatform): PlatformAnswer {
  const part = PARTS.find((one) => one === name);
  if (part === undefined) return problem(404, 'Not Found', `the parts are ${PARTS.join(', ')}`);
  if (fault === undefined) platform.faults.delete(part);
  else platform.faults.set(part, fault);
  return overview(platform);
}

function faultOf(query: URLSearchParams): PlatformFault {
  const delay = Number(query.get('delay') ?? 0);
  if (Number.isInteger(delay) && delay > 0) return { kind: 'delay', milliseconds: delay };
  const status = Number(query.get('status') ?? 503);
  return { kind: 'status', status: Number.isInteger(status) && status >= 200 && status <= 599 ? status : 503 };
}
