import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(__dirname, '../..');

it('MODI_GATEWAY=docker without an engine says why nothing ran, and is no failure', () => {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status, stderr } = spawnSync(process.execPath, [vitest, 'run', 'spec/e2e/verify.spec.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, MODI_GATEWAY: 'docker', DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
  expect(stderr).toMatch(/^skipped, MODI_GATEWAY=docker needs a Docker engine: \S+/m);
  expect(status).toBe(0);
});
