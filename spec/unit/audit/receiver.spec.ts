import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { LogReceiver, readSettings } from '../../../plugins/core/audit';
import { recordNotices } from '../../support/notices';
import { tempFolder } from '../../support/temp';

const notices = recordNotices();
let folder: string;
let file: string;
beforeEach(() => {
  folder = join(tempFolder(), 'spool');
  mkdirSync(folder);
  file = join(folder, 'received.log');
});

async function start(authorization?: string): Promise<LogReceiver> {
  const receiver = await LogReceiver.listen({ host: '127.0.0.1', port: 0, file, authorization });
  onTestFinished(() => receiver.close());
  return receiver;
}

const post = async ({ port }: LogReceiver, body: string, more: RequestInit = {}): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, ...more })).status;
const kept = (): string => readFileSync(file, 'utf8');

describe('what http-log sends', () => {
  it('is a line for each record, on the disk before it is acknowledged', async () => {
    const receiver = await start();
    expect(await post(receiver, '{"request":{"id":"r1"}}')).toBe(200);
    expect(kept()).toBe('{"request":{"id":"r1"}}\n');
    expect(await post(receiver, '[{"request":{"id":"r2"}},\n {"request":{"id":"è"}}]', { method: 'PUT' })).toBe(200);
    expect(kept().split('\n').slice(1)).toEqual(['{"request":{"id":"r2"}}', '{"request":{"id":"è"}}', '']);
    expect(notices).toEqual([]);
  });

  it('keeps whole lines whole, whatever comes at once', async () => {
    const receiver = await start();
    const all = Array.from({ length: 200 }, (_, index) => `{"n":${index},"x":"${'x'.repeat(index * 50)}"}`);
    expect(new Set(await Promise.all(all.map((one) => post(receiver, one))))).toEqual(new Set([200]));
    expect(kept().trimEnd().split('\n').toSorted()).toEqual(all.toSorted());
  });

  it.each([
    ['no JSON', '{"request":', {}, 400],
    ['a text', '"x"', {}, 400],
    ['nothing', '[]', {}, 400],
    ['a list of lists', '[[1]]', {}, 400],
    ['null', 'null', {}, 400],
    ['another method', '{}', { method: 'PROPFIND' }, 405],
    ['more than Kong ever sends', `"${'x'.repeat(64 * 1024 * 1024)}"`, {}, 413],
  ])('is not taken as %s', async (_, body, more, status) => {
    const receiver = await start();
    expect(await post(receiver, body, more)).toBe(status);
    expect(() => kept()).toThrow(/ENOENT/);
  });

  it('needs the right Authorization where one is configured', async () => {
    const receiver = await start('Bearer secret');
    expect(await post(receiver, '{}')).toBe(401);
    expect(await post(receiver, '{}', { headers: { Authorization: 'Bearer secret ' + 'x' } })).toBe(401);
    expect(await post(receiver, '{}', { headers: { Authorization: 'Bearer secret' } })).toBe(200);
    expect(notices.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('is not acknowledged while it cannot be written, and taken when it comes again', async () => {
    const receiver = await start();
    rmSync(folder, { recursive: true });
    expect([await post(receiver, '{"n":1}'), await post(receiver, '{"n":1}')]).toEqual([503, 503]);
    mkdirSync(folder);
    expect(await post(receiver, '{"n":1}')).toBe(200);
    expect(kept()).toBe('{"n":1}\n');
    expect(notices.map(({ message }) => message)).toEqual([
      'records of http-log were not taken',
      'records of http-log are taken again',
    ]);
  });

  it('does not go on with half a line that a killed process has left', async () => {
    appendFileSync(file, '{"n":1}\n{"n":');
    const receiver = await start();
    await post(receiver, '{"n":2}');
    await post(receiver, '{"n":3}');
    expect(kept()).toBe('{"n":1}\n{"n":\n{"n":2}\n{"n":3}\n');
  });

  it('goes into a new file when the one before was renamed', async () => {
    const receiver = await start();
    await post(receiver, '{"n":1}');
    rmSync(file);
    await post(receiver, '{"n":2}');
    expect(kept()).toBe('{"n":2}\n');
  });
});

describe('the settings', () => {
  const file = { organization: 'Ente', chain: { directory: 'audit', key: { file: 'k' } } };
  it.each([
    [{ ...file }, 'spool'],
    [{ ...file, receive: { port: 9410 } }, 'receive.file'],
    [{ ...file, receive: { port: 9410, file: 'x', host: '0.0.0.0' } }, 'receive.authorization_file'],
    [{ ...file, receive: { port: 9410, file: 'x', host: '10.0.0.1' } }, 'receive.authorization_file'],
  ])('%# are refused, naming the field', (settings, field) => {
    expect(() => readSettings(settings)).toThrow(new RegExp(`^config\\.${field}: `));
  });

  it.each([{ host: '127.0.0.1' }, { host: '::1' }, { host: '0.0.0.0', authorization_file: 'x' }])('take %o', (more) => {
    const { receive } = readSettings({ ...file, receive: { port: 9410, file: 'x', ...more } });
    expect(receive).toMatchObject({ port: 9410, file: 'x', ...more });
  });
});
