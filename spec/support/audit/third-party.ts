import { spawnSync } from 'node:child_process';

/** What somebody sees who has a bundle, openssl, and the tools of a Unix: no environment, nothing of ours. */
export interface Verdict {
  readonly code: number | null;
  readonly out: string;
}

/** Runs a verify.sh as it stands in a bundle, or the one given on the bundle's folder. */
export function verifyBundle(script: string, cwd: string, ...args: readonly string[]): Verdict {
  const { status, stdout, stderr } = spawnSync('/bin/sh', [script, ...args], {
    cwd,
    env: { PATH: '/usr/bin:/bin' },
    encoding: 'utf8',
  });
  return { code: status, out: stdout + stderr };
}
