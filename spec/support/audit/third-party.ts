import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What a command of somebody who has openssl, the tools of a Unix, and nothing of ours comes to. */
export interface Verdict {
  readonly code: number | null;
  readonly out: string;
}

/** Runs the bundle's own verify.sh in an empty environment. */
export const verifyBundle = (bundle: string, ...args: readonly string[]): Verdict =>
  inBundle(bundle, ['verify.sh', ...args]);

/** The same with a verify.sh that was kept elsewhere, whatever the bundle has in its place. */
export const verifyWith = (script: string, bundle: string, ...args: readonly string[]): Verdict =>
  inBundle(bundle, ['-c', script, 'verify.sh', ...args]);

/** Runs a line of a page, which ends at the first thing that fails. */
export const runLine = (bundle: string, line: string): Verdict => inBundle(bundle, ['-e', '-c', line]);

function inBundle(bundle: string, args: readonly string[]): Verdict {
  const env = { PATH: '/usr/bin:/bin' };
  const { status, stdout, stderr } = spawnSync('/bin/sh', args, { cwd: bundle, env, encoding: 'utf8' });
  return { code: status, out: stdout + stderr };
}

/** Paths of all files of a folder, in order. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

/** Turns one bit of a file, and answers how to undo it. */
export function turnBit(path: string, place: number, bit: number): () => void {
  const whole = readFileSync(path);
  const turned = Buffer.from(whole);
  const at = place % whole.length;
  turned[at] = (turned[at] ?? 0) ^ (1 << bit);
  writeFileSync(path, turned);
  return () => {
    writeFileSync(path, whole);
  };
}
