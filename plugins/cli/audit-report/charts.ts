import type { Group } from './tally';
import { escapeHtml as text } from './html';

/** One bar: what it is called, and its parts from left to right or from the bottom up. */
export interface Bar {
  readonly label: string;
  readonly parts: readonly Part[];
  /** What stands behind it. */
  readonly value: string;
}

interface Part {
  readonly value: number;
  /** Class of the style, which has a colour and, for print without colours, a pattern. */
  readonly look: 'accepted' | 'refused' | 'other';
}

/** What became of the requests of a group, as parts of a bar. */
export const partsOf = ({ results, requests }: Group): readonly Part[] => [
  { value: results.accepted, look: 'accepted' },
  { value: results.refused, look: 'refused' },
  { value: requests - results.accepted - results.refused, look: 'other' },
];

const WIDTH = 680;
const LABEL = 210;
const VALUE = 80;
const ROW = 26;
const LONGEST = 30;

/** Horizontal bars on one scale, a row each. `title` says what is seen, for those who do not see it. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(sumOf));
  const scale = (WIDTH - LABEL - VALUE) / most;
  const rows = bars.map((bar, index) => {
    const y = index * ROW;
    let x = LABEL;
    const parts = bar.parts.map(({ value, look }) => {
      const width = value * scale;
      const part = value === 0 ? '' : rectangle(x, y + 5, width, ROW - 10, look);
      x += width;
      return part;
    });
    const label = bar.label.length > LONGEST ? `${bar.label.slice(0, LONGEST - 1)}…` : bar.label;
    return `<text x="${LABEL - 8}" y="${y + 17}" text-anchor="end">${text(label)}</text>${parts.join('')}<text x="${round(x + 6)}" y="${y + 17}" class="value">${text(bar.value)}</text>`;
  });
  return drawing(title, bars.length * ROW, rows.join(''));
}

const HEIGHT = 180;
const FOOT = 22;
const AXIS = 48;

/** Columns side by side, as days are. */
export function columnChart(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(sumOf));
  const step = (WIDTH - AXIS) / Math.max(1, bars.length);
  const width = Math.min(48, step * 0.8);
  const every = Math.ceil(bars.length / 8);
  const columns = bars.map((bar, index) => {
    const x = AXIS + index * step + (step - width) / 2;
    let y = HEIGHT;
    const parts = bar.parts.map(({ value, look }) => {
      const height = (value / most) * (HEIGHT - 14);
      y -= height;
      return value === 0 ? '' : rectangle(x, y, width, height, look);
    });
    const label = `<text x="${round(x + width / 2)}" y="${HEIGHT + 16}" text-anchor="middle">${text(bar.label)}</text>`;
    return `${parts.join('')}${index % every === 0 ? label : ''}`;
  });
  const line = (y: number, value: string) =>
    `<line x1="${AXIS}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${AXIS - 6}" y="${y + 4}" text-anchor="end">${value}</text>`;
  return drawing(
    title,
    HEIGHT + FOOT,
    `${line(14, String(most))}${most > 1 ? line((14 + HEIGHT) / 2, '') : ''}${line(HEIGHT, '0')}${columns.join('')}`,
  );
}

const sumOf = ({ parts }: Bar): number => parts.reduce((sum, { value }) => sum + value, 0);

const rectangle = (x: number, y: number, width: number, height: number, look: string): string =>
  `<rect class="${look}" x="${round(x)}" y="${round(y)}" width="${round(Math.max(1, width))}" height="${round(height)}"/>`;

const drawing = (title: string, height: number, content: string): string =>
  `<svg role="img" aria-label="${text(title)}" viewBox="0 0 ${WIDTH} ${Math.max(ROW, height)}"><title>${text(title)}</title>${content}</svg>`;

const round = (value: number): string => String(Math.round(value * 10) / 10);
