import type { Progress } from '../../core/audit';
import type { Context } from '../shell/context';

const FIRST_AFTER_MS = 1000;
const EVERY_MS = { terminal: 200, elsewhere: 10_000 };

/** Tells on stderr how far a long verification is: on a terminal in place, elsewhere a line every ten seconds. */
export function progressTeller(context: Context): {
  readonly tell: (progress: Progress) => void;
  readonly finish: () => void;
} {
  const { stderr } = context.host;
  const begun = Date.now();
  const every = stderr.isTTY ? EVERY_MS.terminal : EVERY_MS.elsewhere;
  let next = begun + (stderr.isTTY ? FIRST_AFTER_MS : every);
  let shown = false;
  return {
    tell(progress) {
      const now = Date.now();
      if (now < next) return;
      next = now + every;
      const line = lineOf(progress, (now - begun) / 1000, context);
      stderr.write(stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
      shown = stderr.isTTY;
    },
    finish() {
      if (shown) stderr.write('\r\u001b[K');
    },
  };
}

function lineOf({ records, bytes, ofBytes }: Progress, seconds: number, context: Context): string {
  const share = Math.min(1, bytes / Math.max(1, ofBytes));
  const left = share === 0 ? 0 : Math.ceil((seconds / share) * (1 - share));
  const speed = Math.round(records / seconds);
  return context.text({
    en: `${Math.floor(share * 100)} %  ${records} records, ${speed} per second, ${left} s left`,
    it: `${Math.floor(share * 100)} %  ${records} registrazioni, ${speed} al secondo, ${left} s rimanenti`,
  });
}
