import { defineConfig } from 'vitest/config';

/** Benches and other long runs that are scripts of their own: measured one at a time, never part of `npm test`. */
export default defineConfig({
  test: {
    include: ['spec/bench/**/*.bench.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    setupFiles: ['spec/support/setup.ts'],
  },
});
