import { createHash } from 'node:crypto';
import { ConfigError } from '../schema';
import { CertificateFormatError, type Certificate } from './certificate';
import { contentsOf, type Contents } from './contents';
import { factsOf } from './facts';
import { issuerOf } from './links';
import { asciiText, isoTime, nameOf } from './refusals';
import { resolveByChain, resolveByThumbprint } from './resolve';
import { extensionsUnderstood, firstProblem, mayVouch, strongHash } from './rules';
import { usageProblem } from './signer-usage';
import { readTrustSource } from './source';
import type { TrustConfig, TrustMaterial } from './types';

/**
 * Reads and judges what is configured to be trusted, at `now` (seconds since the epoch). A certificate that stands
 * there twice counts once.
 *
 * @throws ConfigError naming field and certificate, for: nothing configured; an unreadable source; an anchor that is
 * expired, not yet valid, no authority, or not understood; an expired pinned certificate, or one that may not sign;
 * a weak key; a signature over a weak hash.
 */
export function compileTrust(config: TrustConfig, now: number): TrustMaterial {
  const { maxChain, fieldPrefix: prefix = 'trust' } = config;
  const extendedKeyUsage = checkedUsages(config.extendedKeyUsage, `${prefix}.extended_key_usage`);
  const anchors = collect(config.anchors, `${prefix}.anchors`, (anchor) => problemOfAnchor(anchor, now));
  const pinned = collect(config.certificates, `${prefix}.certificates`, (certificate) =>
    problemOfPinned(certificate, now, extendedKeyUsage),
  );
  if (anchors.size === 0 && pinned.size === 0) {
    throw new ConfigError(prefix, 'nothing is trusted: set at least one of anchors and certificates');
  }
  const material: TrustMaterial = {
    id: idOf([...anchors.keys()], [...pinned.keys()], maxChain, extendedKeyUsage),
    maxChain,
    extendedKeyUsage,
    anchorsBySubject: bySubject(anchors.values()),
    pinned,
    issuers: [...anchors.values()].map(issuerOf),
    facts: { anchors: [...anchors.values()].map(factsOf), certificates: [...pinned.values()].map(factsOf) },
    byChain: (x5c, at) => resolveByChain(material, x5c, at),
    byThumbprint: (thumbprint, at) => resolveByThumbprint(material, thumbprint, at),
  };
  return Object.freeze(material);
}

/** The certificates of all sources of one field by thumbprint; each judged, its problem told with its place. */
function collect(
  sources: readonly string[] | null,
  field: string,
  problemOf: (certificate: Certificate) => string | undefined,
): ReadonlyMap<string, Certificate> {
  const byThumbprint = new Map<string, Certificate>();
  for (const [index, value] of (sources ?? []).entries()) {
    const source = readTrustSource(value, `${field}[${index + 1}]`);
    for (const certificate of source.certificates) {
      const problem = problemOf(certificate);
      if (problem !== undefined) {
        throw new ConfigError(source.field, `the certificate ${nameOf(certificate)} in ${source.origin} ${problem}`);
      }
      byThumbprint.set(certificate.thumbprint, certificate);
    }
  }
  return byThumbprint;
}

function bySubject(certificates: Iterable<Certificate>): ReadonlyMap<string, readonly Certificate[]> {
  const groups = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    groups.set(certificate.subject, [...(groups.get(certificate.subject) ?? []), certificate]);
  }
  return groups;
}

function problemOfAnchor(anchor: Certificate, now: number): string | undefined {
  if (now < anchor.notBefore) return `is valid only from ${isoTime(anchor.notBefore)}`;
  return problemOfAny(anchor, now, (contents) => firstProblem(contents, [extensionsUnderstood, mayVouch]));
}

/** One that becomes valid later may be pinned ahead of time. Being pinned, it may be an authority, and hold unknown extensions. */
function problemOfPinned(certificate: Certificate, now: number, usages: readonly string[] | null): string | undefined {
  return problemOfAny(certificate, now, (contents) => {
    const problem = usageProblem(contents, usages);
    return problem && `may not sign tokens: ${problem.reason}`;
  });
}

function problemOfAny(
  certificate: Certificate,
  now: number,
  furtherProblem: (contents: Contents) => string | undefined,
): string | undefined {
  const { key, notAfter } = certificate;
  if (now > notAfter) return `expired at ${isoTime(notAfter)}`;
  if (key.type === 'unacceptable') {
    return `has a key ${key.found}; RSA of at least 2048 bits or EC P-256, P-384, P-521 is accepted`;
  }
  try {
    const contents = contentsOf(certificate);
    return strongHash(contents) ?? furtherProblem(contents);
  } catch (error) {
    if (error instanceof CertificateFormatError) return error.message;
    throw error;
  }
}

const OBJECT_IDENTIFIER = /^[0-2](\.\d+)+$/;

function checkedUsages(usages: readonly string[] | null, field: string): readonly string[] | null {
  if (usages === null) return null;
  if (usages.length === 0) throw new ConfigError(field, 'is empty; leave it out to accept any usage');
  const index = usages.findIndex((oid) => !OBJECT_IDENTIFIER.test(oid));
  if (index < 0) return [...usages];
  throw new ConfigError(`${field}[${index + 1}]`, `"${asciiText(usages[index] ?? '')}" is no dotted object identifier`);
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
