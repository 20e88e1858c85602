import { barChart, columnChart, partsOf } from './charts';
import type { Duration, Figures } from './figures';
import { htmlTable } from './html';
import type { Group } from './tally';
import { nameOf, nothing, section, shortDay, type Say } from './words';

/** Names that a chart shows; the table beside it has more of them. */
const IN_CHART = 10;
const IN_TABLE = 50;

export function trafficByDay({ days }: Figures, say: Say): string {
  const title = say('By day', 'Per giorno');
  if (days.length === 0) return section(title, nothing(say));
  const bars = days.map((day) => ({ label: shortDay(day.name ?? '', say), parts: partsOf(day), value: '' }));
  return section(title, `${columnChart(title, bars)}${groupTable(days, say, days.length)}`, days.length > 20);
}

export function groupSection(title: string, groups: readonly Group[], say: Say): string {
  if (groups.length === 0) return section(title, nothing(say));
  const bars = groups.slice(0, IN_CHART).map((group) => ({
    label: nameOf(group, say),
    parts: partsOf(group),
    value: String(group.requests),
  }));
  const left = groups.length - IN_CHART;
  const more =
    left > 0
      ? `<p class="legend">${say(`The chart shows the first ${IN_CHART} of ${groups.length}.`, `Il grafico mostra i primi ${IN_CHART} di ${groups.length}.`)}</p>`
      : '';
  return section(title, `${barChart(title, bars)}${more}${groupTable(groups, say, IN_TABLE)}`, groups.length > 20);
}

function groupTable(groups: readonly Group[], say: Say, limit: number): string {
  const rows = groups
    .slice(0, limit)
    .map((group) => [
      nameOf(group, say),
      group.requests,
      group.results.accepted,
      group.results.refused,
      group.requests - group.results.accepted - group.results.refused,
    ]);
  const rest = groups.slice(limit);
  const sum = rest.reduce((total, { requests }) => total + requests, 0);
  const more = say(
    `and ${rest.length} more: ${sum} requests; --format csv has all of them`,
    `e altri ${rest.length}: ${sum} richieste; --format csv li contiene tutti`,
  );
  const head = [
    '',
    say('requests', 'richieste'),
    say('accepted', 'accettate'),
    say('refused', 'rifiutate'),
    say('other', 'altre'),
  ];
  return `${htmlTable(head, rows)}${rest.length === 0 ? '' : `<p class="legend">${more}</p>`}`;
}

export function latencySection({ latency }: Figures, say: Say): string {
  const title = say('Latency in milliseconds', 'Latenza in millisecondi');
  if (latency.total.measured === 0) return section(title, nothing(say));
  const names: Readonly<Record<Duration, string>> = {
    gateway: say('in Kong and its plugins', 'in Kong e nei plugin'),
    upstream: say('waiting for the service', 'in attesa del servizio'),
    total: say('as the caller waits', 'attesa del chiamante'),
  };
  const durations = Object.entries(names) as [Duration, string][];
  const bars = durations.flatMap(([key, name]) =>
    (
      [
        ['p50', latency[key].p50_ms],
        ['p95', latency[key].p95_ms],
        ['p99', latency[key].p99_ms],
      ] as const
    ).map(([label, value]) => ({
      label: `${name} ${label}`,
      parts: [{ value: value ?? 0, look: 'accepted' as const }],
      value: value === null ? '–' : String(value),
    })),
  );
  const rows = durations.map(([key, name]) => {
    const { measured, p50_ms, p95_ms, p99_ms, max_ms } = latency[key];
    return [name, measured, ...[p50_ms, p95_ms, p99_ms, max_ms].map((value) => value ?? '–')];
  });
  const head = ['', say('measured', 'misurate'), 'p50', 'p95', 'p99', 'max'];
  return section(title, `${barChart(title, bars)}${htmlTable(head, rows)}`);
}
