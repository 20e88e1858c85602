export { ERROR_TABLE, isModiCode, rowOf } from './table';
export type { ErrorRow, Localized, ModiCode, TokenKind } from './table';
export { PolicyError, Refusal, VerificationError } from './refusal';
export type { RefusalParams } from './refusal';
export { hintOf, renderRefusal } from './problem';
export type { Disclosure, RefusalAnswer, RefusalContext } from './problem';
export { pickLanguage } from './language';
export type { Language } from './language';
