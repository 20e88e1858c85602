import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainSigner } from '../../../plugins/core/audit';
import { sealBody } from '../../../plugins/core/audit/chain/checkpoint';

/** A folder of chains in the hands of somebody who may write to it. */
export class Forger {
  readonly directory: string;
  /** A key that nobody vouches for. */
  readonly ownKey: ChainSigner;

  constructor(directory: string, ownKey: ChainSigner) {
    this.directory = directory;
    this.ownKey = ownKey;
  }

  segments(node = 'kong-1'): string[] {
    return readdirSync(this.directory)
      .filter((name) => name.startsWith(`${node}-`) && name.endsWith('.jsonl'))
      .sort();
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** The name of the segment at this place, counted from zero, from the end when negative. */
  segment(place: number, node = 'kong-1'): string {
    const name = this.segments(node).at(place);
    if (name === undefined) throw new Error(`there is no segment ${place}`);
    return name;
  }

  lines(name: string): string[] {
    return readFileSync(this.path(name), 'utf8').trimEnd().split('\n');
  }

  write(name: string, lines: readonly string[]): void {
    writeFileSync(this.path(name), `${lines.join('\n')}\n`);
  }

  edit(name: string, change: (lines: string[]) => string[]): void {
    this.write(name, change(this.lines(name)));
  }

  bytes(name: string, change: (bytes: Buffer) => Buffer): void {
    writeFileSync(this.path(name), change(readFileSync(this.path(name))));
  }

  cut(name: string, bytes: number): void {
    truncateSync(this.path(name), readFileSync(this.path(name)).length - bytes);
  }

  remove(name: string): void {
    rmSync(this.path(name));
  }

  rename(from: string, to: string): void {
    renameSync(this.path(from), this.path(to));
  }

  copy(from: string, to: string): void {
    copyFileSync(this.path(from), this.path(to));
  }

  /** The index of the nth line of a kind. */
  find(name: string, kind: string, nth = 0): number {
    const found = this.lines(name).flatMap((line, index) => (line.includes(`"kind":"${kind}"`) ? [index] : []));
    const index = found.at(nth);
    if (index === undefined) throw new Error(`${name} has no ${kind} ${nth}`);
    return index;
  }
}

/** A line with its hash made anew, as whoever knows the format can. */
export function rehashed(line: string): string {
  const body = line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '');
  return `${body},"hash":"${createHash('sha256').update(body).digest('hex')}"}`;
}

/** Numbers, links and hashes of the lines made anew from this one on, so that all of them fit together. */
export function rechained(lines: readonly string[], from: number): string[] {
  const result = [...lines];
  for (let index = Math.max(from, 1); index < result.length; index += 1) {
    const before = result[index - 1] ?? '';
    const prev = /"hash":"([0-9a-f]{64})"\}$/.exec(before)?.[1] ?? '';
    const seq = Number(/^\{"seq":(\d+)/.exec(before)?.[1]) + 1;
    const line = (result[index] ?? '').replace(/^\{"seq":\d+,"prev":"[0-9a-f]{64}"/, `{"seq":${seq},"prev":"${prev}"`);
    result[index] = rehashed(line);
  }
  return result;
}

/** The checkpoints of the lines signed anew with another key, everything made to fit. */
export async function resealed(lines: readonly string[], signer: ChainSigner, from = 1): Promise<string[]> {
  let result = [...lines];
  const chain = /"chain":"([^"]+)"/.exec(lines[0] ?? '')?.[1] ?? '';
  const node = /"node":"([^"]+)"/.exec(lines[0] ?? '')?.[1] ?? '';
  for (let index = 0; index < result.length; index += 1) {
    if (index >= from) result = rechained(result.slice(0, index + 1), index).concat(result.slice(index + 1));
    const line = result[index] ?? '';
    if (index < from || !line.includes('"kind":"checkpoint"')) continue;
    const seq = Number(/^\{"seq":(\d+)/.exec(line)?.[1]);
    const body = line.replace(/,"jws":"[^"]*","hash":"[0-9a-f]{64}"\}$/, '');
    result[index] = rehashed(
      `${await sealBody(body, { chain, node, seq }, signer.signer)},"hash":"${'0'.repeat(64)}"}`,
    );
  }
  return result;
}
