import type { KeyObject } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { ChainError, verifyFolder, type FolderVerdict } from '../../core/audit';
import { readPrivateKey, SigningError } from '../../core/sign';
import { inChains, progressTeller, timestampJudge } from '../audit';
import {
  buildBundle,
  EvidenceSource,
  Finder,
  tellBundle,
  tellDamage,
  tellUnsealed,
  WANTED_OPTIONS,
  wantedIn,
  writeBundle,
  type Wanted,
} from '../audit-export';
import { CliError, usageError } from '../shell/cli-error';
import type { CommandDefinition, OptionDeclaration } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { fileError, readSecretFile } from '../shell/input';
import type { Values } from '../shell/values';

const OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--out <DIR>',
    about: { en: 'the folder to make', it: 'la cartella da creare' },
  },
  ...WANTED_OPTIONS,
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
    en: 'Evidence of exchanges for a third party: a folder with records, chain, signatures, certificates and bodies, which\nopenssl alone can verify, and a page that says how, in English and Italian. Exchanges are named by ids, or chosen by the\nday on which the request arrived and by caller.',
    it: 'La prova di scambi per un terzo: una cartella con registrazioni, catena, firme, certificati e contenuti, che il solo\nopenssl può verificare, e una pagina che dice come, in italiano e in inglese. Gli scambi sono indicati con i loro id, o\nscelti per giorno di arrivo della richiesta e per chiamante.',
  },
  arguments: [
    { name: '[ID...]', about: { en: 'request ids, or jti of tokens', it: 'id di richieste, o jti di token' } },
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
    {
      line: 'modi audit export --from 2026-11-01 --to 2026-11-07 --caller CF:IT-00000000001 --evidence .modi/evidence --out week',
      about: { en: 'all exchanges of a caller in a week', it: 'tutti gli scambi di un chiamante in una settimana' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'made', it: 'creato' }],
    [
      EXIT.failed,
      {
        en: 'no such record, not sealed yet, too many, or a file or key that cannot be used',
        it: 'registrazione assente, non ancora sigillata, troppe, o file o chiave inutilizzabile',
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
    const wanted = wantedIn(values);
    const key = recipientKey(values, context);
    return inChains(values.string('chains'), context, async (directory) => {
      const finder = new Finder(wanted);
      const verdict = await verify(directory, finder, values, context);
      refuseMissing(wanted, verdict);
      const all = finder.exchanges();
      const sealed = all.filter((exchange) => finder.isSealed(exchange));
      // What was asked for by name must be there; of a period, that goes on, what can be proven by now.
      const isNamed = values.arguments().length > 0;
      const exchanges = isNamed || sealed.length === 0 ? all : sealed;
      const chains = new Map(verdict.chains.map(({ upTo: { state } }) => [state.node, state]));
      const evidence = evidenceSource(values, key, context);
      const stamped = !values.flag('firstCheckpoint');
      const sources = { directory, chains, seals: finder.nodes, exchanges, evidence, stamped };
      const bundle = await buildBundle(sources).finally(() => evidence?.close());
      writeBundle(out, bundle.files, context);
      const [damage] = verdict.findings;
      if (damage !== undefined) tellDamage(damage, !isNamed, context);
      const unsealed = all.length - exchanges.length;
      if (unsealed > 0) tellUnsealed(unsealed, context);
      tellBundle({ ...bundle, out, exchanges, unsealed }, values.string('output'), context);
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
function refuseMissing(wanted: Wanted, { findings: [finding] }: FolderVerdict): void {
  const missing = wanted.missing();
  if (missing === undefined) return;
  if (finding !== undefined) throw new ChainError(finding);
  throw missing;
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
