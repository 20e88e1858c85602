import { beforeAll, describe, expect, it } from 'vitest';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { makeCast, type Cast } from '../../support/corpus';
import { makeRequest } from '../../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const BOTH = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };
const ALLOWED = { ...BOTH, replay: { on_duplicate: 'allow_same_digest', max_resends: 2 } };
const attemptTold = ({ calls }: MemoryKong): unknown =>
  (calls.find(([method]) => method === 'kong.service.request.set_headers')?.[1] as Record<string, unknown>)[
    'x-modi-attempt'
  ];

let messages = 0;
/** One message: each call signs it anew at `now`, with the same jti in the integrity token. */
function message(): (more?: Record<string, unknown>, now?: number) => ReturnType<typeof makeRequest> {
  const jti = `message ${(messages += 1)}`;
  return (more = {}, now = NOW) =>
    makeRequest({ now, party: cast.ec, integrity: true, signature: { claims: { jti } }, ...more });
}

describe('on_duplicate: allow_same_digest', () => {
  it('lets the same message through as often as agreed, tells the attempt, then names the limit', async () => {
    const route = verifyRoute(cast, ALLOWED);
    const sent = message();
    const attempts = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const memory = await runAccess(route, sent());
      expect(memory.exited()).toBeUndefined();
      attempts.push([
        attemptTold(memory),
        (JSON.parse(memory.shared.get('modi') as string) as Record<string, unknown>)['attempt'],
      ]);
    }
    expect(attempts).toEqual([
      [undefined, undefined],
      ['2', 2],
      ['3', 3],
    ]);
    expect(problemOf(await runAccess(route, sent()))).toMatchObject({ code: 'MODI_RESEND_LIMIT', status: 409 });
  });

  it('takes the very same bytes as a resend too', async () => {
    const route = verifyRoute(cast, ALLOWED);
    const request = message()();
    for (let attempt = 1; attempt <= 3; attempt += 1)
      expect((await runAccess(route, request)).exited()).toBeUndefined();
    expect(problemOf(await runAccess(route, request))['code']).toBe('MODI_RESEND_LIMIT');
  });

  it('remembers a message for as long as its latest token lives', async () => {
    const route = verifyRoute(cast, ALLOWED);
    const sent = message();
    expect((await runAccess(route, sent())).exited()).toBeUndefined();
    expect((await runAccess(route, sent({}, NOW + 60), NOW + 60)).exited()).toBeUndefined();
    expect((await runAccess(route, sent({}, NOW + 120), NOW + 120)).exited()).toBeUndefined();
    expect(problemOf(await runAccess(route, sent({}, NOW + 170), NOW + 170))['code']).toBe('MODI_RESEND_LIMIT');
  });

  it('is a replay with another body, method or path', async () => {
    const route = verifyRoute(cast, ALLOWED);
    const sent = message();
    expect((await runAccess(route, { ...sent(), method: 'POST', pathWithQuery: '/a?b=1' })).exited()).toBeUndefined();
    for (const other of [
      { ...sent({ body: Buffer.from('another') }), method: 'POST', pathWithQuery: '/a?b=1' },
      { ...sent(), method: 'PUT', pathWithQuery: '/a?b=1' },
      { ...sent(), method: 'POST', pathWithQuery: '/a?b=2' },
    ]) {
      expect(problemOf(await runAccess(route, other))).toMatchObject({ code: 'MODI_REPLAY', status: 409 });
    }
    expect((await runAccess(route, { ...sent(), method: 'POST', pathWithQuery: '/a?b=1' })).exited()).toBeUndefined();
  });

  it('is a replay without a signed body, and on a route where nothing was agreed', async () => {
    const route = verifyRoute(cast, ALLOWED);
    const bodiless = makeRequest({ now: NOW, party: cast.ec });
    expect((await runAccess(route, bodiless)).exited()).toBeUndefined();
    expect(problemOf(await runAccess(route, bodiless))['code']).toBe('MODI_REPLAY');
    const sent = message();
    expect((await runAccess(route, sent())).exited()).toBeUndefined();
    expect(problemOf(await runAccess(verifyRoute(cast, BOTH), sent()))['code']).toBe('MODI_REPLAY');
  });

  it('does not turn a message of a strict route into one that may come again', async () => {
    const sent = message();
    expect((await runAccess(verifyRoute(cast, BOTH), sent())).exited()).toBeUndefined();
    expect(problemOf(await runAccess(verifyRoute(cast, ALLOWED), sent()))['code']).toBe('MODI_REPLAY');
  });

  it('asks Kong for method and path only where resends are allowed', async () => {
    const methods = async (config: Record<string, unknown>) =>
      (await runAccess(verifyRoute(cast, config), message()())).calls.map(([method]) => method);
    expect(await methods(ALLOWED)).toContain('kong.request.get_path_with_query');
    expect(await methods(BOTH)).not.toContain('kong.request.get_path_with_query');
  });
});
