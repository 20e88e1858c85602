import { createHash } from 'node:crypto';
import type { Material } from '../core/evidence';

/** Keys and answers are kept by caches as long as they are in use: so is what is made of them. */
const known = new WeakMap<object, Material>();

/** The material about `of`, made when it is asked for first, and named by the SHA-256 of its content as JSON. */
export function once(of: object, make: () => Material['content']): Material {
  let material = known.get(of);
  if (material === undefined) {
    const content = make();
    material = { id: createHash('sha256').update(JSON.stringify(content)).digest('hex'), content };
    known.set(of, material);
  }
  return material;
}
