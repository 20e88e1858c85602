import { ConfigError } from '../core/schema';
import type { ModiSignConfig } from './schema';

/** Which answers must be signed. */
export interface Applicability {
  applies(status: number, contentType: string | undefined): boolean;
}

/** What has no whole representation to sign: to name it in the configuration is a mistake, not a wish. */
const UNSIGNABLE_STATUS = '206';
export const EVENT_STREAM = 'text/event-stream';
const UNSIGNABLE_TYPES = [EVENT_STREAM, 'multipart/byteranges'];

/** @throws ConfigError when a status or a type is listed that cannot be signed. */
export function compileApplicability(config: ModiSignConfig): Applicability {
  refuseUnsignable(config);
  const { statuses, sign_errors: signErrors, content_types: types } = config;
  const exactStatuses = new Set(signErrors ? [...statuses, '5xx'] : statuses);
  return {
    applies: (status, contentType) =>
      statusForms(status).some((form) => exactStatuses.has(form)) &&
      (types === null || contentType === undefined || typeForms(contentType).some((form) => types.includes(form))),
  };
}

function refuseUnsignable({ statuses, content_types: types }: ModiSignConfig): void {
  const status = statuses.indexOf(UNSIGNABLE_STATUS);
  if (status !== -1) {
    throw new ConfigError(`statuses[${status + 1}]`, '206 is part of a representation, which cannot be signed');
  }
  for (const [index, type] of (types ?? []).entries()) {
    if (!UNSIGNABLE_TYPES.includes(type)) continue;
    throw new ConfigError(`content_types[${index + 1}]`, `${type} is no whole representation, it cannot be signed`);
  }
}

/** 404 is covered by 404, 40x and 4xx. */
function statusForms(status: number): readonly string[] {
  const text = String(status);
  return [text, `${text.slice(0, 2)}x`, `${text.slice(0, 1)}xx`];
}

const typeForms = (contentType: string): readonly string[] => {
  const type = mediaTypeOf(contentType);
  return [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*'];
};

/** Type and subtype without parameters, in lower case (RFC 9110 8.3.1). */
export const mediaTypeOf = (contentType: string): string => (contentType.split(';')[0] ?? '').trim().toLowerCase();
