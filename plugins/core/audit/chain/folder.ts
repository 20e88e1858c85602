import { readdir } from 'node:fs/promises';
import { chainFile, type ChainFile, type SegmentFile } from './names';

/** What a folder of chains holds. Names that begin with a dot are drafts, and no part of it. */
export interface ChainFolder {
  /** Nodes in alphabetical order, each with its segments in order. */
  readonly nodes: ReadonlyMap<string, readonly SegmentFile[]>;
  readonly heads: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
}

/** Looks into a folder. Rejects with the error of the file system. */
export async function openFolder(directory: string): Promise<ChainFolder> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).toSorted();
  const files = names.map(chainFile);
  const nodes = new Map<string, SegmentFile[]>();
  const heads = new Map<string, string>();
  for (const file of files) {
    if (file.type === 'head') heads.set(file.node, file.name);
    if (file.type === 'segment') nodes.set(file.node, [...(nodes.get(file.node) ?? []), file]);
  }
  return { nodes, heads, unknown: files.filter(isUnknown).map(({ name }) => name) };
}

const isUnknown = ({ type }: ChainFile): boolean => type === 'unknown';
