import { beforeAll, describe, expect, it } from 'vitest';
import { makeCast, type Cast } from '../../support/corpus';
import { makeRequest } from '../../support/requests';
import { NOW, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const BOTH = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };
const methods = (calls: readonly (readonly [string, ...unknown[]])[]): string[] => calls.map(([method]) => method);

const headersOf = (calls: readonly (readonly [string, ...unknown[]])[]): Record<string, unknown> =>
  calls.find(([method]) => method === 'kong.service.request.set_headers')?.[1] as Record<string, unknown>;

const signed = (more = {}) => makeRequest({ now: NOW, party: cast.ec, integrity: true, ...more });

describe('the calls on Kong of an accepted request', () => {
  it('are six with a body, masking and hiding included', async () => {
    const { calls } = await runAccess(verifyRoute(cast, BOTH), signed());
    expect(methods(calls)).toEqual([
      'kong.request.get_headers',
      'kong.request.get_raw_body',
      'kong.service.request.set_headers',
      'kong.log.set_serialize_value',
      'kong.ctx.shared.set',
      'kong.ctx.shared.set',
    ]);
  });

  it('open the gates last, so that nothing passes half done when the plugin server dies in between', async () => {
    const { calls } = await runAccess(verifyRoute(cast, BOTH), signed());
    expect(calls.slice(-2).map(([, key]) => key)).toEqual(['modi', 'authenticated_groups']);
  });

  it('are five without a body', async () => {
    const { calls } = await runAccess(
      verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'] }),
      makeRequest({ now: NOW, party: cast.ec }),
    );
    expect(methods(calls)).toHaveLength(5);
    expect(methods(calls)).not.toContain('kong.request.get_raw_body');
  });

  it('ask for all headers at once, more than Kong gives by default', async () => {
    const { calls } = await runAccess(verifyRoute(cast, BOTH), signed());
    expect(calls[0]).toEqual(['kong.request.get_headers', 1000]);
  });

  it('hide the credentials and set our headers in one call: an empty list removes a header', async () => {
    const { calls } = await runAccess(verifyRoute(cast, BOTH), signed());
    const headers = headersOf(calls);
    expect(headers).toMatchObject({ authorization: [], 'agid-jwt-signature': [], digest: [] });
    expect(headers['x-modi-client']).toBe('CF:IT-80012000000');
  });

  it('mask the token in the logs when it is passed on', async () => {
    const { calls } = await runAccess(verifyRoute(cast, { ...BOTH, hide_credentials: false }), signed());
    expect(calls).toContainEqual(['kong.log.set_serialize_value', 'request.headers.agid-jwt-signature', 'REDACTED']);
    expect(headersOf(calls)).not.toHaveProperty('authorization');
  });

  it('ask for a large body only after the tokens have been found good', async () => {
    const body = Buffer.alloc(200_000);
    const good = await runAccess(verifyRoute(cast, BOTH), signed({ body }));
    expect(methods(good.calls)).toContain('kong.request.get_raw_body');
    const bad = await runAccess(verifyRoute(cast, BOTH), signed({ body, idAuth: { claims: { aud: 'other' } } }));
    expect(methods(bad.calls)).not.toContain('kong.request.get_raw_body');
  });

  it('ask for the body of a request that does not say how long it is', async () => {
    const chunked = signed({ wire: { 'content-length': undefined, 'transfer-encoding': 'chunked' } });
    const memory = await runAccess(verifyRoute(cast, BOTH), chunked);
    expect(memory.exited()).toBeUndefined();
    expect(methods(memory.calls)).toContain('kong.request.get_raw_body');
  });
});

describe('the calls on Kong of a refused request', () => {
  it('tell the log, mask the tokens, and end with the answer', async () => {
    const { calls } = await runAccess(verifyRoute(cast, BOTH), signed({ idAuth: { claims: { aud: 'other' } } }));
    expect(methods(calls)).toEqual([
      'kong.request.get_headers',
      'kong.request.get_raw_body',
      'kong.nginx.get_var',
      'kong.log.set_serialize_value',
      'kong.log.set_serialize_value',
      'kong.response.exit',
    ]);
    expect(calls[3]?.[2]).toMatchObject({
      outcome: 'refused',
      code: 'MODI_AUDIENCE_MISMATCH',
      token: 'ID_AUTH',
      found: 'other',
    });
    expect(calls[4]).toEqual(['kong.log.set_serialize_value', 'request.headers.agid-jwt-signature', 'REDACTED']);
  });

  it('never put a token into the log, the context or the service’s headers', async () => {
    for (const config of [BOTH, { ...BOTH, hide_credentials: false }, { ...BOTH, disclosure: 'full' }]) {
      for (const bend of [{}, { signature: { claims: { aud: 'other' } } }]) {
        const request = signed(bend);
        const { calls } = await runAccess(verifyRoute(cast, config), request);
        const said = JSON.stringify(calls);
        for (const name of ['authorization', 'agid-jwt-signature']) {
          const [, , signature = ''] = String(request.headers[name]).split('.');
          expect(said).not.toContain(signature);
        }
      }
    }
  });
});
