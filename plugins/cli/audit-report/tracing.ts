import type { ChainEntry } from '../../core/audit';
import { hasAt, numberAt, textAt, type DayOf } from '../audit';
import { csvField } from './csv';

/** A line of the platform's file: how often a voucher was used for a purpose with this outcome. */
interface TracingRow {
  readonly purpose: string;
  readonly status: number;
  readonly token: string;
  readonly count: number;
}

/** What is known of one node's records about the day. */
interface Coverage {
  first: string;
  last: string;
}

/**
 * The traffic of one day for the platform's tracing (PDND, "tracciamento"): a row for each purpose, status and voucher,
 * as the platform wants them unique. A request counts on the day on which it arrived. It counts once its voucher's
 * signature was found to hold, also when it was refused after that: what nobody has signed is nobody's traffic.
 */
export class Tracing {
  readonly nodes = new Map<string, Coverage>();
  /** Requests of the day with a voucher, whose purpose, voucher id or status no record tells. */
  incomplete = 0;
  /** Records which say that something of Kong's log was lost or no record, since the day began. */
  lost = 0;
  private readonly rows = new Map<string, TracingRow>();
  private readonly date: string;
  private readonly dayOf: DayOf;

  constructor(date: string, dayOf: DayOf) {
    this.date = date;
    this.dayOf = dayOf;
  }

  add({ node, kind, at, members: { record } }: ChainEntry): void {
    this.nodes.set(node, { first: this.nodes.get(node)?.first ?? at, last: at });
    if (kind === 'gap' || kind === 'unreadable') {
      if ((this.dayOf(at) ?? '') >= this.date) this.lost += 1;
    } else if (kind === 'access' && this.dayOf(textAt(record, 'time', 'accepted')) === this.date) this.count(record);
  }

  /** In the order of purpose, status and voucher: the same records always make the same file. */
  sorted(): readonly TracingRow[] {
    return [...this.rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  }

  /** The file, as the platform takes it: CSV with a header line. */
  csv(): string {
    const lines = this.sorted().map(({ purpose, status, token, count }) =>
      [this.date, csvField(purpose), status, csvField(token), count].join(','),
    );
    return `${['date,purpose_id,status,token_id,requests_count', ...lines].join('\n')}\n`;
  }

  private count(record: unknown): void {
    if (!carriesVoucher(record)) return;
    const purpose = textAt(record, 'purpose');
    const status = numberAt(record, 'outcome', 'status');
    const token = textAt(record, 'modi', 'tokens', 'VOUCHER', 'jti') ?? textAt(record, 'ids', 'jti', 'authorization');
    if (purpose === undefined || status === undefined || token === undefined) {
      this.incomplete += 1;
      return;
    }
    const key = JSON.stringify([purpose, status, token]);
    this.rows.set(key, { purpose, status, token, count: (this.rows.get(key)?.count ?? 0) + 1 });
  }
}

/** An accepted request tells the platform's ids under `pdnd`; a refused one the token, with ids once it was verified. */
const carriesVoucher = (record: unknown): boolean =>
  hasAt(record, 'modi', 'pdnd') || hasAt(record, 'modi', 'tokens', 'VOUCHER', 'jti');
