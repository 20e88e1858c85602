import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** `3.9.1` as numbers; Kong Enterprise has a fourth. */
export interface KongVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** Reads `3.9.1`, `Kong 3.9.1`, `kong/3.9.1-enterprise-edition`; undefined for anything without two numbers. */
export function readKongVersion(text: string): KongVersion | undefined {
  const [whole, major, minor] = /\b(\d+)\.(\d+)(?:\.\d+)*/.exec(text) ?? [];
  return whole === undefined ? undefined : { text: whole, major: Number(major), minor: Number(minor) };
}

export const isBefore = ({ major, minor }: KongVersion, otherMajor: number, otherMinor: number): boolean =>
  major < otherMajor || (major === otherMajor && minor < otherMinor);

/** From 3.8 on Kong answers 500 when a plugin server of ProtoBuf:1 fails; before, it lets the request pass. */
export const failsClosed = (version: KongVersion): boolean => !isBefore(version, 3, 8);

/** Kong 3.4 skips the plugins of every entry that it has not started itself. */
export const startsEveryEntry = ({ major, minor }: KongVersion): boolean => major === 3 && minor === 4;

const run = promisify(execFile);

/** What `kong version` prints, or undefined where there is no such program or it prints no version. */
export async function installedKong(program: string): Promise<KongVersion | undefined> {
  try {
    const { stdout } = await run(program, ['version'], { timeout: 15_000 });
    return readKongVersion(stdout);
  } catch (error) {
    // Not there, or not ours to run: whoever asked says so to the user.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
