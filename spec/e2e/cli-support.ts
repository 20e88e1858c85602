import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { modi } from '../unit/cli/support';

const ROOT = join(__dirname, '../..');
export const MAIN = join(ROOT, 'dist/cli/main.js');

/** A working directory with the sample kong.yml, and `modi` on its PATH as an install would put it there. */
export interface Workplace {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

export function newWorkplace(): Workplace {
  if (!existsSync(MAIN)) throw new Error('dist/cli/main.js is missing: these tests run the build, npm run build');
  const path = mkdtempSync(join(tmpdir(), 'modi-e2e-'));
  const bin = join(path, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'modi'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(join(bin, 'modi'), 0o755);
  copyFileSync(join(ROOT, 'kong.yml'), join(path, 'kong.yml'));
  return {
    path,
    env: {
      ...process.env,
      MODI_HOME: undefined,
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      LANG: 'C',
      LC_ALL: 'C',
    },
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one line in a shell, as a reader of the help would. */
export function shell(line: string, { path, env }: Workplace): Promise<Ran> {
  const child = spawn('bash', ['-o', 'pipefail', '-c', line], {
    cwd: path,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, out, err });
    });
  });
}

/** The words of one command, run in this process with the real clock: what needs no shell costs no process. */
export const here = (argv: readonly string[], { path, env }: Workplace): Promise<Ran> =>
  modi(argv, { cwd: path, env, now: Math.floor(Date.now() / 1000), newId: randomUUID });

/** A command that runs until it is stopped. */
export class Running {
  out = '';
  err = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  constructor(argv: readonly string[], { path, env }: Workplace) {
    this.child = spawn(process.execPath, [MAIN, ...argv], { cwd: path, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (text: Buffer) => (this.out += text.toString()));
    this.child.stderr?.on('data', (text: Buffer) => (this.err += text.toString()));
    this.ended = new Promise((resolve) => {
      this.child.once('close', resolve);
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  ready(): Promise<void> {
    return this.says(/^ready /m);
  }

  /** Settles when stdout so far matches; rejects when the command ends before. */
  async says(pattern: RegExp): Promise<void> {
    await Promise.race([
      new Promise<void>((resolve) => {
        const look = () => {
          if (pattern.test(this.out)) resolve();
        };
        this.child.stdout?.on('data', look);
        look();
      }),
      this.ended.then((code) => {
        throw new Error(`ended with ${String(code)} before it was ready: ${this.err}`);
      }),
    ]);
  }

  async stop(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** The sample on ports of its own: gateway, service, mock platform. */
export const sampleArguments = (gateway: number, service: number, platform: number): readonly string[] => [
  ...['start', '--listen', String(gateway), '--service-listen', String(service)],
  ...['--platform-listen', String(platform)],
];
