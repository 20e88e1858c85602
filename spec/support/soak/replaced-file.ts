import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Ways of replacing a file that is being read: all at once, or with something broken, or nothing, in between. */
export const WAYS = ['renamed', 'half', 'empty', 'gone', 'half, then gone', 'garbage'] as const;
export type Way = (typeof WAYS)[number];

/** Puts `content` into the file; `meanwhile` is waited for whenever there is something broken in it. */
export async function replace(path: string, content: Buffer, way: Way, meanwhile: () => Promise<void>): Promise<void> {
  const put = async (some: Buffer | undefined): Promise<void> => {
    if (some === undefined) rmSync(path, { force: true });
    else writeFileSync(path, some);
    await meanwhile();
  };
  if (way.startsWith('half')) await put(content.subarray(0, content.length - 40));
  if (way === 'empty') await put(Buffer.alloc(0));
  if (way === 'garbage') await put(Buffer.alloc(1000, 'x'));
  if (way.endsWith('gone')) await put(undefined);
  if (way !== 'renamed') {
    writeFileSync(path, content);
    return;
  }
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
