import type { GovwayFace } from './govway';
import { hintOf } from './hint';
import type { RefusalContext } from './problem';
import type { Refusal } from './refusal';

/** Body of a refusal in the other product's shape; our code stands beside its members. */
export function govwayProblem(
  { status, title }: GovwayFace,
  { code, params }: Refusal,
  { disclosure, language, requestId }: RefusalContext,
): Record<string, unknown> {
  return {
    type: `https://govway.org/handling-errors/${status}/${title}.html`,
    title,
    status,
    ...(disclosure === 'none' ? {} : { detail: hintOf(code, params, language) }),
    ...(requestId === undefined ? {} : { govway_id: requestId }),
    ...(disclosure === 'none' ? {} : { code }),
    ...(disclosure === 'full' ? { govway_status: code, expected: params['expected'], found: params['found'] } : {}),
  };
}

/** The headers that its callers look at. The exact cause only with full disclosure, as there. */
export function govwayHeaders(
  { title }: GovwayFace,
  { code }: Refusal,
  { disclosure, requestId }: RefusalContext,
): Record<string, string> {
  return {
    ...(requestId === undefined ? {} : { 'GovWay-Transaction-ID': requestId }),
    'GovWay-Transaction-ErrorType': title,
    ...(disclosure === 'full' ? { 'GovWay-Transaction-ErrorStatus': code } : {}),
  };
}
