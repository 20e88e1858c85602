import type { Inspection, State } from '../../check';
import type { Localized } from '../../core/errors';
import { EXIT } from '../shell/exit-codes';

export const STATE_WORDS: Readonly<Record<State, Localized>> = {
  ok: { en: 'ok', it: 'ok' },
  ending: { en: 'ending', it: 'in scadenza' },
  ended: { en: 'ended', it: 'scaduto' },
  not_yet: { en: 'not yet', it: 'non ancora' },
  revoked: { en: 'revoked', it: 'revocato' },
  weak: { en: 'weak', it: 'debole' },
  unfit: { en: 'unfit', it: 'inadatto' },
  untrusted: { en: 'untrusted', it: 'non fidato' },
  unreadable: { en: 'unreadable', it: 'illeggibile' },
  unknown: { en: 'unknown', it: 'ignoto' },
};

const NO_ANSWER: ReadonlySet<State> = new Set(['unreadable', 'unknown']);

/** 3 when something is not as it should be; 1 when something could not be told, or there was nothing to look at. */
export function exitCodeOf({ rows }: Inspection): number {
  const wrong = rows.filter(({ state }) => state !== 'ok');
  if (wrong.some(({ state }) => !NO_ANSWER.has(state))) return EXIT.refused;
  return wrong.length > 0 || rows.length === 0 ? EXIT.failed : EXIT.ok;
}
