import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { modi, type Ran } from '../../unit/cli/support';
import { makeCast, type Cast } from '../corpus';
import { chainSigner } from './chain';
import { ExchangesHome } from './exchanges';

/** Much of what a suite of bundles does is openssl, started again and again. */
export const SLOW = 240_000;

/** Where a suite makes chains, their evidence, and bundles of them; gone when the suite is over. */
export class Exporting {
  readonly home = mkdtempSync(join(tmpdir(), 'modi-export-'));
  private cast: Promise<Cast> | undefined;

  constructor() {
    afterAll(() => {
      rmSync(this.home, { recursive: true, force: true });
    });
  }

  readonly at = (...names: readonly string[]): string => join(this.home, ...names);

  readonly text = (...names: readonly string[]): string => readFileSync(this.at(...names), 'utf8');

  /** `modi audit export` in this folder. */
  readonly run = (...argv: readonly string[]): Promise<Ran> =>
    modi(['audit', 'export', ...argv], { cwd: this.home, stopped: () => new Promise(() => undefined) });

  /** The options that name the chain and the evidence of `made`. */
  readonly from = (name: string): readonly string[] => [
    ...['--chains', `${name}/audit`, '--evidence', `${name}/evidence`],
  ];

  people(): Promise<Cast> {
    this.cast ??= makeCast();
    return this.cast;
  }

  /** A chain in `name`, open, with these exchanges; `config` is of modi-audit. */
  async open(name: string, ids: readonly string[] = [], config: Record<string, unknown> = {}): Promise<ExchangesHome> {
    const [cast, signer] = await Promise.all([this.people(), chainSigner()]);
    const there = await ExchangesHome.open(this.at(name), () => signer, config);
    for (const id of ids) await there.exchange(id, cast, cast.ec);
    return there;
  }

  /** The same, sealed and closed. */
  async made(name: string, ids: readonly string[], config: Record<string, unknown> = {}): Promise<ExchangesHome> {
    const there = await this.open(name, ids, config);
    await there.writer.close({});
    return there;
  }
}
