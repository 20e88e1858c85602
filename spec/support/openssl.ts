import { spawnSync } from 'node:child_process';

/** Runs Debian's openssl. @throws Error with what it said. */
export function openssl(args: readonly string[], input?: Buffer | string): Buffer {
  const { status, stdout, stderr, error } = spawnSync('openssl', args, { input });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr.toString()}`);
  return stdout;
}
