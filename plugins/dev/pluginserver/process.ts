import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { GatewayLogger } from '../logger';

const LISTEN_MS = 10_000;
const LISTEN_POLL_MS = 25;
/** How long a server may take to finish its events after SIGTERM. */
const STOP_MS = 5000;

/** Keeps one plugin server running: started, its output logged, started again when it ends. */
export class PluginServerProcess {
  private readonly command: readonly string[];
  private readonly name: string;
  private readonly socket: string;
  private readonly logger: GatewayLogger;
  private readonly respawnMs: number;
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private startedAt = 0;
  private stopping = false;
  /** Times it was started. */
  starts = 0;

  constructor(options: {
    readonly name: string;
    readonly command: readonly string[];
    readonly socket: string;
    readonly logger: GatewayLogger;
    /** From one start to the next, at least. */
    readonly respawnMs: number;
  }) {
    this.name = options.name;
    this.command = options.command;
    this.socket = options.socket;
    this.logger = options.logger;
    this.respawnMs = options.respawnMs;
  }

  /** Undefined while it is not running. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    if (this.stopping) return;
    const [file = '', ...args] = this.command;
    this.startedAt = performance.now();
    this.starts += 1;
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    child.once('error', (error) => {
      this.logger.error(`plugin server ${this.name}: ${error.message}`);
      if (child.pid === undefined) this.ended(child);
    });
    child.once('exit', (code, signal) => {
      const level = this.stopping ? 'info' : 'warn';
      this.logger[level](`plugin server ${this.name} ended (${signal ?? `code ${String(code)}`})`);
      this.ended(child);
    });
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        this.logger.info(`[${this.name}:${child.pid ?? 0}] ${line}`);
      });
    }
  }

  /**
   * Resolves when the server takes connections, or after ten seconds with a warning: Kong would not wait at all, and
   * answer 500 until then.
   */
  async listening(): Promise<void> {
    const deadline = performance.now() + LISTEN_MS;
    while (!(await canConnect(this.socket))) {
      if (performance.now() > deadline) {
        this.logger.warn(
          `plugin server ${this.name} does not listen on ${this.socket} yet; requests get 500 until it does`,
        );
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LISTEN_POLL_MS));
    }
  }

  /** Asks it to end, insists after five seconds, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) =>
      child.once('exit', () => {
        resolve();
      }),
    );
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(insist);
  }

  private ended(child: ChildProcess): void {
    if (this.child !== child) return;
    this.child = undefined;
    if (this.stopping) return;
    const wait = Math.max(0, this.respawnMs - (performance.now() - this.startedAt));
    this.timer = setTimeout(() => {
      this.start();
    }, wait);
  }
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
