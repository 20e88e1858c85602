import type { KeyObject } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { ChainError, verifyFolder, type FolderVerdict } from '../../core/audit';
import { readPrivateKey, SigningError } from '../../core/sign';
import { inChains, noRecord, progressTeller, timestampJudge } from '../audit';
import { buildBundle, EvidenceSource, Finder, NOTES, writeBundle, type BuiltBundle } from '../audit-export';
import { CliError, usageError } from '../shell/cli-error';
import type { CommandDefinition, OptionDeclaration } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { fileError, readSecretFile } from '../shell/input';
import { safeText } from '../shell/safe-text';
import type { Values } from '../shell/values';

const OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--out <DIR>',
    about: { en: 'the folder to make', it: 'la cartella da creare' },
  },
  {
    flags: '--chains <DIR>',
    about: { en: 'the folder of the chains', it: 'la cartella delle catene' },
    default: '.modi/audit',
  },
  {
    flags: '--evidence <DIR>',
    about: {
      en: 'the folder that modi-audit writes; without it the bundle proves the records alone',
      it: 'la cartella scritta da modi-audit; senza, il fascicolo prova le sole registrazioni',
    },
  },
  {
    flags: '--key <FILE>',
    about: {
      en: 'private key that opens encrypted evidence; it does not get into the bundle, only what opens these lines',
      it: 'chiave privata che apre le prove cifrate; non entra nel fascicolo, ma solo ciò che apre queste righe',
    },
  },
  {
    flags: '--first-checkpoint',
    about: {
      en: 'end at the first checkpoint, also where a later one has a time stamp: fewer records of others',
      it: 'termina al primo checkpoint, anche se uno successivo ha una marca temporale: meno registrazioni altrui',
    },
  },
  {
    flags: '--output <FORMAT>',
    about: { en: 'form of the result', it: 'forma del risultato' },
    choices: ['text', 'json'],
    default: 'text',
  },
];

export const auditExportCommand: CommandDefinition = {
  about: {
    en: 'Evidence of exchanges for a third party: a folder with records, chain, signatures, certificates and bodies, which\nopenssl alone can verify, and a page that says how, in English and Italian.',
    it: 'La prova di scambi per un terzo: una cartella con registrazioni, catena, firme, certificati e contenuti, che il solo\nopenssl può verificare, e una pagina che dice come, in italiano e in inglese.',
  },
  arguments: [
    { name: '<ID...>', about: { en: 'request ids, or jti of tokens', it: 'id di richieste, o jti di token' } },
  ],
  options: OPTIONS,
  examples: [
    {
      line: 'modi audit export $(modi audit tail .modi/audit --lines 1000 --output json | grep -o \'"record":{"v":1,"id":"[^"]*\' | head -1 | cut -d\'"\' -f8) --evidence .modi/evidence --out bundle',
      about: {
        en: 'an exchange of the sample; then: sh bundle/verify.sh',
        it: "uno scambio dell'esempio; poi: sh bundle/verify.sh",
      },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'made', it: 'creato' }],
    [
      EXIT.failed,
      {
        en: 'no such record, not sealed yet, or a file or key that cannot be used',
        it: 'registrazione assente, non ancora sigillata, o file o chiave inutilizzabile',
      },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [
      EXIT.broken,
      {
        en: 'not made: the chain from the record to its seal, or the evidence, is not what was written',
        it: 'non creato: la catena dalla registrazione al sigillo, o la prova, non è ciò che fu scritto',
      },
    ],
  ],

  async run(values, context) {
    const out = values.string('out');
    if (out === undefined) throw usageError('say where to with --out DIR', 'indicare dove con --out DIR');
    const key = recipientKey(values, context);
    return inChains(values.string('chains'), context, async (directory) => {
      const finder = new Finder(values.arguments());
      const verdict = await verify(directory, finder, values, context);
      refuseMissing(finder, verdict);
      const chains = new Map(verdict.chains.map(({ upTo: { state } }) => [state.node, state]));
      const evidence = evidenceSource(values, key, context);
      const stamped = !values.flag('firstCheckpoint');
      const sources = { directory, chains, seals: finder.nodes, exchanges: finder.exchanges(), evidence, stamped };
      const bundle = await buildBundle(sources).finally(() => evidence?.close());
      writeBundle(out, bundle.files, context);
      tell(out, bundle, finder, verdict, values, context);
      return EXIT.ok;
    });
  },
};

