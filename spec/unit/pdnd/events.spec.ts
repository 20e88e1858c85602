import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlatformKeys } from '../../../plugins/core/pdnd/platform-keys';
import { ConfigError } from '../../../plugins/core/schema';
import { SAMPLE_PLATFORM, type RunningPlatform } from '../../../plugins/dev/platform';
import { recordNotices } from '../../support/notices';
import { settingsFor, type SettingsRecipe } from '../../support/pdnd-settings';
import { CAST, mockPlatform, rsaPair } from '../../support/platform';
import { tempFolder } from '../../support/temp';

const NOW = 1_760_000_000;
const INTERVAL = 30;
const KID = CAST.client.kid;
const { client } = SAMPLE_PLATFORM;
const notices = recordNotices();

const VERSIONS = ['v1', 'v2', 'v3'] as const;
type Version = (typeof VERSIONS)[number];

interface Gateway {
  readonly keys: PlatformKeys;
  /** Time passes, and what is due is done. */
  readonly wait: (until: number) => Promise<void>;
  readonly asked: (kid: string, now: number) => Promise<unknown>;
}

const clockOf = { now: NOW };
const platform = (): Promise<RunningPlatform> => mockPlatform({ now: () => clockOf.now });

const follow = (version: Version, directory: string | null): SettingsRecipe => ({
  version,
  keyApi: { events: { interval: INTERVAL, directory } },
});

async function gateway(running: RunningPlatform, recipe: SettingsRecipe, start = 0): Promise<Gateway> {
  clockOf.now = NOW + start;
  const keys = new PlatformKeys(settingsFor(running, recipe), NOW + start);
  await keys.settled();
  return {
    keys,
    wait: async (until) => {
      clockOf.now = NOW + until;
      keys.look(NOW + until);
      await keys.settled();
    },
    asked: (kid, now) =>
      (async () => keys.participantKey(kid, client, NOW + now))().then(
        () => 'found',
        (error: unknown) => (error as { code?: string }).code ?? error,
      ),
  };
}

describe.each(VERSIONS)('a deletion in %s', (version) => {
  it('is seen within an interval, and refused from then on, whatever the key API answers', async () => {
    const running = await platform();
    const { wait, asked, keys } = await gateway(running, follow(version, null));
    const { registry, faults } = running.platform;
    expect(await asked(KID, 0)).toBe('found');
    registry.deleteKey(KID);
    // Not yet told: the key in hand serves for the rest of the interval, and not a second longer.
    expect(await asked(KID, INTERVAL - 1)).toBe('found');
    await wait(INTERVAL);
    expect(() => keys.participantKey(KID, client, NOW + INTERVAL)).toThrowWithCode('MODI_PARTICIPANT_KEY_DELETED');
    // A copy of the platform that has not heard of it.
    const old = await platform();
    faults.set('api', { kind: 'status', status: 500 });
    expect(await asked(KID, INTERVAL + 1)).toBe('MODI_PARTICIPANT_KEY_DELETED');
    await old.close();
  });

  it('survives a restart: nothing brings the key back, and events are not read twice', async () => {
    const running = await platform();
    const directory = tempFolder();
    const first = await gateway(running, follow(version, directory));
    expect(await first.asked(KID, 0)).toBe('found');
    const { registry, seen } = running.platform;
    registry.deleteKey(KID);
    await first.wait(INTERVAL);
    // The key API still has it: an event that was seen counts for more.
    registry.clientKeys.set(KID, keyOf(running, KID));
    const read = seen.events;
    const second = await gateway(running, follow(version, directory), 100);
    expect(await second.asked(KID, 100)).toBe('MODI_PARTICIPANT_KEY_DELETED');
    expect(seen.events).toBe(read + 1);
    // Also before the first look has come back.
    running.platform.faults.set('events', { kind: 'status', status: 500 });
    const third = await gateway(running, follow(version, directory), 200);
    expect(await third.asked(KID, 200)).toBe('MODI_PARTICIPANT_KEY_DELETED');
  });

  it('is over when an event says that the key was added again', async () => {
    const running = await platform();
    const { wait, asked } = await gateway(running, follow(version, tempFolder()));
    running.platform.registry.deleteKey(KID);
    await wait(INTERVAL);
    expect(await asked(KID, INTERVAL)).toBe('MODI_PARTICIPANT_KEY_DELETED');
    running.platform.registry.addKey(client, CAST.client.pem);
    await wait(2 * INTERVAL);
    expect(await asked(KID, 2 * INTERVAL)).toBe('found');
  });
});

