import { defineConfig } from 'vitest/config';

/** The long run of the fuzzers, as long as it takes. */
process.env['FUZZ_INPUTS'] ??= '1000000';
process.env['FUZZ_RUNS'] ??= '20000';

export default defineConfig({
  test: {
    include: ['spec/fuzz/*.spec.ts'],
    globalSetup: ['spec/support/fuzz/final-table.ts'],
    setupFiles: ['spec/support/setup.ts'],
    testTimeout: 0,
    hookTimeout: 0,
    pool: 'forks',
    maxWorkers: 2,
  },
});
