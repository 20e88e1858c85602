import type { Agreement, Limits } from '../../service-catalogue';

/** An agreement as list and show print it. */
export interface Row {
  readonly organisation: string;
  readonly identity: string;
  readonly service: string;
  readonly patterns: readonly string[];
  readonly url: string;
  readonly signed_answers: boolean;
  /** `60/minute 1000/day`, of the agreement, else of the service. */
  readonly limits: string;
  readonly until: string | null;
  readonly reference: string | null;
}

export const rowOf = ({ organisation, service, limits, until, reference }: Agreement): Row => ({
  organisation: organisation.id,
  identity: organisation.identity,
  service: service.name,
  patterns: service.patterns,
  url: service.audience[0] ?? '',
  signed_answers: service.sign,
  limits: limitsText(limits) || limitsText(service.limits),
  until,
  reference,
});

const limitsText = (limits: Limits | null): string =>
  Object.entries(limits ?? {})
    .flatMap(([period, count]) => (count === null ? [] : [`${count}/${period}`]))
    .join(' ');

/** Columns as wide as what stands in them. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
