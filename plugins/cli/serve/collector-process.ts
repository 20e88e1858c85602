import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../shell/context';

export interface RunningCollector {
  close(): Promise<void>;
}

const RESPAWN_MS = 1000;

/**
 * Starts `modi audit collect` as a process of its own, as it runs in production, and resolves when it collects. One that
 * was killed is started again. One that cannot work says why and stays away; the gateway goes on without: the spool keeps
 * what it would have collected.
 */
export async function startCollector(config: string, context: Context): Promise<RunningCollector> {
  const stop = new AbortController();
  let child = start(config, context);
  const watching = (async () => {
    while ((await child.ended) === null) {
      await pause(RESPAWN_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      child = start(config, context);
    }
  })();
  await Promise.race([child.ready, watching]);
  return {
    async close() {
      stop.abort();
      child.process.kill('SIGTERM');
      await watching;
    },
  };
}

interface Started {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

function start(config: string, context: Context): Started {
  const main = join(__dirname, '../main.js');
  // The channel tells the child when this process is gone, however it went.
  const child = spawn(process.execPath, [main, 'audit', 'collect', '--config', config, '--lang', context.language], {
    cwd: context.host.cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.channel?.unref();
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      context.say(`${context.errorStyle.warn('audit')} ${line}`);
    });
  }
  return {
    process: child,
    ready: new Promise((resolve) => {
      child.stdout?.once('data', () => {
        resolve();
      });
    }),
    ended: new Promise((resolve) => {
      child.once('close', resolve);
    }),
  };
}
