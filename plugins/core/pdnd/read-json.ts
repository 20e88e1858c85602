import { isUtf8 } from 'node:buffer';
import type { JsonObject } from '../token';
import { PlatformError } from './platform-error';

/** A JSON object in UTF-8. @throws PlatformError for anything else. */
export function readJson(bytes: Buffer): JsonObject {
  const value = isUtf8(bytes) ? parsed(bytes.toString('utf8')) : undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new PlatformError('the answer is no JSON object');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
