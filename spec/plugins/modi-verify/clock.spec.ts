import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LABELLED_GAUGES } from '../../../plugins/core/gauges';
import { makeCast, type Cast } from '../../support/corpus';
import { fakeKeys, IDS, makePdndRequest, PDND_CONFIGS, pdndCast, pdndRoute, type PdndRecipe } from '../../support/pdnd';
import { makeRequest } from '../../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const WINDOW = 600;
let now = NOW;
/** Each test long after the one before, of which nothing is told any more. */
const later = (): number => (now += 2 * WINDOW);

function skews(at: number): readonly (readonly [string, number])[] {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(at * 1000);
  const told = LABELLED_GAUGES.find(({ name }) => name === 'modi_clock_skew_seconds')?.read() ?? [];
  clock.mockRestore();
  return told;
}

describe('the clock of a caller with a certificate', () => {
  const run = (at: number, claims: Record<string, unknown>, party: Parameters<typeof makeRequest>[0]['party']) =>
    runAccess(
      verifyRoute(cast, { patterns: ['ID_AUTH_REST_01'] }, at),
      makeRequest({ now: at, party, idAuth: { claims } }),
      at,
    );

  it('is a metric, of accepted and of refused requests, until the caller has stopped', async () => {
    const at = later();
    await run(at, { iat: at - 2 }, cast.other);
    expect(skews(at)).toEqual([['CF:IT-80099000000', 2]]);
    await run(at, { iat: at + 50, exp: at + 100 }, cast.other);
    expect(skews(at)).toEqual([['CF:IT-80099000000', -50]]);
    expect(skews(at + WINDOW)).toEqual([]);
  });

  it('is not noted of somebody who is not trusted, or whose signature does not hold', async () => {
    const at = later();
    for (const { party } of cast.refused) await run(at, { iat: at - 100 }, party);
    await run(at, { iat: at - 100 }, { ...cast.p384, privateKey: cast.ec.privateKey });
    expect(skews(at)).toEqual([]);
  });
});

describe('the clock of a client of the platform', () => {
  const parties = pdndCast();
  /** A voucher is as old as the platform says, whatever the client's clock. */
  const run = async (config: object, recipe: Partial<PdndRecipe>, at: number) => {
    const voucher = { claims: { iat: at - 300, nbf: at - 300, exp: at + 300 } };
    const request = makePdndRequest({ now: at, cast: parties, path: '/', voucher, ...recipe });
    const memory = await runAccess(pdndRoute({ ...config }, fakeKeys(parties)), request, at);
    return problemOf(memory)['code'] ?? 'accepted';
  };

  it.each([1, 50])('is that of its proof, %i s ahead', async (ahead) => {
    const at = later();
    const proof = { claims: { htu: 'https://api.ente.example/', iat: at + ahead } };
    const code = await run(PDND_CONFIGS['p-dpop'], { dpop: true, proof }, at);
    expect(code).toBe(ahead > 5 ? 'MODI_TOKEN_FROM_FUTURE' : 'accepted');
    expect(skews(at)).toEqual([[IDS.client, -ahead]]);
  });

  it('is not that of a proof by a key which is not the voucher’s', async () => {
    const at = later();
    const voucher = { claims: { cnf: { jkt: parties.proofEc.kid } } };
    const proof = { claims: { htu: 'https://api.ente.example/', iat: at + 50 } };
    await run(PDND_CONFIGS['p-dpop'], { dpop: true, voucher, proof, proofParty: parties.proofRsa }, at);
    expect(skews(at)).toEqual([]);
  });

  it.each([-3, 50])('is that of its integrity token, %i s ahead', async (ahead) => {
    const at = later();
    const signature = { claims: { iat: at + ahead, exp: at + 100 } };
    await run(PDND_CONFIGS['p-integrity'], { integrity: true, signature }, at);
    expect(skews(at)).toEqual([[IDS.client, -ahead]]);
  });

  it('of an audit token only counts when it is ahead: one is used as long as its voucher', async () => {
    const at = later();
    expect(await run(PDND_CONFIGS['p-audit02'], { audit: true, evidence: { claims: { iat: at - 200 } } }, at)).toBe(
      'accepted',
    );
    expect(skews(at)).toEqual([]);
    await run(PDND_CONFIGS['p-audit02'], { audit: true, evidence: { claims: { iat: at + 60 } } }, at);
    expect(skews(at)).toEqual([[IDS.client, -60]]);
  });

  it('is not told by a voucher, whose time is the platform’s', async () => {
    const at = later();
    expect(await run(PDND_CONFIGS['p-voucher'], {}, at)).toBe('accepted');
    expect(skews(at)).toEqual([]);
  });

  it('is the key’s owner’s, when that is not the voucher’s client', async () => {
    const at = later();
    const signature = { claims: { iat: at - 4 } };
    await run(PDND_CONFIGS['p-integrity'], { integrity: true, signature, signatureParty: parties.otherClient }, at);
    expect(skews(at)).toEqual([[IDS.otherClient, 4]]);
  });
});
