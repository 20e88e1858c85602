import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { PlatformKeys } from '../../../plugins/core/pdnd/platform-keys';
import { SAMPLE_PLATFORM, type PlatformFault, type TokenRefusal } from '../../../plugins/dev/platform';
import { recordNotices } from '../../support/notices';
import { settingsFor } from '../../support/pdnd-settings';
import { CAST, mockPlatform, rsaPair, type KeyPair } from '../../support/platform';
import { tempFolder } from '../../support/temp';

const NOW = 1_760_000_000;
const KID = CAST.client.kid;
const { client, apiClient } = SAMPLE_PLATFORM;
const notices = recordNotices();

const pemOf = ({ privateKey }: KeyPair): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

interface Recipe {
  readonly id?: string;
  readonly key?: string;
  readonly kid?: string | null;
  readonly fault?: PlatformFault;
  readonly version?: 'v2' | 'v3';
}

async function gateway({ id = apiClient, key = pemOf(CAST.api), kid = null, fault, version = 'v3' }: Recipe = {}) {
  let now = NOW;
  const refusals: TokenRefusal[] = [];
  const running = await mockPlatform({ now: () => now, onRefusal: (refusal) => refusals.push(refusal) });
  if (fault !== undefined) running.platform.faults.set('token', fault);
  const settings = settingsFor(running, { version });
  const own = { id, key, kid, tokenUri: running.tokenUri, audience: running.assertionAudience };
  const keys = new PlatformKeys({ ...settings, keyApi: settings.keyApi && { ...settings.keyApi, client: own } }, NOW);
  await keys.settled();
  const look = async (second: number): Promise<void> => {
    now = NOW + second;
    keys.look(now);
    await keys.settled();
  };
  const asked = (second: number): Promise<unknown> => {
    now = NOW + second;
    return (async () => keys.participantKey(KID, client, NOW + second))().then(
      () => 'found',
      (error: unknown) => (error as { code?: string }).code ?? error,
    );
  };
  const { seen, faults } = running.platform;
  return { keys, running, seen, faults, look, asked, refusals };
}

it('a voucher is there ahead of the need, and renewed ahead of its end, also without traffic', async () => {
  const { seen, look, asked } = await gateway();
  expect(seen.token).toBe(1);
  await look(479);
  expect(seen.token).toBe(1);
  await look(480);
  expect(seen.token).toBe(2);
  expect(await asked(599)).toBe('found');
  expect(seen.token).toBe(2);
});

it.each(['v2', 'v3'] as const)('a voucher that %s does not want any more is replaced, once', async (version) => {
  const { seen, asked, running } = await gateway({ version });
  const { voucherKeys } = running.platform;
  voucherKeys.announce();
  voucherKeys.activate();
  voucherKeys.retire();
  expect(await asked(1)).toBe('found');
  expect(seen).toMatchObject({ token: 2, api: 2 });
});

describe('a refusal of the assertion', () => {
  it('is permanent: not asked about again for ten minutes, told once with what to look at', async () => {
    const { seen, look, asked, refusals } = await gateway({ key: pemOf(rsaPair()) });
    expect(refusals.map(({ step }) => step)).toEqual(['key']);
    for (let second = 1; second < 600; second += 7) await look(second);
    expect(await asked(599)).toBe('MODI_PARTICIPANT_KEYS_UNAVAILABLE');
    expect(seen.token).toBe(1);
    expect(notices[0]).toMatchObject({
      fields: {
        what: 'our own voucher',
        problem: expect.stringMatching(/answers 400; it does not say why: check client id, key/) as unknown,
      },
    });
    await look(600);
    expect(seen.token).toBe(2);
  });

  it('is over when the key is replaced', async () => {
    const file = join(tempFolder(), 'client.key');
    writeFileSync(file, pemOf(rsaPair()));
    const { seen, look, asked } = await gateway({ key: file });
    writeFileSync(file, pemOf(CAST.api));
    let second = 0;
    // Files are read beside everything else.
    await vi.waitFor(async () => {
      await look((second += 2));
      expect(seen.token).toBe(2);
    });
    expect(second).toBeLessThan(600);
    expect(await asked(second + 1)).toBe('found');
  });

  it('of a client for e-services is told as such', async () => {
    const { refusals } = await gateway({ id: client, key: pemOf(CAST.client) });
    // Without a purpose the platform refuses it.
    expect(refusals.map(({ step }) => step)).toEqual(['key']);
  });
});

describe('an outage of the token endpoint', () => {
  it('is waited out, ever longer up to a minute', async () => {
    const { seen, look, asked, faults } = await gateway({ fault: { kind: 'status', status: 500 } });
    for (let second = 1; second <= 600; second += 1) await look(second);
    // 1, 2, 4, ... 32 s apart, then a minute.
    expect(seen.token).toBeGreaterThan(10);
    expect(seen.token).toBeLessThan(20);
    faults.delete('token');
    await look(660);
    expect(await asked(661)).toBe('found');
  });

  it('of too many requests is left alone for as long as it wants', async () => {
    const headers = { 'X-Rate-Limit-Interval': '40000' };
    const { seen, look, faults } = await gateway({ fault: { kind: 'status', status: 429, headers } });
    faults.delete('token');
    await look(39);
    expect(seen.token).toBe(1);
    await look(40);
    expect(seen.token).toBe(2);
  });
});

const answer = (token: string, type: string, life: unknown): PlatformFault => ({
  kind: 'body',
  body: JSON.stringify({ access_token: token, token_type: type, expires_in: life }),
});
const jwt = (claims: object): string =>
  ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('what the token endpoint answers is not taken when it is', () => {
  it.each<[string, PlatformFault]>([
    ['a Bearer voucher instead of a bound one', answer(jwt({ client_id: apiClient }), 'Bearer', 600)],
    ['bound to another key', answer(jwt({ client_id: apiClient, cnf: { jkt: 'x' } }), 'DPoP', 600)],
    ['for another client', answer(jwt({ client_id: client }), 'DPoP', 600)],
    ['for an e-service', answer(jwt({ client_id: apiClient, purposeId: 'x' }), 'DPoP', 600)],
    ['without a life', answer(jwt({ client_id: apiClient }), 'DPoP', '600')],
    ['no JWT', answer('abc', 'DPoP', 600)],
    ['fit to break a header', answer('a\r\nX: y', 'DPoP', 600)],
    ['a redirect', { kind: 'status', status: 307, headers: { Location: 'https://elsewhere.example/' } }],
    ['a page', { kind: 'body', body: '<html>', type: 'text/html' }],
    ['endless', { kind: 'endless' }],
  ])('%s', async (_, fault) => {
    const { asked, seen } = await gateway({ fault });
    expect(await asked(1)).toBe('MODI_PARTICIPANT_KEYS_UNAVAILABLE');
    expect(seen.api).toBe(0);
    expect(JSON.stringify(notices)).not.toContain('elsewhere');
  });
});

it.each<[string, () => string]>([
  ['a file that is not there', () => '/nowhere/client.key'],
  ['a public key', () => CAST.api.pem],
  ['a short key', () => pemOf(rsaPair(1024))],
])('%s is no configuration', async (_, key) => {
  await expect(gateway({ key: key() })).rejects.toThrow(/^config\.pdnd\.client\.key_file: (?!config)/);
});

it('a kid may be configured', async () => {
  const { refusals } = await gateway({ kid: 'x'.repeat(43) });
  expect(refusals.map(({ message }) => message)).toEqual([`the client has no key ${'x'.repeat(43)}`]);
});
