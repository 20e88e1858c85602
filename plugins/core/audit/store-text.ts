import { open } from 'node:fs/promises';

/** Replaces the content of a file (`w`), or adds to it (`a`). Resolves when the text is on the disk. */
export async function storeText(path: string, flags: 'a' | 'w', text: string, mode: number): Promise<void> {
  const file = await open(path, flags, mode);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}
