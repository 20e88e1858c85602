import { createHash } from 'node:crypto';

/** 128 bits of SHA-256 as 16 characters: keys of any length take the same little memory. */
export const hash = (key: string): string =>
  createHash('sha256').update(key, 'utf8').digest().subarray(0, 16).toString('latin1');
