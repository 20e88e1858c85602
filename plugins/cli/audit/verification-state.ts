import { renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FolderVerdict, VerifiedUpTo } from '../../core/audit';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { fileError, readFile } from '../shell/input';

const SCHEMA = 'modi.audit-verified/1';

/** What an earlier verification left; empty when there was none. @throws CliError CLI_INPUT for another kind of file. */
export function readVerified(path: string, context: Context): ReadonlyMap<string, VerifiedUpTo> {
  let text: string;
  try {
    text = readFile(path, context).toString('utf8');
  } catch (error) {
    if (error instanceof CliError && (error.cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  try {
    const { schema, chains } = JSON.parse(text) as { schema?: unknown; chains: readonly VerifiedUpTo[] };
    if (schema !== SCHEMA) throw new Error(`schema ${String(schema)}`);
    return new Map(chains.map((chain) => [chain.state.node, chain]));
  } catch (cause) {
    throw new CliError(
      'CLI_INPUT',
      {
        en: `${path} holds no state of modi audit verify; name another file, or remove it to begin anew`,
        it: `${path} non contiene lo stato di modi audit verify; indicare un altro file, o rimuoverlo per ricominciare`,
      },
      { cause },
    );
  }
}

/** Keeps how far the chains are known to be good. Under its name the file is never half written. */
export function writeVerified(path: string, { chains }: FolderVerdict, context: Context): void {
  const target = resolve(context.host.cwd, path);
  const draft = `${target}.${process.pid}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify({ schema: SCHEMA, chains: chains.map(({ upTo }) => upTo) })}\n`);
    renameSync(draft, target);
  } catch (cause) {
    throw fileError(path, cause);
  }
}