const keyOf = (running: RunningPlatform, kid: string) => {
  const other = running.platform.registry.clientKeys.get(CAST.api.kid);
  if (other === undefined) throw new TypeError('the sample has this key');
  const jwk = { ...CAST.client.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  return { ...other, kid, owner: client, jwk };
};

it('a key that was unknown is found at once when its event comes, not at the end of its time', async () => {
  const running = await platform();
  const recipe = follow('v2', null);
  const { wait, asked } = await gateway(running, { ...recipe, keyApi: { ...recipe.keyApi, unknownLife: 3600 } });
  const pair = rsaPair();
  expect(await asked(pair.kid, 0)).toBe('MODI_PARTICIPANT_KEY_UNKNOWN');
  running.platform.registry.addKey(client, pair.pem);
  await wait(INTERVAL);
  expect(await asked(pair.kid, INTERVAL)).toBe('found');
});

it('a key that is deleted while it is on its way does not arrive', async () => {
  const running = await platform();
  const { keys, wait } = await gateway(running, follow('v2', null));
  running.platform.faults.set('api', { kind: 'delay', milliseconds: 300 });
  const late = (async () => keys.participantKey(KID, client, NOW))();
  const outcome = expect(late).rejects.toMatchObject({ code: 'MODI_PARTICIPANT_KEY_DELETED' });
  running.platform.registry.deleteKey(KID);
  await wait(INTERVAL);
  await outcome;
});

it('a past of several pages is read to its end, and only its outcome counts', async () => {
  const running = await platform();
  const { registry, seen } = running.platform;
  // 2 at the start, and 240 more: deleted and added again, over and over.
  for (let turn = 0; turn < 120; turn += 1) {
    registry.deleteKey(KID);
    registry.addKey(client, CAST.client.pem);
  }
  const { asked } = await gateway(running, follow('v1', null));
  expect(seen.events).toBe(3);
  expect(await asked(KID, 0)).toBe('found');
});

describe('the lag', () => {
  it('grows while events cannot be had, is told once, and is gone when they are', async () => {
    const running = await platform();
    const { keys, wait } = await gateway(running, follow('v3', null));
    const { feed } = keys.api ?? {};
    expect(feed?.lag(NOW + 10)).toBe(10);
    running.platform.faults.set('events', { kind: 'status', status: 504 });
    for (let second = INTERVAL; second <= 600; second += INTERVAL) await wait(second);
    expect(feed?.lag(NOW + 600)).toBe(600);
    expect(notices).toHaveLength(1);
    running.platform.faults.delete('events');
    await wait(630);
    expect(feed?.lag(NOW + 630)).toBe(0);
  });

  it('of events does not hold up the key API', async () => {
    const running = await platform();
    running.platform.faults.set('events', { kind: 'status', status: 500 });
    const { asked } = await gateway(running, follow('v3', null));
    expect(await asked(KID, 0)).toBe('found');
  });
});

describe('an answer that is not what it should be moves nothing:', () => {
  it.each([
    ['no events', '{}'],
    ['events without ids', '{"events":[{"eventType":"CLIENT_KEY_DELETED","kid":"a"}]}'],
    ['ids of v1', '{"events":[{"id":7,"eventType":"CLIENT_KEY_DELETED","kid":"a"}]}'],
    ['no object', '{"events":["a"]}'],
  ])('%s', async (_, body) => {
    const running = await platform();
    const { keys, wait, asked } = await gateway(running, follow('v2', null));
    running.platform.faults.set('events', { kind: 'body', body });
    await wait(INTERVAL);
    expect(keys.api?.feed?.lag(NOW + INTERVAL)).toBe(INTERVAL);
    running.platform.faults.delete('events');
    running.platform.registry.deleteKey(KID);
    await wait(2 * INTERVAL);
    expect(await asked(KID, 2 * INTERVAL)).toBe('MODI_PARTICIPANT_KEY_DELETED');
  });

  it('the same page for ever', async () => {
    const running = await platform();
    const { keys, wait } = await gateway(running, follow('v2', null));
    let kept: object | undefined;
    running.platform.registry.addKey(client, rsaPair().pem);
    running.platform.faults.set('events', {
      kind: 'change',
      change: (answer) => {
        kept ??= answer;
        return { ...answer, ...kept };
      },
    });
    await wait(INTERVAL);
    await wait(2 * INTERVAL);
    expect(keys.api?.feed?.lag(NOW + 2 * INTERVAL)).toBe(INTERVAL);
  });
});

describe('the journal', () => {
  const fileIn = (directory: string): string => join(directory, readdirSync(directory)[0] ?? '');

  it('is a file of its own for each API, readable by its owner, and never half written', async () => {
    const running = await platform();
    const directory = tempFolder();
    await gateway(running, follow('v1', directory));
    await gateway(running, follow('v2', directory));
    const files = readdirSync(directory);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file).toMatch(/^pdnd-events-[0-9a-f]{16}\.json$/);
    expect(JSON.parse(readFileSync(fileIn(directory), 'utf8'))).toMatchObject({ version: 1, deleted: [] });
  });

  it.each(['/no/such/folder', '/no/\0such'])(
    'in a folder that is not there is refused, with its field: %j',
    async (folder) => {
      const running = await platform();
      const open = () => new PlatformKeys(settingsFor(running, follow('v2', folder)), NOW);
      expect(open).toThrow(ConfigError);
      expect(open).toThrow('config.pdnd.events.directory: the folder');
    },
  );

  it.each([
    ['damaged', '{"version":1,"lastEv'],
    ['of another form', '{"version":1,"lastEventId":7,"deleted":[]}'],
    ['of another time', '{"version":2}'],
  ])('that is %s is told, and all events are read again', async (_, text) => {
    const running = await platform();
    const directory = tempFolder();
    const { wait } = await gateway(running, follow('v2', directory));
    running.platform.registry.deleteKey(KID);
    await wait(INTERVAL);
    writeFileSync(fileIn(directory), text);
    const { asked } = await gateway(running, follow('v2', directory), 100);
    expect(notices.map(({ message }) => message)).toEqual(['the events of the platform are read anew']);
    expect(await asked(KID, 100)).toBe('MODI_PARTICIPANT_KEY_DELETED');
  });

  it('with an event that the platform has forgotten is read again from the first', async () => {
    const running = await platform();
    const directory = tempFolder();
    await gateway(running, follow('v2', directory));
    const file = fileIn(directory);
    const state = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...state, deleted: ['gone'] }));
    running.platform.registry.deleteKey(KID);
    running.platform.faults.set('events', { kind: 'status', status: 400 });
    const { wait, asked } = await gateway(running, follow('v2', directory), 100);
    running.platform.faults.delete('events');
    await wait(100 + INTERVAL);
    expect(await asked(KID, 100 + INTERVAL)).toBe('MODI_PARTICIPANT_KEY_DELETED');
    expect(await asked('gone', 100 + INTERVAL)).toBe('MODI_PARTICIPANT_KEY_DELETED');
  });

  it('that cannot be written is told; what was seen counts all the same', async () => {
    const running = await platform();
    const directory = tempFolder();
    const { wait, asked } = await gateway(running, follow('v2', directory));
    running.platform.registry.deleteKey(KID);
    // A folder in the way of the rename, also for the superuser.
    const file = fileIn(directory);
    writeFileSync(`${file}.kept`, readFileSync(file));
    await import('node:fs/promises').then(async ({ rm, mkdir, writeFile }) => {
      await rm(file);
      await mkdir(file);
      await writeFile(join(file, 'x'), '');
    });
    await wait(INTERVAL);
    expect(notices).toMatchObject([{ fields: { what: 'the journal of events' } }]);
    expect(await asked(KID, INTERVAL)).toBe('MODI_PARTICIPANT_KEY_DELETED');
  });

  it('needs a folder that is there', async () => {
    const running = await platform();
    const make = (directory: string) => () => new PlatformKeys(settingsFor(running, follow('v2', directory)), NOW);
    expect(make('/nowhere/at/all')).toThrow(
      /^config\.pdnd\.events\.directory: the folder "\/nowhere\/at\/all" does not/,
    );
    const directory = tempFolder();
    chmodSync(directory, 0o500);
    const file = join(directory, 'x');
    if (process.getuid?.() === 0) expect(existsSync(file)).toBe(false);
    else expect(make(directory)).toThrow('cannot be written');
  });
});
