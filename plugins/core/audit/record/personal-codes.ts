import { REDACTED } from './tokens';

/**
 * A codice fiscale of a natural person (D.M. 23 December 1976): six letters, year, month, day, place and check letter, where
 * digits may have become letters (omocodia). Standing by itself, also behind a percent-encoded character.
 */
const PERSON =
  /(?:(?<![A-Z0-9])|(?<=%[0-9A-F]{2}))[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPR-T][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z](?![A-Z0-9])/gi;

/** The text without the codes of persons in it. */
export const withoutPersons = (text: string): string => text.replaceAll(PERSON, REDACTED);
