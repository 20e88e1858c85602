import { webcrypto } from 'node:crypto';
import { derInteger, toPem, wholeSecond } from './encoding';
import { authorityKeyIdentifier } from './extensions';
import type { Issuer } from './issue';
import { loadLibrary } from './library';
import { toSigningKey } from './signing-key';

export interface CrlOptions {
  readonly issuer: Issuer;
  /** Serial numbers in hexadecimal. */
  readonly revoked: readonly string[];
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/**
 * Issues a complete certificate revocation list, all entries revoked at `thisUpdate` (RFC 5280 5). Its number is the
 * time of issue in seconds, so that a later list always has a greater one.
 */
export async function issueCrl(options: CrlOptions): Promise<{ readonly der: Buffer; readonly pem: string }> {
  const x509 = loadLibrary();
  const signer = await toSigningKey(options.issuer.privateKey);
  const thisUpdate = wholeSecond(options.thisUpdate);
  const crl = await x509.X509CrlGenerator.create(
    {
      issuer: options.issuer.subject,
      thisUpdate,
      nextUpdate: wholeSecond(options.nextUpdate),
      entries: options.revoked.map((serialNumber) => ({ serialNumber, revocationDate: thisUpdate })),
      signingKey: signer.key,
      signingAlgorithm: signer.algorithm,
      extensions: [
        await authorityKeyIdentifier(x509, options.issuer.publicKey),
        new x509.Extension(CRL_NUMBER, false, derInteger(thisUpdate.getTime() / 1000)),
      ],
    },
    webcrypto,
  );
  const der = Buffer.from(crl.rawData);
  return { der, pem: toPem('X509 CRL', der) };
}

const CRL_NUMBER = '2.5.29.20';
