import { resolve } from 'node:path';
import {
  checkEvidence,
  newTally,
  verifyFolder,
  type EvidenceTally,
  type Finding,
  type FolderVerdict,
  type VerifyOptions,
} from '../../core/audit';
import {
  evidenceForJson,
  FOLDER_ARGUMENT,
  folderOf,
  inFolder,
  printVerdict,
  progressTeller,
  readVerified,
  timestampJudge,
  trustedSigners,
  verdictForJson,
  writeVerified,
} from '../audit';
import type { CommandDefinition, OptionDeclaration } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { readFile } from '../shell/input';
import type { Values } from '../shell/values';

const OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--anchors <FILE>',
    about: {
      en: 'authorities whose certificates may sign checkpoints, in PEM',
      it: 'autorità i cui certificati possono firmare i checkpoint, in PEM',
    },
    repeat: true,
  },
  {
    flags: '--key <FILE>',
    about: {
      en: 'a public key or certificate that may sign checkpoints, in PEM or JWK',
      it: 'chiave pubblica o certificato che può firmare i checkpoint, in PEM o JWK',
    },
    repeat: true,
  },
  {
    flags: '--tsa-anchors <FILE>',
    about: {
      en: 'authorities whose certificates may sign time stamps, in PEM (default: any time stamp that holds)',
      it: 'autorità i cui certificati possono firmare marche temporali, in PEM (predefinito: ogni marca valida)',
    },
    repeat: true,
  },
  {
    flags: '--evidence <DIR>',
    about: {
      en: 'compare the evidence in this folder with what the records say of it',
      it: 'confronta le prove in questa cartella con ciò che ne dicono le registrazioni',
    },
  },
  {
    flags: '--witness <FILE>',
    about: {
      en: 'checkpoints that were kept elsewhere (the collector writes them): each must be in the chain',
      it: 'checkpoint conservati altrove (li scrive il collettore): ognuno deve essere nella catena',
    },
  },
  {
    flags: '--state <FILE>',
    about: {
      en: 'go on after what an earlier verification left there, and leave there how far this one came',
      it: 'prosegue da quanto una verifica precedente vi ha lasciato, e vi lascia fin dove è arrivata',
    },
  },
  {
    flags: '--output <FORMAT>',
    about: { en: 'form of the result', it: 'forma del risultato' },
    choices: ['text', 'json'],
    default: 'text',
  },
];

export const auditVerifyCommand: CommandDefinition = {
  about: {
    en: 'Verify audit chains: every record, every link, every signed checkpoint. Tells the first bad record, and what\nwas done to it. Nothing is written but the state that --state asks for.',
    it: 'Verifica le catene di audit: ogni registrazione, ogni legame, ogni checkpoint firmato. Indica la prima\nregistrazione errata e cosa le è stato fatto. Nulla viene scritto, se non lo stato chiesto con --state.',
  },
  arguments: [FOLDER_ARGUMENT],
  options: OPTIONS,
  examples: [
    { line: 'modi audit verify .modi/audit', about: { en: 'the chain of the sample', it: "la catena dell'esempio" } },
    {
      line: 'modi audit verify .modi/audit --anchors .modi/ca.pem --state verified.json',
      about: {
        en: 'signed by a trusted authority’s certificate; the next time only what is new',
        it: 'firmata da un certificato di autorità fidata; la prossima volta solo il nuovo',
      },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'intact', it: 'integra' }],
    [
      EXIT.failed,
      { en: 'could not tell: unreadable folder or file', it: 'non si può dire: cartella o file illeggibile' },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [EXIT.broken, { en: 'not what was written', it: 'non è ciò che fu scritto' }],
  ],

  async run(values, context) {
    const trusts = trustedSigners(values, context);
    const state = values.string('state');
    const progress = progressTeller(context);
    const options: VerifyOptions = {
      ...(trusts === undefined ? {} : { trusts }),
      timestamps: timestampJudge(values, context),
      ...witnessOf(values, context),
      ...(state === undefined ? {} : { from: readVerified(state, context) }),
      onProgress: stopper(context, progress.tell),
    };
    const tally = values.string('evidence') === undefined ? undefined : newTally();
    const verdict = await inFolder(folderOf(values), context, async (folder) =>
      withEvidence(await verifyFolder(folder, options), folder, values, tally, context),
    );
    progress.finish();
    if (values.string('output') === 'json') {
      context.printJson('modi.audit-verify/1', { ...verdictForJson(verdict, context), ...evidenceForJson(tally) });
    } else printVerdict(verdict, { trusted: trusts !== undefined, tally }, context);
    if (verdict.unreadableWitness > 0) context.say(context.text(unreadable(verdict.unreadableWitness)));
    if (verdict.findings.length > 0) return EXIT.broken;
    if (state !== undefined) writeVerified(state, verdict, context);
    if (verdict.chains.length > 0 && verdict.complete) return EXIT.ok;
    if (verdict.chains.length === 0) context.say(context.text(EMPTY));
    return EXIT.failed;
  },
};

/** Evidence is only looked at behind a chain that is what it was: nothing else says what it must be. */
async function withEvidence(
  verdict: FolderVerdict,
  folder: string,
  values: Values,
  tally: EvidenceTally | undefined,
  context: Context,
): Promise<FolderVerdict> {
  const evidence = values.string('evidence');
  if (evidence === undefined || verdict.findings.length > 0 || !verdict.complete) return verdict;
  const findings: Finding[] = [];
  for await (const finding of checkEvidence(folder, resolve(context.host.cwd, evidence), tally)) {
    findings.push(finding);
    if (findings.length >= MOST_FINDINGS) break;
  }
  return { ...verdict, findings };
}

const MOST_FINDINGS = 100;

const unreadable = (lines: number) => ({
  en: `of the witness, lines that are no checkpoints and prove nothing: ${lines}`,
  it: `righe del testimone che non sono checkpoint e non provano nulla: ${lines}`,
});

const EMPTY = { en: 'there is no chain in this folder', it: 'in questa cartella non c’è alcuna catena' };

/** Ctrl-C stops between two pieces: what was verified so far is kept. */
function stopper(context: Context, tell: (progress: Parameters<NonNullable<VerifyOptions['onProgress']>>[0]) => void) {
  let stopped = false;
  void context.host.stopped().then(() => {
    stopped = true;
  });
  return (progress: Parameters<NonNullable<VerifyOptions['onProgress']>>[0]): boolean => {
    tell(progress);
    return !stopped;
  };
}

function witnessOf(values: Values, context: Context): Pick<VerifyOptions, 'witness'> {
  const file = values.string('witness');
  if (file === undefined) return {};
  const lines = readFile(file, context)
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'latin1'));
  return { witness: { file, lines } };
}
