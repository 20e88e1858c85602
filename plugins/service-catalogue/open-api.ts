import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { OpenApi } from './types';

/** The document cannot be used; the message is one clause. */
export class OpenApiError extends Error {
  override readonly name = 'OpenApiError';
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * Reads what the catalogue needs of an OpenAPI 3 or Swagger 2 document, in YAML or JSON.
 * @throws OpenApiError for a file that is not there, or is none.
 */
export function readOpenApi(path: string, file: string): OpenApi {
  const document = recordOf(parsed(path));
  if (!/^(3\.|2\.0$)/.test(textOf(document['openapi'] ?? document['swagger']))) {
    throw new OpenApiError('is no OpenAPI 3 or Swagger 2 document');
  }
  const info = recordOf(document['info']);
  const operations = Object.values(recordOf(document['paths'])).flatMap((item) =>
    Object.keys(recordOf(item)).filter((method) => METHODS.includes(method)),
  );
  if (operations.length === 0) throw new OpenApiError('describes no operation');
  const methods = [...new Set(operations)].map((method) => method.toUpperCase()).toSorted();
  return {
    file,
    title: textOf(info['title']),
    version: textOf(info['version']),
    methods,
    operations: operations.length,
  };
}

function parsed(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OpenApiError(code === 'ENOENT' ? 'does not exist' : 'cannot be read as YAML or JSON', { cause });
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
