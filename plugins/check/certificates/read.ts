import { fetchedCrl } from '../../core/revocation';
import { FetchError } from '../../core/fetch';
import { ConfigError } from '../../core/schema';
import { fetchedJwks, filesAtSync, readImageSync, unreadable } from '../../core/trust';
import { authoritiesOf } from '../../modi-verify/offline';
import { thingsIn, type Things } from './things';
import type { Source } from './types';

/** One source, or one file of a source that is a folder, with what is in it. */
export interface Content {
  readonly source: Source;
  readonly things: Things;
}

/** Reads a source. Whatever is wrong with it becomes a problem of its things; nothing is thrown. */
export async function read(source: Source): Promise<readonly Content[]> {
  const { place } = source;
  if ('path' in place) return filesOf(source, place.path);
  if ('text' in place) return [{ source, things: thingsIn(Buffer.from(place.text), source.password) }];
  try {
    return [{ source, things: thingsIn(await fetched(source, place.url), source.password) }];
  } catch (error) {
    if (!(error instanceof FetchError || error instanceof ConfigError)) throw error;
    return [unread(source, `could not be fetched: ${error.message}`)];
  }
}

function filesOf(source: Source, path: string): readonly Content[] {
  try {
    const files = filesAtSync(path);
    if (files.length === 0) return [unread(source, 'holds no file of certificates')];
    return files.map((file) => fileOf(file === path ? source : { ...source, origin: file }, file));
  } catch (error) {
    return [unread(source, unreadable(error))];
  }
}

function fileOf(source: Source, file: string): Content {
  try {
    return { source, things: thingsIn(readImageSync(file).bytes, source.password) };
  } catch (error) {
    return unread(source, unreadable(error));
  }
}

const fetched = ({ role, privateHosts, ca }: Source, url: URL): Promise<Buffer> =>
  role === 'list'
    ? fetchedCrl(url, privateHosts)
    : fetchedJwks(url, { privateHosts, ca: authoritiesOf(ca, 'trust.jwks_ca') });

const unread = (source: Source, problem: string): Content => ({
  source,
  things: { certificates: [], lists: [], keys: [], keySets: [], problems: [problem] },
});
