import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { evidenceWriterFor, prunable, readRecipient, removeFile, type RemovedFile } from '../../core/evidence';
import { readConfig } from '../../core/schema';
import { modiAuditSchema, type ModiAuditConfig } from '../../modi-audit/schema';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { readFile } from '../shell/input';

export const auditPruneCommand: CommandDefinition = {
  about: {
    en: 'Remove evidence whose retention is over, file by file. Before a file goes, its hash and what it held are written\ninto the evidence itself, where the audit chain takes them in.',
    it: "Rimuove le evidenze il cui periodo di conservazione è finito, file per file. Prima che un file sparisca, il suo hash e\nche cosa conteneva sono scritti nell'evidenza stessa, da dove la catena di audit li riprende.",
  },
  options: [
    {
      flags: '--config <FILE>',
      about: {
        en: 'the kong.yml whose modi-audit plugins say where evidence is and how long it is kept',
        it: 'il kong.yml i cui plugin modi-audit dicono dove sono le evidenze e per quanto sono conservate',
      },
      default: 'kong.yml',
    },
    { flags: '--dry-run', about: { en: 'only tell what would go', it: 'dice soltanto che cosa sparirebbe' } },
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    {
      line: 'modi audit prune --dry-run',
      about: { en: 'what of the evidence of this kong.yml is over', it: 'che cosa è scaduto, secondo questo kong.yml' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'done, or nothing to do', it: 'fatto, o nulla da fare' }],
    [
      EXIT.failed,
      {
        en: 'a file cannot be read, written or removed; what was not proved removed is still there',
        it: 'un file non è leggibile, scrivibile o rimovibile; ciò che non è provato rimosso è ancora lì',
      },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
  ],

  async run(values, context) {
    const name = values.string('config') ?? 'kong.yml';
    const text = readFile(name, context).toString('utf8');
    const removed: (RemovedFile & { readonly directory: string })[] = [];
    for (const config of keptByRetention(text)) {
      const isDry = values.flag('dryRun');
      for (const file of await prune(config, context.host.now(), isDry)) {
        removed.push({ directory: config.directory, ...file });
      }
    }
    if (values.string('output') === 'json') context.printJson('modi.audit-prune/1', { removed });
    else tell(context, removed);
    return EXIT.ok;
  },
};

type Kept = ModiAuditConfig & { readonly directory: string; readonly retention: number };

/** The configurations of modi-audit that end, one for each directory: of several the longest retention counts. */
function keptByRetention(text: string): readonly Kept[] {
  const byDirectory = new Map<string, ModiAuditConfig & { readonly directory: string }>();
  for (const raw of pluginsIn(parse(text, { merge: true }) as unknown)) {
    const config = readConfig(modiAuditSchema, raw);
    const { directory, retention } = config;
    if (config.evidence === 'none' || directory === null) continue;
    const before = byDirectory.get(resolve(directory));
    // Not set means for ever.
    if (before !== undefined && (before.retention ?? Infinity) >= (retention ?? Infinity)) continue;
    byDirectory.set(resolve(directory), { ...config, directory });
  }
  return [...byDirectory.values()].filter((config): config is Kept => config.retention !== null);
}

/** The configuration of every modi-audit in the document, wherever it is nested. */
function pluginsIn(node: unknown): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  const { name, config } = node as Record<string, unknown>;
  if (name === 'modi-audit') return [config];
  return Object.values(node).flatMap(pluginsIn);
}

async function prune(config: Kept, now: number, isDry: boolean): Promise<readonly RemovedFile[]> {
  const { directory: named, retention, encryption, max_file_size: maxFileSize, max_file_age: maxFileAge } = config;
  const directory = resolve(process.env['MODI_HOME'] ?? '.', named);
  // Nothing was ever kept.
  if (!existsSync(directory)) return [];
  const recipient = encryption.key === null ? undefined : readRecipient(encryption.key, 'encryption.key');
  const maxQueueBytes = config.max_queue_size;
  const writer = evidenceWriterFor({ directory, recipient, maxFileSize, maxFileAge, maxQueueBytes });
  const removed: RemovedFile[] = [];
  try {
    for await (const file of prunable(directory, now - retention)) {
      if (!isDry) await removeFile(directory, writer, file, { retention, now });
      removed.push(file);
    }
  } finally {
    await writer.close();
  }
  return removed;
}

function tell(context: Context, removed: readonly (RemovedFile & { readonly directory: string })[]): void {
  for (const { directory, file, exchanges, to, sha256 } of removed) {
    context.print(`${directory}/${file}  ${exchanges}  ${to ?? ''}  SHA-256 ${sha256}`);
  }
  context.say(context.text({ en: `${removed.length} files`, it: `${removed.length} file` }));
}
