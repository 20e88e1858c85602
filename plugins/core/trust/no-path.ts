import type { Certificate } from './certificate';
import type { PathQuestion } from './path';
import { asciiText, nameOf } from './refusals';

/**
 * Why nobody trusted vouches for a signer, for the caller: follows the names upwards from the signer to the place
 * where the chain breaks. It judges nothing; `vouched` are the certificates whose signature held.
 */
export function reasonForNoPath(
  { signer, others, anchorsBySubject }: PathQuestion,
  vouched: ReadonlySet<Certificate>,
): string {
  const walked: Certificate[] = [];
  let current = signer;
  for (;;) {
    walked.push(current);
    const { subject, issuer } = current;
    const namesakes = others.filter((other) => other.subject === issuer);
    const known = anchorsBySubject.has(issuer) || namesakes.some((other) => vouched.has(other));
    if (known) return `${nameOf(current)} is not signed by the key of the trusted ${asciiText(issuer)}`;
    const next = namesakes.find((other) => !walked.includes(other));
    if (next !== undefined) current = next;
    else if (subject === issuer) return `${nameOf(current)} is self-signed and not trusted here`;
    else if (walked.some((certificate) => certificate.subject === issuer)) {
      return `the issuers go round in a circle at ${asciiText(issuer)}`;
    } else return `the issuer ${asciiText(issuer)} of ${nameOf(current)} is neither trusted here nor in x5c`;
  }
}
