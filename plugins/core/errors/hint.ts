import type { Language } from './language';
import type { RefusalParams } from './refusal';
import { rowOf, type ModiCode } from './table';

/** The caller's sentence of a code, placeholders filled. */
export function hintOf(code: ModiCode, params: RefusalParams, language: Language): string {
  return rowOf(code).hint[language].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '?'));
}
