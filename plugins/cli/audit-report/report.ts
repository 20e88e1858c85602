import { openStated, type FolderVerdict } from '../../core/audit';
import { csvName } from './csv';
import type { Figures } from './figures';
import { RESULTS, type Group } from './tally';

/** Everything that the report says, in each of its forms. Names are stable: `--format json` prints this. */
export interface AuditReport {
  readonly created: string;
  readonly organizations: readonly string[];
  readonly period: { readonly from: string | null; readonly to: string | null; readonly time_zone: string };
  readonly chain_status: 'intact' | 'broken';
  readonly findings: readonly {
    readonly node: string;
    readonly seq: number;
    readonly file: string;
    readonly code: string;
  }[];
  readonly chains: readonly ChainStatus[];
  readonly figures: Figures;
}

interface ChainStatus {
  readonly node: string;
  readonly records: number;
  readonly segments: number;
  /** Records that a signed checkpoint covers. */
  readonly sealed: number;
  readonly checkpoints: number;
  /** How often a record is older than the one before it. */
  readonly clock_set_back: number;
  readonly last_record_at: string;
  /** SHA-256 of the last record; null after damage. */
  readonly last_hash: string | null;
  readonly signers: readonly { readonly name: string; readonly expires: string | null }[];
}

/** What a verification says of the chains. */
export const chainsOf = ({
  chains,
  findings,
}: FolderVerdict): Pick<AuditReport, 'chain_status' | 'findings' | 'chains'> => ({
  chain_status: findings.length === 0 ? 'intact' : 'broken',
  findings: findings.map(({ node, seq, file, code }) => ({ node, seq, file, code })),
  chains: chains.map(({ upTo: { state }, files }) => ({
    node: state.node,
    records: state.seq,
    segments: files,
    sealed: state.sealed,
    checkpoints: state.checkpointCount,
    clock_set_back: state.clockSetBack,
    last_record_at: state.at,
    last_hash: state.hash ?? null,
    signers: state.signers.map(openStated).map(({ name, certificates: [certificate] }) => ({
      name,
      expires: certificate === undefined ? null : new Date(certificate.validTo).toISOString(),
    })),
  })),
});

/** The figures as a table with the columns `table`, `name`, `measure` and `value`. */
export function reportCsv({ figures, chains, chain_status }: AuditReport): string {
  const rows: (readonly [string, string, string, string | number])[] = [['chain', '', 'status', chain_status]];
  for (const { node, records, sealed } of chains)
    rows.push(['chain', node, 'records', records], ['chain', node, 'sealed', sealed]);
  const groups: Readonly<Record<string, readonly Group[]>> = {
    all: [figures.all],
    day: figures.days,
    service: figures.services,
    consumer: figures.consumers,
    purpose: figures.purposes,
    code: figures.codes,
    evidence: figures.evidence,
  };
  for (const [table, members] of Object.entries(groups)) {
    for (const { name, requests, results } of members) {
      rows.push([table, name ?? '', 'requests', requests]);
      for (const result of RESULTS) rows.push([table, name ?? '', result, results[result]]);
    }
  }
  for (const [name, latency] of Object.entries(figures.latency)) {
    for (const [measure, value] of Object.entries(latency)) rows.push(['latency', name, measure, Number(value ?? NaN)]);
  }
  for (const { sha256, expires } of figures.certificates) rows.push(['certificate', sha256, 'expires', expires]);
  for (const [measure, value] of Object.entries(figures.events)) rows.push(['event', '', measure, Number(value)]);
  const lines = rows.map(([table, name, measure, value]) =>
    [table, csvName(name), measure, Number.isNaN(value) ? '' : value].join(','),
  );
  return `${['table,name,measure,value', ...lines].join('\n')}\n`;
}
