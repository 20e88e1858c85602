import type { Language } from '../../core/errors';
import type { Group } from './tally';

/** Answers the one of two texts that is in the language of the page. */
export type Say = (en: string, it: string) => string;

export const sayIn =
  (language: Language): Say =>
  (en, it) =>
    language === 'it' ? it : en;

/** A day (YYYY-MM-DD) for the foot of a column: as 2 November is written in short in either language. */
export const shortDay = (day: string, say: Say): string => {
  const [, month = '', date = ''] = day.split('-');
  return say(`${month}-${date}`, `${date}/${month}`);
};

/** An instant (RFC 3339) to the minute, in UTC. */
export const minute = (instant: string): string => instant.replace(/^(\S{10})T(\d\d:\d\d).*$/, '$1 $2 UTC');

export const nameOf = ({ name }: Group, say: Say): string => name ?? say('(not recorded)', '(non registrato)');

export const nothing = (say: Say): string => `<p>${say('Nothing in this period.', 'Nulla in questo periodo.')}</p>`;

/** A part of the page with its heading; a long one may be broken across sheets. */
export const section = (title: string, content: string, long = false): string =>
  `<section${long ? ' class="long"' : ''}><h2>${title}</h2>${content}</section>`;
