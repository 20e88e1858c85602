import { vi } from 'vitest';

// All suites of a mutant share one process. Keepers that an earlier suite left behind are still there, and would look after
// their sources every few seconds: a suite that counts what is told would count that too. No suite waits for such a look.
vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
