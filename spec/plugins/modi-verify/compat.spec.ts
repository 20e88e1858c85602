import { beforeAll, describe, expect, it } from 'vitest';
import { makeCast, type Cast } from '../../support/corpus';
import { makeRequest, type Party } from '../../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const run = (config: Record<string, unknown>, claims: Record<string, unknown>, party: Party = cast.ec) =>
  runAccess(
    verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], ...config }),
    makeRequest({ now: NOW, party, idAuth: { claims } }),
  );

describe('compat: govway', () => {
  it('answers with its status, title and headers, and our code; the log has the status that was answered', async () => {
    const memory = await run({ compat: 'govway' }, { aud: 'other' });
    expect(memory.exited()).toMatchObject({
      status: 400,
      headers: {
        'GovWay-Transaction-ErrorType': 'InteroperabilityInvalidRequest',
        'GovWay-Transaction-ID': 'r',
      },
    });
    expect(memory.exited()?.headers).not.toHaveProperty('WWW-Authenticate');
    expect(problemOf(memory)).toMatchObject({ status: 400, code: 'MODI_AUDIENCE_MISMATCH', govway_id: 'r' });
    const record = memory.calls.find(([method, key]) => method === 'kong.log.set_serialize_value' && key === 'modi');
    expect(record?.[2]).toMatchObject({ outcome: 'refused', code: 'MODI_AUDIENCE_MISMATCH', status: 400 });
  });

  it('changes nothing for those who are let in', async () => {
    expect((await run({ compat: 'govway' }, {})).exited()).toBeUndefined();
  });
});

describe('the clock of a caller', () => {
  it.each([
    [{ iat: NOW + 60, nbf: undefined, exp: NOW + 120 }, 'MODI_TOKEN_FROM_FUTURE', '2026-06-01T00:01:00.000Z'],
    [{ iat: NOW - 400, exp: NOW + 120 }, 'MODI_TOKEN_TOO_OLD', '2026-05-31T23:53:20.000Z'],
    [{ iat: NOW - 90, exp: NOW - 30 }, 'MODI_TOKEN_EXPIRED', '2026-05-31T23:59:30.000Z'],
    [{ nbf: NOW + 30 }, 'MODI_TOKEN_NOT_YET_VALID', '2026-06-01T00:00:30.000Z'],
  ])('%j is refused with both clocks where everything is disclosed', async (claims, code, found) => {
    expect(problemOf(await run({ disclosure: 'full' }, claims))).toMatchObject({
      code,
      found,
      expected: 'our clock: 2026-06-01T00:00:00.000Z',
    });
    const usual = problemOf(await run({}, claims));
    expect(usual).not.toHaveProperty('found');
    expect(usual['detail']).toMatch(/\d+ s/);
    expect(JSON.stringify(problemOf(await run({ disclosure: 'none' }, claims)))).not.toMatch(/\d s|clock/);
  });

  it('may say a time that has no date', async () => {
    const memory = await run(
      { disclosure: 'full', max_lifetime: 31536000 },
      { iat: 1e15, nbf: undefined, exp: 1e15 + 60 },
    );
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_TOKEN_FROM_FUTURE', found: '1000000000000000 s' });
  });
});
