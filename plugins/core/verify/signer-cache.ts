import { LRUCache } from 'lru-cache';
import { GAUGES } from '../gauges';
import type { Signer } from '../trust';
import type { JoseHeader } from './types';

/** What the encoded JOSE header of a token has been found to mean. */
interface KnownHeader {
  readonly jose: JoseHeader;
  readonly signer: Signer;
}

/**
 * A client's tokens all begin with the same characters: the encoded JOSE header with its certificates. Once such
 * a header has been judged good, its exact text stands for the verdict: no decoding, no certificate, no path.
 * Only good headers are kept, bounded in number and in bytes, and only inside the path's validity.
 */
export class SignerCache {
  private readonly known = new LRUCache<string, KnownHeader>({
    max: 2000,
    maxSize: 16 * 1024 * 1024,
    sizeCalculation: (_, header) => header.length + 1024,
  });

  get size(): number {
    return this.known.size;
  }

  find(header: string, now: number): KnownHeader | undefined {
    const found = this.known.get(header);
    if (found === undefined) return undefined;
    if (now >= found.signer.notBefore && now <= found.signer.notAfter) return found;
    this.known.delete(header);
    return undefined;
  }

  keep(header: string, known: KnownHeader): void {
    // A copy: a slice would hold the whole token it was cut from.
    this.known.set(Buffer.from(header, 'latin1').toString('latin1'), known);
  }
}

/** One cache for all routes (and all Kong workers) with the same trust and the same rules for headers. */
const caches = new LRUCache<string, SignerCache>({ max: 200 });

export function signerCacheFor(trustId: string, algorithms: ReadonlySet<string>): SignerCache {
  const key = `${trustId} ${[...algorithms].sort().join(' ')}`;
  let cache = caches.get(key);
  if (cache === undefined) {
    cache = new SignerCache();
    caches.set(key, cache);
  }
  return cache;
}

GAUGES.push({
  name: 'modi_signer_cache_entries',
  help: 'JOSE headers whose signer is known to be trusted.',
  read: () => [...caches.values()].reduce((sum, cache) => sum + cache.size, 0),
});
