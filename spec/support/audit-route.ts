import { readConfig } from '../../plugins/core/schema';
import { access } from '../../plugins/modi-audit/access';
import { response } from '../../plugins/modi-audit/response';
import { compileRoute, type Route } from '../../plugins/modi-audit/route';
import { modiAuditSchema } from '../../plugins/modi-audit/schema';
import { memoryKong, type MemoryKong, type MemoryRequest } from '../../plugins/runtime/adapters/memory';
import { ExitSignal } from '../../plugins/runtime/exit-signal';
import type { Cast } from './corpus';
import { makeRequest } from './requests';
import { NOW, runAccess, verifyRoute } from './verify-route';

export const KONG_ID = '3e950011ca47ff74aaa06e20172fa882';

/** `modi-audit` as configured, writing ahead unless told otherwise. */
export const auditRoute = (directory: string | undefined, config: Record<string, unknown> = {}): Route =>
  compileRoute(
    readConfig(modiAuditSchema, {
      organization: 'ente-di-esempio',
      durability: 'before_response',
      ...(directory === undefined ? {} : { directory }),
      ...config,
    }),
  );

export const BOTH = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };

/** A request that `modi-verify` has accepted in this process, as the later phases of Kong see it. */
export async function accepted(
  cast: Cast,
  recipe: Parameters<typeof makeRequest>[0] | object = {},
  config: Record<string, unknown> = BOTH,
): Promise<{ request: ReturnType<typeof makeRequest>; seen: MemoryRequest }> {
  const request = makeRequest({ now: NOW, party: cast.ec, integrity: true, ...recipe });
  const { shared } = await runAccess(verifyRoute(cast, config), request);
  return { request, seen: { shared, body: request.body, vars: { kong_request_id: KONG_ID } } };
}

async function run(phase: typeof access, route: Route, request: MemoryRequest, now: number): Promise<MemoryKong> {
  const memory = memoryKong(request);
  await phase(memory.kong, route, now).catch((error: unknown) => {
    if (!(error instanceof ExitSignal)) throw error;
  });
  return memory;
}

export const runAuditAccess = (route: Route, request: MemoryRequest, now = NOW): Promise<MemoryKong> =>
  run(access, route, request, now);

export const runAuditResponse = (route: Route, request: MemoryRequest, now = NOW): Promise<MemoryKong> =>
  run(response, route, request, now);

/** An answer as `modi-sign` leaves it. */
export const signedAnswer = (more: object = {}): MemoryRequest => ({
  vars: { kong_request_id: KONG_ID, http_x_modi_request_id: 'own-id' },
  answer: {
    status: 200,
    headers: { 'agid-jwt-signature': 'h.p.s', digest: 'SHA-256=AA==' },
    body: Buffer.from('answer'),
  },
  ...more,
});
