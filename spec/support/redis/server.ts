import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../free-port';

/** The server that the suites run: `MODI_REDIS_SERVER` names another one, such as valkey-server. */
export const REDIS_SERVER = process.env['MODI_REDIS_SERVER'] ?? 'redis-server';

/** Why the suite cannot run here, or undefined when it can. @throws Error for a server that was named and is not there. */
export function redisMissing(): string | undefined {
  try {
    execFileSync(REDIS_SERVER, ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    if (process.env['MODI_REDIS_SERVER'] !== undefined) throw error;
    return 'no redis-server on PATH (apt-get install redis-server)';
  }
}

/** True where the suite cannot run; the reason is printed. */
export function skipWithoutRedis(suite: string): boolean {
  const missing = redisMissing();
  if (missing !== undefined) process.stderr.write(`skipped: ${suite}: ${missing}\n`);
  return missing !== undefined;
}

export interface TestRedis {
  readonly port: number;
  /** The server's own process. */
  readonly process: ChildProcess;
  /** A client of the test's own, as the default user. */
  readonly admin: Redis;
  /** Kills it at once, as a crash would, and waits until it is gone. */
  crash(): Promise<void>;
}

/** A folder that lives as long as the test. */
export function redisFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'modi-redis-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

interface Start {
  readonly port?: number;
  readonly flags?: readonly string[];
}

/** A real server without persistence, gone when the test is over. */
export async function startRedis({ port, flags = [] }: Start = {}): Promise<TestRedis> {
  const at = port ?? (await freePort());
  const folder = redisFolder();
  const common = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn(REDIS_SERVER, ['--port', String(at), ...common, ...flags], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const client = new Redis({ port: at, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  const crash = async (): Promise<void> => {
    // A client that goes on trying may, in a long outage, get the very port as its own and so be connected with itself.
    client.disconnect();
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(async () => {
    client.disconnect();
    await crash();
  });
  await expect.poll(() => client.status, { timeout: 10_000, interval: 20 }).toBe('ready');
  return { port: at, process: child, admin: client, crash };
}
