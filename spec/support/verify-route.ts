import { readConfig } from '../../plugins/core/schema';
import { access, compileRoute } from '../../plugins/modi-verify/access';
import type { Route } from '../../plugins/modi-verify/route';
import { modiVerifySchema } from '../../plugins/modi-verify/schema';
import { memoryKong, type MemoryKong, type MemoryRequest } from '../../plugins/runtime/adapters/memory';
import { ExitSignal } from '../../plugins/runtime/exit-signal';
import type { Cast } from './corpus';
import { AUDIENCE } from './requests';

/** The moment at which the tests' requests are made and judged. */
export const NOW = Math.floor(Date.UTC(2026, 5, 1) / 1000);

/** `modi-verify` as configured, on the mock PKI's trust. */
export const verifyRoute = (cast: Cast, config: Record<string, unknown>, now = NOW): Route =>
  compileRoute(
    readConfig(modiVerifySchema, {
      audience: [AUDIENCE],
      trust: { anchors: [cast.anchor], certificates: [cast.pinnedPem] },
      ...config,
    }),
    now,
  );

/** Runs the access phase in memory. */
export async function runAccess(route: Route, request: MemoryRequest, now = NOW): Promise<MemoryKong> {
  const memory = memoryKong({ vars: { kong_request_id: 'r' }, ...request });
  await access(memory.kong, route, now).catch((error: unknown) => {
    if (!(error instanceof ExitSignal)) throw error;
  });
  return memory;
}

/** The problem's members, or `{}` when the request was accepted. */
export const problemOf = (memory: MemoryKong): Record<string, unknown> =>
  JSON.parse(String(memory.exited()?.body ?? '{}')) as Record<string, unknown>;

/** `modi` in Kong's log record. */
export const recordOf = ({ calls }: MemoryKong): Record<string, unknown> =>
  calls.find(([method, key]) => method === 'kong.log.set_serialize_value' && key === 'modi')?.[2] as Record<
    string,
    unknown
  >;

/** What later phases and plugins find in `kong.ctx.shared.modi`. */
export const contextOf = ({ shared }: MemoryKong): Record<string, unknown> =>
  JSON.parse(shared.get('modi') as string) as Record<string, unknown>;
