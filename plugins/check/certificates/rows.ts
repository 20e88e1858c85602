import { hintOf, type Localized, type ModiCode, type VerificationError } from '../../core/errors';
import type { Row, Source, State } from './types';

/** What the codes of certificates mean for a report. */
const STATES: Readonly<Partial<Record<ModiCode, State>>> = {
  MODI_CERTIFICATE_EXPIRED: 'ended',
  MODI_CERTIFICATE_NOT_YET_VALID: 'not_yet',
  MODI_CERTIFICATE_WEAK_KEY: 'weak',
  MODI_CERTIFICATE_USAGE: 'unfit',
  MODI_CERTIFICATE_CONSTRAINT: 'unfit',
  MODI_CERTIFICATE_UNTRUSTED: 'untrusted',
  MODI_CERTIFICATE_REVOKED: 'revoked',
};

type Named = Pick<Row, 'kind' | 'name'> & Partial<Pick<Row, 'ends' | 'revocation'>>;
type Verdict = Pick<Row, 'state'> & Partial<Pick<Row, 'code' | 'detail'>>;

export const rowOf = ({ field, origin }: Source, named: Named, verdict: Verdict): Row => ({
  fields: [field],
  origin,
  ends: undefined,
  revocation: undefined,
  code: undefined,
  detail: undefined,
  ...named,
  ...verdict,
});

/** What a refusal of the gateway says of a thing. One that is no verdict on it means that nobody could tell. */
export const verdictBy = ({ code, params }: VerificationError): Verdict => ({
  state: STATES[code] ?? 'unknown',
  code,
  detail: { en: hintOf(code, params, 'en'), it: hintOf(code, params, 'it') },
});

/** `problem` goes on after "it". */
export const unfit = (problem: string): Verdict => ({
  state: 'unfit',
  detail: { en: `it ${problem}`, it: `non è adatto: ${problem}` },
});

/** `problem` goes on after "it". */
export const unreadableRow = (source: Source, problem: string): Row =>
  rowOf(source, { kind: 'source', name: source.origin }, { state: 'unreadable', detail: said(problem) });

const said = (problem: string): Localized => ({ en: `it ${problem}`, it: `non leggibile: ${problem}` });

/** One row for one thing, however many places name it. */
export function merged(rows: readonly Row[]): readonly Row[] {
  const known = new Map<string, Row>();
  for (const row of rows) {
    const { fields, ...rest } = row;
    const key = JSON.stringify(rest);
    const before = known.get(key);
    known.set(key, before === undefined ? row : { ...row, fields: [...new Set([...before.fields, ...fields])] });
  }
  return [...known.values()];
}
