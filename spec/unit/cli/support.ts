import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../plugins/cli/run';
import type { Host } from '../../../plugins/cli/shell/host';

/** The time of every test: 2026-11-23T10:00:00Z. */
export const NOW = Date.parse('2026-11-23T10:00:00Z') / 1000;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface HostOptions {
  readonly cwd?: string;
  readonly stdin?: string | Buffer;
  readonly stdinIsTTY?: boolean;
  readonly isTTY?: boolean;
  readonly env?: Host['env'];
  readonly now?: number;
  readonly newId?: () => string;
  readonly stopped?: () => Promise<void>;
}

/** Runs a command line in this process, on a host whose clock, ids and streams are the test's. */
export async function modi(argv: readonly string[], options: HostOptions = {}): Promise<Ran> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let ids = 0;
  const output = (chunks: Buffer[]) => ({
    isTTY: options.isTTY ?? false,
    write: (text: string | Uint8Array) => void chunks.push(Buffer.from(text)),
  });
  const host: Host = {
    stdout: output(out),
    stderr: output(err),
    stdin: {
      isTTY: options.stdinIsTTY ?? options.stdin === undefined,
      read: () => Promise.resolve(Buffer.from(options.stdin ?? '')),
    },
    env: options.env ?? { LANG: 'C' },
    cwd: options.cwd ?? process.cwd(),
    now: () => options.now ?? NOW,
    newId: options.newId ?? (() => `id-${(ids += 1)}`),
    stopped: options.stopped ?? (() => Promise.resolve()),
  };
  const code = await runCli(argv, host);
  return { code, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') };
}

/** A directory of its own, removed by the returned function. */
export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'modi-cli-'));
  return {
    path,
    remove: () => {
      chmodSync(path, 0o700);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export const json = (ran: Ran): Record<string, unknown> => JSON.parse(ran.out) as Record<string, unknown>;
