import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';

/** MODI_GATEWAY=docker on a machine without Docker: nothing runs, and it is said why. */
function dockerIsMissing(): boolean {
  if (process.env['MODI_GATEWAY'] !== 'docker') return false;
  const { error, status, stderr } = spawnSync('docker', ['version'], { encoding: 'utf8' });
  if (error === undefined && status === 0) return false;
  const reason = error === undefined ? stderr.trim().split('\n').pop() : 'there is no docker on PATH';
  process.stderr.write(`skipped, MODI_GATEWAY=docker needs a Docker engine: ${reason}\n`);
  return true;
}
const skipped = dockerIsMissing();

export default defineConfig({
  test: {
    include: skipped ? [] : ['spec/**/*.spec.ts'],
    passWithNoTests: skipped,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ['spec/support/setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
});
