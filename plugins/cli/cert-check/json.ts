import type { Inspection } from '../../check';
import type { Context } from '../shell/context';
import { utc } from '../shell/time-text';

/** Everything in both languages, as `modi check` has it. */
export function printJson({ rows, leftAlone }: Inspection, now: number, context: Context): void {
  context.printJson('modi.cert.check/1', {
    at: utc(now),
    items: rows.map(({ kind, name, origin, fields, ends, state, code, detail, revocation }) => ({
      kind,
      name,
      origin,
      fields,
      ends: ends === undefined ? null : utc(ends),
      state,
      code: code ?? null,
      detail: detail ?? null,
      revocation: revocation ?? null,
    })),
    left_alone: leftAlone,
  });
}
