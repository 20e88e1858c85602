import { usageError } from '../shell/cli-error';

/** @throws CliError CLI_USAGE unless `text` is an absolute http or https URL. */
export function readUrl(text: string, from: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw usageError(
    `${from} must be an http or https URL, found "${text}"`,
    `${from} dev'essere un URL http o https, trovato "${text}"`,
  );
}

/** What a token for this URL names as audience, where nothing else was agreed: the URL without query and fragment. */
export const audienceOf = ({ origin, pathname }: URL): string => origin + pathname;