async function verify(directory: string, finder: Finder, values: Values, context: Context): Promise<FolderVerdict> {
  const teller = progressTeller(context);
  return verifyFolder(directory, {
    timestamps: timestampJudge(values, context),
    onRecord: (...record) => {
      finder.see(...record);
    },
    onProgress(progress) {
      teller.tell(progress);
      return true;
    },
  }).finally(() => {
    teller.finish();
  });
}

/** A record that cannot be found in a damaged chain may be the damage. */
function refuseMissing(finder: Finder, { findings: [finding] }: FolderVerdict): void {
  const [missing] = finder.missing();
  if (missing === undefined) return;
  if (finding !== undefined) throw new ChainError(finding);
  throw noRecord(missing);
}

/** @throws CliError CLI_FILE when there is no such folder: evidence that cannot be looked for is not evidence that is gone. */
function evidenceSource(values: Values, key: KeyObject | undefined, context: Context): EvidenceSource | undefined {
  const store = values.string('evidence');
  if (store === undefined) return undefined;
  const directory = resolve(context.host.cwd, store);
  try {
    readdirSync(directory);
  } catch (error) {
    throw fileError(store, error);
  }
  return new EvidenceSource(directory, key);
}

/** @throws CliError CLI_KEY, CLI_FILE or CLI_KEY_PERMISSIONS. */
function recipientKey(values: Values, context: Context): KeyObject | undefined {
  const path = values.string('key');
  if (path === undefined) return undefined;
  try {
    return readPrivateKey(readSecretFile(path, context));
  } catch (cause) {
    if (!(cause instanceof SigningError)) throw cause;
    throw new CliError('CLI_KEY', { en: `${path}: ${cause.message}`, it: `${path}: ${cause.message}` }, { cause });
  }
}

function tell(
  out: string,
  { files, sha256, notes, others }: BuiltBundle,
  finder: Finder,
  { findings }: FolderVerdict,
  values: Values,
  context: Context,
): void {
  const exchanges = finder.exchanges();
  const [finding] = findings;
  if (finding !== undefined) {
    const where = `${safeText(finding.file)}: ${finding.seq}: ${finding.code}`;
    context.say(
      context.text({
        en: `note: the chains are damaged elsewhere, outside of what is in the bundle (${where}); run: modi audit verify`,
        it: `nota: le catene sono alterate altrove, fuori da ciò che è nel fascicolo (${where}); eseguire: modi audit verify`,
      }),
    );
  }
  if (values.string('output') === 'json') {
    const told = notes.map(({ code, where }) => ({ code, where, text: context.text(NOTES[code]) }));
    const ids = exchanges.map(({ id }) => id);
    context.printJson('modi.audit-export/1', {
      out,
      sha256,
      files: files.size,
      exchanges: ids,
      other_records: others,
      notes: told,
    });
    return;
  }
  context.print(
    context.text({
      en: `${out}: exchanges ${exchanges.length}, files ${files.size}, records of other requests ${others}`,
      it: `${out}: scambi ${exchanges.length}, file ${files.size}, registrazioni di altre richieste ${others}`,
    }),
  );
  for (const { code, where } of notes)
    context.print(`${context.text({ en: 'note', it: 'nota' })}  ${where}: ${context.text(NOTES[code])}`);
  context.print(`SHA-256  ${sha256}`);
  context.print(context.text({ en: `next: sh ${out}/verify.sh`, it: `ora: sh ${out}/verify.sh` }));
}
