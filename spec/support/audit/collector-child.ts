import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyPair } from '../../../plugins/core/pki';
import { MAIN } from '../../e2e/cli-support';
import { kongLine } from './kong-lines';

/** A folder with all that a real collector needs: a key, its file, and places for spool, evidence and chain. */
export class CollectorHome {
  readonly folder: string;
  readonly log: string;
  readonly audit: string;
  private readonly evidence: string;
  private rotations = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.log = join(folder, 'access.log');
    this.audit = join(folder, 'audit');
    this.evidence = join(folder, 'evidence/evidence-node-1-1000-0.jsonl');
  }

  /** `chain`: further lines of YAML below `chain`. `evidenceWait`: seconds that a record waits for its evidence. */
  static async make(folder: string, chain: readonly string[] = [], { evidenceWait = 1 } = {}): Promise<CollectorHome> {
    const { privateKey } = await newKeyPair('EC-P256');
    writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const lines = [
      'node: node',
      'organization: Ente di prova',
      'spool: [access.log]',
      `evidence: {directory: evidence, wait: ${evidenceWait}, orphan_wait: 3600}`,
      'chain:',
      '  directory: audit',
      '  key: {file: key.pem}',
      ...chain.map((line) => `  ${line}`),
    ];
    writeFileSync(join(folder, 'audit.yml'), `${lines.join('\n')}\n`);
    for (const name of ['audit', 'evidence']) mkdirSync(join(folder, name), { mode: 0o700 });
    return new CollectorHome(folder);
  }

  /** What one exchange leaves: evidence before and after, and Kong's line. */
  exchange(id: string): void {
    this.prove(id, 'request');
    this.prove(id, 'answer');
    appendFileSync(this.log, kongLine(id, { started_at: Date.now() }));
  }

  private prove(id: string, part: string): void {
    const line = { v: 1, request_id: id, part, at: new Date().toISOString(), token: 'x'.repeat(50) };
    appendFileSync(this.evidence, `${JSON.stringify(line)}\n`);
  }

  /** As logrotate does, keeping all. */
  rotate(): void {
    this.rotations += 1;
    for (let number = this.rotations; number >= 1; number -= 1) {
      const from = number === 1 ? this.log : `${this.log}.${number - 1}`;
      renameSync(from, `${this.log}.${number}`);
    }
  }

  /** Starts a collector; with `limit`, none of its files may grow beyond so many blocks of 1 KiB. */
  start({ once = false, limit }: { once?: boolean; limit?: number } = {}): CollectorChild {
    const args = [MAIN, 'audit', 'collect', ...(once ? ['--once'] : [])];
    const options = { cwd: this.folder, env: { ...process.env, MODI_HOME: undefined } };
    if (limit === undefined) return new CollectorChild(spawn(process.execPath, args, options));
    // The limit's signal is ignored, so that a write answers EFBIG, as a full disk answers ENOSPC.
    const script = `trap '' XFSZ; ulimit -S -f ${limit}; exec "$@"`;
    return new CollectorChild(spawn('bash', ['-c', script, 'bash', process.execPath, ...args], options));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class CollectorChild {
  readonly child: ChildProcess;
  err = '';
  readonly ended: Promise<number | null>;
  readonly ready: Promise<void>;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stderr?.on('data', (text: Buffer) => (this.err += text.toString()));
    this.ended = new Promise((resolve) => {
      child.once('close', resolve);
    });
    this.ready = new Promise((resolve, reject) => {
      child.stdout?.once('data', () => {
        resolve();
      });
      child.once('close', () => {
        reject(new Error(`the collector ended before it was ready: ${this.err}`));
      });
    });
    this.ready.catch(() => undefined);
  }

  async stop(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}
