import type { Stats } from 'node:fs';

/** What changes when a file does: written anew, replaced by another, or touched. */
export const fileStamp = ({ ino, size, mtimeMs, ctimeMs }: Stats): string => [ino, size, mtimeMs, ctimeMs].join(':');
