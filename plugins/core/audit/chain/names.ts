const SEGMENT = /^([A-Za-z0-9][A-Za-z0-9._-]{0,62})-(\d{15})\.jsonl$/;
const HEAD = /^([A-Za-z0-9][A-Za-z0-9._-]{0,62})\.head$/;

/** Permission bits of the files in a chain's folder. */
export const FILE_MODE = 0o640;

/** A file of a chain's folder, by its name. */
export type ChainFile =
  | { readonly type: 'segment'; readonly name: string; readonly node: string; readonly first: number }
  | { readonly type: 'head'; readonly name: string; readonly node: string }
  | { readonly type: 'unknown'; readonly name: string };

export type SegmentFile = Extract<ChainFile, { type: 'segment' }>;

/** The segment of a node that begins with the record `first`. Sorted by name, segments are in order. */
export const segmentName = (node: string, first: number): string => `${node}-${String(first).padStart(15, '0')}.jsonl`;

/** Where the latest checkpoint of a node stands a second time. */
export const headName = (node: string): string => `${node}.head`;

export function chainFile(name: string): ChainFile {
  const [, node, first] = SEGMENT.exec(name) ?? [];
  if (node !== undefined && first !== undefined) return { type: 'segment', name, node, first: Number(first) };
  const [, owner] = HEAD.exec(name) ?? [];
  return owner === undefined ? { type: 'unknown', name } : { type: 'head', name, node: owner };
}
