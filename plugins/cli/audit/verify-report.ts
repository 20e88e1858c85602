import {
  findingText,
  openStated,
  type ChainVerdict,
  type EvidenceTally,
  type Finding,
  type FolderVerdict,
} from '../../core/audit';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import { utcAndRelative } from '../shell/time-text';
import { printEvidence } from './evidence-report';

/** What is said beside the verdict. */
interface Beside {
  /** The signers were compared with who may have signed. */
  readonly trusted: boolean;
  /** Undefined when no evidence was looked at. */
  readonly tally: EvidenceTally | undefined;
}

/** The verdict in words: a block for each chain, then what is wrong, the first bad record first. */
export function printVerdict(verdict: FolderVerdict, { trusted, tally }: Beside, context: Context): void {
  for (const chain of verdict.chains) printChain(chain, trusted, context);
  if (tally !== undefined) printEvidence(tally, context);
  for (const finding of verdict.findings) printFinding(finding, context);
  const { good, bad, strong } = context.style;
  const [first] = verdict.findings;
  const word = context.text({ en: 'verdict', it: 'verdetto' });
  if (first !== undefined) {
    const where = context.text({ en: 'first bad record', it: 'prima registrazione errata' });
    context.print(`${word}  ${bad(BROKEN(context))}  ${where} ${first.seq} ${safeText(first.node)}  ${first.code}`);
  } else if (verdict.complete) context.print(`${word}  ${good(context.text({ en: 'INTACT', it: 'INTEGRA' }))}`);
  else
    context.print(
      `${word}  ${strong(context.text({ en: 'INTERRUPTED, good so far', it: 'INTERROTTA, finora integra' }))}`,
    );
}

const BROKEN = (context: Context): string => context.text({ en: 'BROKEN', it: 'ALTERATA' });

function printChain({ upTo: { state }, torn, files }: ChainVerdict, trusted: boolean, context: Context): void {
  const { text, style } = {
    text: (en: string, it: string) => context.text({ en, it }),
    style: context.style,
  };
  const now = context.host.now();
  const line = (word: string, rest: string) => {
    context.print(`${word.padEnd(9)}${rest}`);
  };
  line(
    text('chain', 'catena'),
    `${style.strong(safeText(state.node))}  ${text(`records ${state.seq}, segments ${files}`, `registrazioni ${state.seq}, segmenti ${files}`)}`,
  );
  const unsealed = state.seq - state.sealed;
  const at = state.at === '' ? '' : utcAndRelative(Date.parse(state.at) / 1000, now, context.language);
  line(
    text('sealed', 'sigillo'),
    `${text(`up to ${state.sealed}`, `fino a ${state.sealed}`)}${unsealed === 0 ? '' : text(`, ${unsealed} records wait for the next checkpoint`, `, ${unsealed} registrazioni attendono il prossimo checkpoint`)}; ${text('last record', 'ultima registrazione')} ${at}`,
  );
  const names = state.signers.map((signer) => openStated(signer).name).join(', ');
  const note = trusted
    ? text('trusted', 'fidata')
    : text(
        'not checked against anybody: give --anchors or --key',
        'non confrontata con nessuno: indicare --anchors o --key',
      );
  line(text('signed', 'firma'), `${safeText(names)} (${note})`);
  if (torn > 0) {
    line(
      text('note', 'nota'),
      text(
        `${torn} bytes of a record that was being written`,
        `${torn} byte di una registrazione in corso di scrittura`,
      ),
    );
  }
  if (state.clockSetBack > 0) {
    line(
      text('note', 'nota'),
      text(
        `the clock was set back ${state.clockSetBack} times`,
        `l'orologio è stato riportato indietro ${state.clockSetBack} volte`,
      ),
    );
  }
}

function printFinding(finding: Finding, context: Context): void {
  const { node, seq, file, offset, code } = finding;
  const place = [safeText(file), ...(offset === undefined ? [] : [`byte ${offset}`])].join(' ');
  const record = context.text({ en: 'record', it: 'registrazione' });
  context.print(`${context.style.bad('FAIL')}     ${safeText(node)} ${record} ${seq}  ${place}  ${code}`);
  context.print(`         ${safeText(context.text(findingText(finding)))}`);
}

/** The verdict as JSON. */
export function verdictForJson(
  { findings, chains, records, bytes, complete }: FolderVerdict,
  context: Context,
): object {
  return {
    outcome: findings.length > 0 ? 'broken' : complete ? 'intact' : 'interrupted',
    records_read: records,
    bytes_read: bytes,
    chains: chains.map(({ upTo: { state }, torn, files }) => ({
      node: state.node,
      chain: state.chain ?? null,
      records: state.seq,
      segments: files,
      sealed: state.sealed,
      last_record_at: state.at,
      signers: state.signers.map(({ id }) => id),
      stopped: state.stopped,
      torn_bytes: torn,
      clock_set_back: state.clockSetBack,
    })),
    findings: findings.map((finding) => ({ ...finding, text: context.text(findingText(finding)) })),
  };
}
