import { fail, ok, same, warn, type Finding } from '../../checklist';
import type { Facts } from '../facts';
import { say } from './words';

/** A Date has whole seconds, and was written a moment before it was read. */
const ROUNDING = 2;
const DEFAULT_SKEW = 5;

/** The clocks of what answered, against this machine's. Tokens live for a minute: seconds matter. */
export function checkClocks({ clocks, entities }: Facts): readonly Finding[] {
  const skews = (entities?.plugins ?? []).flatMap(({ config }) =>
    typeof config['clock_skew'] === 'number' ? [config['clock_skew']] : [],
  );
  const allowed = Math.max(ROUNDING, Math.min(DEFAULT_SKEW, ...skews));
  return clocks.map(({ of, ahead }) => {
    const off = Math.round(Math.abs(ahead));
    if (off <= ROUNDING) return ok('clock', same(of));
    const found =
      ahead > 0
        ? say(`${of} is ${off} s ahead of this machine`, `${of} è ${off} s avanti rispetto a questa macchina`)
        : say(`${of} is ${off} s behind this machine`, `${of} è ${off} s indietro rispetto a questa macchina`);
    const todo = say(
      'look at NTP on both machines (chronyc tracking, timedatectl)',
      'verificare NTP su entrambe le macchine (chronyc tracking, timedatectl)',
    );
    return off > allowed ? fail('clock', found, todo) : warn('clock', found, todo);
  });
}
