import { createHash } from 'node:crypto';
import type { Certificate } from './certificate';
import { factsOf } from './facts';
import { issuerOf } from './links';
import { resolveByChain, resolveByThumbprint } from './resolve';
import type { TrustMaterial } from './types';

/** What is believed, read and judged. */
export interface TrustParts {
  readonly anchors: readonly Certificate[];
  readonly pinned: readonly Certificate[];
  readonly maxChain: number;
  readonly extendedKeyUsage: readonly string[] | null;
}

/** Makes material of its parts. A certificate that stands there twice counts once. */
export function assemble({ anchors: allAnchors, pinned: allPinned, ...rules }: TrustParts): TrustMaterial {
  const anchors = byThumbprint(allAnchors);
  const pinned = byThumbprint(allPinned);
  const material: TrustMaterial = {
    id: idOf([...anchors.keys()], [...pinned.keys()], rules.maxChain, rules.extendedKeyUsage),
    ...rules,
    anchorsBySubject: bySubject(anchors.values()),
    pinned,
    issuers: [...anchors.values()].map(issuerOf),
    facts: { anchors: [...anchors.values()].map(factsOf), certificates: [...pinned.values()].map(factsOf) },
    byChain: (x5c, at) => resolveByChain(material, x5c, at),
    byThumbprint: (thumbprint, at) => resolveByThumbprint(material, thumbprint, at),
  };
  return Object.freeze(material);
}

const byThumbprint = (certificates: readonly Certificate[]): ReadonlyMap<string, Certificate> =>
  new Map(certificates.map((certificate) => [certificate.thumbprint, certificate]));

function bySubject(certificates: Iterable<Certificate>): ReadonlyMap<string, readonly Certificate[]> {
  const groups = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    groups.set(certificate.subject, [...(groups.get(certificate.subject) ?? []), certificate]);
  }
  return groups;
}

function idOf(
  anchors: readonly string[],
  pinned: readonly string[],
  maxChain: number,
  usages: readonly string[] | null,
): string {
  const content = [anchors.toSorted(), pinned.toSorted(), maxChain, usages?.toSorted() ?? null];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}
