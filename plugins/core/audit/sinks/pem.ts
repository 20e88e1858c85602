import { readFile } from 'node:fs/promises';
import type { PathOf } from './far-end';

/** PEM that is given as such, or as the path of a file, which is read anew each time. Rejects with the file's error. */
export const pemOf = async (value: string, path: PathOf): Promise<string> =>
  value.includes('-----BEGIN') ? value : readFile(path(value), 'utf8');
