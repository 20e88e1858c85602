import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { makeCast, type Cast } from '../../support/corpus';
import { BODY, makeRequest } from '../../support/requests';
import { contextOf, NOW, recordOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const BOTH = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };
const signed = (more = {}) => makeRequest({ now: NOW, party: cast.ec, integrity: true, ...more });
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const masked = ({ calls }: MemoryKong): unknown[] =>
  calls
    .filter(([method, , value]) => method === 'kong.log.set_serialize_value' && value === 'REDACTED')
    .map(([, key]) => key);

describe('the record of an accepted request', () => {
  it('has ids, caller, keys, digest, size, and by what it was judged', async () => {
    const wire = { 'x-correlation-id': 'c-1', traceparent: TRACE };
    const signature = { claims: { jti: 'j-1', purposeId: 'p-1' } };
    const memory = await runAccess(verifyRoute(cast, BOTH), signed({ wire, signature }));
    const record = recordOf(memory);
    expect(record).toMatchObject({
      outcome: 'accepted',
      patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
      client: 'CF:IT-80012000000',
      purpose: 'p-1',
      correlation_id: 'c-1',
      traceparent: TRACE,
      body_bytes: BODY.length,
    });
    expect(record['request_id']).toBe(contextOf(memory)['request_id']);
    expect(record['integrity']).toMatchObject({ jti: 'j-1', key: `x5t#S256:${String(record['certificate_sha256'])}` });
    expect(record['config_version']).toMatch(/^[0-9a-f]{32}$/);
    expect(record['trust_version']).toMatch(/^[\w-]{43}$/);
  });

  it('names the configuration: the same for the same, another for another, none for a secret', async () => {
    const version = async (config: object): Promise<unknown> =>
      recordOf(await runAccess(verifyRoute(cast, { ...BOTH, ...config }), signed()))['config_version'];
    const one = await version({});
    expect(await version({})).toBe(one);
    expect(await version({ max_age: 299 })).not.toBe(one);
    const redis = (password: string) => ({ replay: { redis: { host: 'h', password } } });
    expect(await version(redis('a'))).toBe(await version(redis('b')));
  });

  it.each([
    ['x-correlation-id', 'two words'],
    ['x-correlation-id', 'x'.repeat(129)],
    ['x-correlation-id', ['a', 'b']],
    ['traceparent', '00-xyz-00-01'],
  ])('leaves out %s when it is "%s"', async (name, value) => {
    const record = recordOf(await runAccess(verifyRoute(cast, BOTH), signed({ wire: { [name]: value } })));
    expect(record).not.toHaveProperty('correlation_id');
    expect(record).not.toHaveProperty('traceparent');
  });
});

describe('the record of a refused request', () => {
  it('names tokens by their hash, and by their ids only when the signature holds', async () => {
    const request = signed({ signature: { claims: { aud: 'other', jti: 'j-2' } }, wire: { traceparent: TRACE } });
    const record = recordOf(await runAccess(verifyRoute(cast, BOTH), request));
    const hash = (token: unknown): string => createHash('sha256').update(String(token)).digest('hex');
    expect(record).toMatchObject({
      outcome: 'refused',
      code: 'MODI_AUDIENCE_MISMATCH',
      token: 'INTEGRITY',
      traceparent: TRACE,
      tokens: {
        ID_AUTH: { sha256: hash(String(request.headers['authorization']).slice(7)) },
        INTEGRITY: { jti: 'j-2', sha256: hash(request.headers['agid-jwt-signature']) },
      },
    });
    const forged = signed({
      wire: { authorization: `Bearer ${String(request.headers['agid-jwt-signature']).slice(0, -8)}AAAAAAAA` },
    });
    const other = recordOf(await runAccess(verifyRoute(cast, BOTH), forged));
    expect(Object.keys((other['tokens'] as { ID_AUTH: object }).ID_AUTH)).toEqual(['sha256']);
  });
});

describe('Kong’s own record', () => {
  const wire = { 'agid-jwt-trackingevidence': 'e.y.J', dpop: 'd.p.o' };

  it('has no token in it that the service gets', async () => {
    const hidden = masked(await runAccess(verifyRoute(cast, BOTH), signed({ wire })));
    const request = signed({ wire });
    const passed = masked(await runAccess(verifyRoute(cast, { ...BOTH, hide_credentials: false }), request));
    const all = ['agid-jwt-signature', 'agid-jwt-trackingevidence', 'dpop'].map((name) => `request.headers.${name}`);
    expect(passed).toEqual(all);
    // Those that are removed are in no log anyway.
    expect(all).toEqual(expect.arrayContaining(hidden));
    const { calls } = await runAccess(verifyRoute(cast, BOTH), signed({ wire }));
    const removed = calls.find(([method]) => method === 'kong.service.request.set_headers')?.[1] as object;
    for (const name of all.map((one) => one.slice('request.headers.'.length))) {
      expect(name in removed || hidden.includes(`request.headers.${name}`)).toBe(true);
    }
  });

  it('has none of a refused request', async () => {
    const memory = await runAccess(verifyRoute(cast, BOTH), signed({ wire, idAuth: { claims: { aud: 'x' } } }));
    expect(masked(memory)).toEqual(
      ['agid-jwt-signature', 'agid-jwt-trackingevidence', 'dpop'].map((name) => `request.headers.${name}`),
    );
  });
});
