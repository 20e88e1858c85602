import type { Bundle } from './bundle';
import type { FoundMaterial } from './evidence-source';
import { certificatesIn, epochSeconds, putCertificates, putJwk } from './keys';

/**
 * Puts a material into the bundle, once, and answers its folder: its text, and what openssl reads of it: certificates, a
 * public key, a revocation list or an OCSP answer. What it is otherwise stands there as JSON.
 *
 * `at`: RFC 3339, when the signature it serves for was judged.
 */
export function putMaterial(bundle: Bundle, material: FoundMaterial, at: string): string {
  const { id, content, text, isTied } = material;
  const folder = `materials/${id}`;
  if (!bundle.has(`${folder}/material.json`)) {
    bundle.put(`${folder}/material.json`, text);
    if (isTied) bundle.check('material', folder);
    else bundle.note('material-not-tied', folder);
    if (isTable(content['jwk'])) {
      putJwk(bundle, folder, content['jwk']);
      bundle.check('jwk', folder);
    }
    putDer(bundle, folder, content);
  }
  const certificates = certificatesIn(content['x5c']);
  if (certificates.length > 0) {
    putCertificates(bundle, folder, certificates);
    // Again for each time at which it was relied on.
    bundle.check('certificates', folder, `${folder}/material.json`, epochSeconds(at));
  }
  return folder;
}

/** Bytes in DER that a material holds in base64: what lists and responders have said about revocation. */
function putDer(bundle: Bundle, folder: string, { kind, der }: FoundMaterial['content']): void {
  if (typeof der !== 'string') return;
  const name = `${kind === 'crl' || kind === 'ocsp' ? kind : 'data'}.der`;
  bundle.put(`${folder}/${name}`, Buffer.from(der, 'base64'));
  bundle.check('member_file', folder, name);
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
