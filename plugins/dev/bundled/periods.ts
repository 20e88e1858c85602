/** The windows of rate-limiting, shortest first, with the lengths that Kong gives them. */
export const PERIODS = [
  { name: 'second', title: 'Second', seconds: 1 },
  { name: 'minute', title: 'Minute', seconds: 60 },
  { name: 'hour', title: 'Hour', seconds: 3600 },
  { name: 'day', title: 'Day', seconds: 86_400 },
  { name: 'month', title: 'Month', seconds: 2_592_000 },
  { name: 'year', title: 'Year', seconds: 31_536_000 },
] as const;

export type Period = (typeof PERIODS)[number];

/** When the window that `now` lies in began: milliseconds since 1970, by the calendar of UTC. */
export function periodStart(name: Period['name'], now: number): number {
  const date = new Date(now);
  switch (name) {
    case 'second':
      return Math.floor(now / 1000) * 1000;
    case 'minute':
      return Math.floor(now / 60_000) * 60_000;
    case 'hour':
      return Math.floor(now / 3_600_000) * 3_600_000;
    case 'day':
      return Math.floor(now / 86_400_000) * 86_400_000;
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    case 'year':
      return Date.UTC(date.getUTCFullYear(), 0, 1);
  }
}
