import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The process whose command line names the socket: no gateway tells which one serves it. */
export function pidOf(socket: string): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const arguments_ = commandLine(entry);
    if (arguments_[0]?.includes('node') === true && arguments_.includes(socket)) return Number(entry);
  }
  return undefined;
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
  } catch (error) {
    // A process may end while we look.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
      return [];
    throw error;
  }
}
