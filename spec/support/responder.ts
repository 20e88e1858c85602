import { listening } from './http-server';
import { makeOcspResponse, ocspServer, type OcspRecipe } from './ocsp';
import type { MockPki } from './pki';

/** An OCSP responder that is not there. */
export const NO_RESPONDER = 'http://localhost:9/';

/**
 * The URL of one responder for both authorities of the mock PKI, on `localhost`; what it says about the certificate with
 * `serial`, in hexadecimal, may differ. `now` in seconds.
 */
export async function responderOf(
  pki: MockPki,
  now: number,
  serial: string,
  about: Partial<OcspRecipe> = {},
): Promise<string> {
  const number = Buffer.from(serial, 'hex');
  const port = await listening(
    ocspServer(({ certId, nonce }) => {
      const isAsked = certId.subarray(-number.length).equals(number);
      const good = {
        certId,
        nonce,
        responder: isAsked ? pki.intermediate : pki.root,
        thisUpdate: now - 60,
        nextUpdate: now + 1000,
      };
      return makeOcspResponse({ ...good, ...(isAsked ? about : {}) });
    }),
  );
  return `http://localhost:${port}/`;
}
