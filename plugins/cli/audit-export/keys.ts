import { createPublicKey, X509Certificate, type JsonWebKey } from 'node:crypto';
import { toPem } from '../../core/pki';
import type { Bundle } from './bundle';

/** Certificates, signer first, each as a file, and the signer's public key. */
export function putCertificates(bundle: Bundle, folder: string, certificates: readonly string[]): void {
  const ders = certificates.map((text) => Buffer.from(text, 'base64'));
  for (const [index, der] of ders.entries()) {
    bundle.put(`${folder}/certificate-${index + 1}.pem`, toPem('CERTIFICATE', der));
  }
  const [own] = ders;
  if (own !== undefined) {
    const { publicKey } = new X509Certificate(own);
    bundle.put(`${folder}/public-key.pem`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
}

/** A public key that came as a JWK. */
export function putJwk(bundle: Bundle, folder: string, jwk: Readonly<Record<string, unknown>>): void {
  const key = createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' });
  bundle.put(`${folder}/public-key.pem`, key.export({ type: 'spki', format: 'pem' }));
}

/** `x5c` of a header or a material, when it is one. */
export function certificatesIn(value: unknown): readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : [];
}

/** What openssl takes as -attime. */
export const epochSeconds = (at: string): number => Math.floor(Date.parse(at) / 1000);
