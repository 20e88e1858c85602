import { sign, type KeyObject } from 'node:crypto';
import { childrenOf, element } from '../pki/der';
import { mutatedDer } from './der';
import type { Random } from './random';

/** A length of any size, which certificates of tests never need. */
function large(tag: number, contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x10000) return element(tag, content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.of(tag, 0x84), length, content]);
}

const samples = new WeakMap<Buffer, readonly Buffer[]>();

/** The elements of a sample, always the same objects: what was found out about them is remembered. */
function elementsOf(der: Buffer): readonly Buffer[] {
  const known = samples.get(der) ?? childrenOf(der);
  samples.set(der, known);
  return known;
}

/**
 * A signed structure (certificate, list, basic OCSP response: signed part, algorithm, signature, and what follows) whose
 * signed part was edited before `key` signed it with SHA-256: what only an authority gone wrong would sign.
 */
export function resignedDer(der: Buffer, random: Random, key: KeyObject): Buffer {
  const [signed = Buffer.alloc(0), algorithm = Buffer.alloc(0), , ...more] = elementsOf(der);
  const edited = mutatedDer(signed, random);
  return large(0x30, [edited, algorithm, element(0x03, Buffer.of(0), sign('sha256', edited, key)), ...more]);
}
