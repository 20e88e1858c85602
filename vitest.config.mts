import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['spec/**/*.spec.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ['spec/support/setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
