import type { Members } from '../../core/audit';
import type { Bundle } from './bundle';
import { certificatesIn, epochSeconds, putCertificates } from './keys';
import { putClaims, putSignature, wholeToken, type WholeToken } from './signature';

/** The line of evidence that a token stands in. */
interface TokenPlace {
  /** Folder of the line. */
  readonly evidence: string;
  /** RFC 3339: when its certificate must have been valid. */
  readonly at: string;
}

/** Kinds of tokens name folders. */
const KIND = /^[A-Z][A-Z_]{0,30}$/;

/**
 * The tokens of a request, each in a folder of its kind. `keysOf` answers the folder with the key of a material, when
 * there is one.
 */
export function putRequestTokens(
  bundle: Bundle,
  place: TokenPlace,
  tokens: Members,
  keysOf: (id: unknown) => string | undefined,
): void {
  for (const [kind, value] of Object.entries(tokens)) {
    const { token, material } = value as { token?: unknown; material?: unknown };
    if (typeof token !== 'string' || !KIND.test(kind)) {
      bundle.note('not-judged', place.evidence);
      continue;
    }
    const folder = `${place.evidence}/${kind}`;
    const whole = putToken(bundle, folder, place.evidence, kind, token);
    const keys = keysOf(material);
    if (whole === undefined) bundle.note('signature-removed', folder);
    else if (keys === undefined) bundle.note('no-key', folder);
    else bundle.check('signature_of', folder, keys, place.evidence);
  }
}

/** The signature of an answer; its key is the certificate in its header. Answers the folder. */
export function putAnswerToken(bundle: Bundle, { evidence, at }: TokenPlace, token: string): string {
  const folder = `${evidence}/ANSWER`;
  const whole = putToken(bundle, folder, evidence, 'ANSWER', token);
  const certificates = certificatesIn(whole?.header['x5c']);
  if (certificates.length === 0) {
    bundle.note('no-key', folder);
    return folder;
  }
  putCertificates(bundle, folder, certificates);
  bundle.check('certificates', folder, 'header', epochSeconds(at));
  bundle.check('signature_of', folder, folder, evidence);
  return folder;
}

function putToken(
  bundle: Bundle,
  folder: string,
  evidence: string,
  kind: string,
  text: string,
): WholeToken | undefined {
  bundle.put(`${folder}/token.txt`, text);
  putClaims(bundle, folder, text);
  bundle.check('token', folder, evidence, kind);
  const whole = wholeToken(text);
  if (whole !== undefined) putSignature(bundle, folder, whole);
  return whole;
}
