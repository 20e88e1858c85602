import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isOpaque, isRecord, looksLikePath, type Plugin } from './entities';
import type { Path } from './types';

/** A text, or a file, that a configuration holds or names. */
export interface Material {
  /** Where the configuration names it. */
  readonly path: Path;
  /** Undefined for what stands in the configuration itself. */
  readonly file: string | undefined;
  readonly holdsPrivateKey: boolean;
  /** Permission bits of the file. */
  readonly mode: number;
}

const MAX_SIZE = 8 * 1024 * 1024;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Looks at every text of a configuration that is, or names a file on this machine that may be, a private key. */
export function materialOf({ path, config }: Pick<Plugin, 'path' | 'config'>, home: string): readonly Material[] {
  return textsIn(config, [...path, 'config']).flatMap(([at, text]) => {
    if (isOpaque(text)) return [];
    if (text.includes('-----BEGIN') || isPrivateJwk(text))
      return [{ path: at, file: undefined, mode: 0, holdsPrivateKey: isPrivateKeyText(text) }];
    return looksLikePath(text) ? fileMaterial(at, text, home) : [];
  });
}

function fileMaterial(path: Path, name: string, home: string): readonly Material[] {
  const file = resolve(home, name);
  const found = readable(file);
  if (found === undefined) return [];
  const isContainer = /\.(p12|pfx)$/i.test(file);
  return [{ path, file, mode: found.mode, holdsPrivateKey: isPrivateKeyText(found.text) || isContainer }];
}

/** A file that is not there, has no such name or may not be read by this user is told by the plugin that needs it. */
function readable(file: string): { readonly text: string; readonly mode: number } | undefined {
  try {
    const { mode, size } = statSync(file);
    // Of a folder the read fails; what is large is no key.
    return size > MAX_SIZE ? undefined : { text: readFileSync(file, 'latin1'), mode };
  } catch {
    return undefined;
  }
}

export const isPrivateKeyText = (text: string): boolean => PRIVATE_KEY.test(text) || isPrivateJwk(text);

const isPrivateJwk = (text: string): boolean => /^\s*\{/.test(text) && /"d"\s*:/.test(text) && /"kty"\s*:/.test(text);

/** Every text inside a value, with its place. */
export function textsIn(value: unknown, path: Path): readonly (readonly [path: Path, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((one, index) => textsIn(one, [...path, index]));
  return isRecord(value) ? Object.entries(value).flatMap(([name, one]) => textsIn(one, [...path, name])) : [];
}
