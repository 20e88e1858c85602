import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../support/temp';
import { WireClient } from '../support/wire-client';

const MAIN = join(__dirname, '../../dist/runtime/main.js');

const run = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });

async function serve(...args: string[]): Promise<{ child: ChildProcess; socket: string; log: () => string }> {
  const socket = join(tempFolder(), 'modi.sock');
  const child = spawn(process.execPath, [MAIN, '--socket', socket, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(() => log, { timeout: 20_000 }).toContain('listening');
  return { child, socket, log: () => log };
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('exit', resolve);
  });

describe('modi-pluginserver --describe', () => {
  it('prints the one-plugin dump as JSON and nothing else', () => {
    const { status, stdout, stderr } = run('--describe', 'modi-verify');
    expect([status, stderr]).toEqual([0, '']);
    const dump = JSON.parse(stdout) as { Protocol: string; Plugins: Record<string, unknown>[] };
    expect(dump.Protocol).toBe('ProtoBuf:1');
    expect(dump.Plugins).toHaveLength(1);
    expect(dump.Plugins[0]).toMatchObject({ Name: 'modi-verify', Priority: 1455, Phases: ['access'] });
    expect(JSON.stringify(dump.Plugins[0]?.['Schema'])).toContain('"patterns"');
    // Kong refuses a version that is not x.y.z, and the pack declares no log phase.
    expect(dump.Plugins[0]?.['Version']).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('names the plugins there are when asked for another', () => {
    const { status, stderr, stdout } = run('--describe', 'modi-other');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('modi-verify');
  });
});

describe('modi-pluginserver', () => {
  it.each([
    [[], 'one of --describe and --socket'],
    [['--socket', '/x', '--log-level', 'loud'], '--log-level'],
    [['--socket', '/x', '--deadline', '5'], '--deadline'],
    [['--socket', '/x', '--max-frame', 'many'], '--max-frame'],
    [['--unknown'], '--unknown'],
  ])('refuses %j as a usage error', (args, message) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('says so and exits 1 when another server owns the socket', async () => {
    const path = join(tempFolder(), 's');
    const other = createServer().listen(path);
    onTestFinished(() => void other.close());
    await expect.poll(() => existsSync(path)).toBe(true);
    const child = spawn(process.execPath, [MAIN, '--socket', path], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    expect(await exitOf(child)).toBe(1);
    expect(said).toContain('another process is listening');
  });

  it('replaces a stale socket left by a killed server', async () => {
    const first = await serve();
    first.child.kill('SIGKILL');
    await exitOf(first.child);
    expect(existsSync(first.socket)).toBe(true);
    const second = spawn(process.execPath, [MAIN, '--socket', first.socket], { stdio: 'ignore' });
    onTestFinished(() => void second.kill('SIGKILL'));
    await expect
      .poll(
        () =>
          new Promise((resolve) => {
            const probe = connect(first.socket, () => {
              resolve('live');
              probe.destroy();
            });
            probe.once('error', (error) => {
              resolve(error.message);
            });
          }),
        { timeout: 20_000 },
      )
      .toBe('live');
  });

  it('refuses what is misconfigured with 500 and tells the log, field by field', async () => {
    const { socket, log } = await serve();
    const client = await WireClient.open(socket);
    const id = await client.startInstance('modi-verify', { patterns: ['INTEGRITY_REST_01'], audience: ['a'] });
    const end = await client.event(id, 'access', () => undefined);
    expect(end.exit?.status).toBe(500);
    expect(log()).toContain('config.patterns: INTEGRITY_REST_01 needs');
    client.close();
  });

  it('finishes and exits 0 at SIGTERM, and takes its socket with it', async () => {
    const { child, socket, log } = await serve();
    const client = await WireClient.open(socket);
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
    expect(existsSync(socket)).toBe(false);
    expect(log()).toContain('stopped');
    client.close();
  });

  it('writes JSON logs to stderr only', async () => {
    const { child, log } = await serve();
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.kill('SIGTERM');
    await exitOf(child);
    expect(stdout).toBe('');
    for (const line of log().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  });

  it('answers metrics on a socket, by plugin, phase, outcome and code', async () => {
    const metrics = join(tempFolder(), 'metrics.sock');
    const { socket } = await serve('--metrics', metrics);
    const client = await WireClient.open(socket);
    const id = await client.startInstance('modi-verify', {});
    await client.event(id, 'access', () => undefined);
    const text = await new Promise<string>((resolve, reject) => {
      request({ socketPath: metrics, path: '/metrics' }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => {
          resolve(body);
        });
      })
        .on('error', reject)
        .end();
    });
    expect(text).toContain(
      'modi_events_total{plugin="modi-verify",phase="access",outcome="failed",code="MODI_INTERNAL"} 1',
    );
    for (const name of [
      'modi_event_seconds_bucket',
      'modi_replay_entries',
      'modi_signer_cache_entries',
      'modi_event_loop_lag_seconds',
    ]) {
      expect(text).toContain(name);
    }
    client.close();
  });

  it('refuses to show metrics to the network', () => {
    const { status, stderr } = run('--socket', join(tempFolder(), 's'), '--metrics', '0.0.0.0:9999');
    expect(status).toBe(1);
    expect(stderr).toContain('loopback');
  });

  it('does not touch a file that stands where its socket should', () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, 'precious');
    expect(run('--socket', path).status).toBe(1);
    expect(existsSync(path)).toBe(true);
  });
});
