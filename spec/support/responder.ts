import type { RequestListener } from 'node:http';
import { listening } from './http-server';
import { makeOcspResponse, ocspServer, type OcspRecipe } from './ocsp';
import type { MockPki } from './pki';

/** An OCSP responder that is not there. */
export const NO_RESPONDER = 'http://localhost:9/';

/**
 * One responder for both authorities of the mock PKI; what it says about the certificate with `serial`, in hexadecimal,
 * may differ. `now` in seconds.
 */
export function responderFor(
  pki: MockPki,
  now: number,
  serial: string,
  about: Partial<OcspRecipe> = {},
): RequestListener {
  const number = Buffer.from(serial, 'hex');
  return ocspServer(({ certId, nonce }) => {
    const isAsked = certId.subarray(-number.length).equals(number);
    const good = {
      certId,
      nonce,
      responder: isAsked ? pki.intermediate : pki.root,
      thisUpdate: now - 60,
      nextUpdate: now + 1000,
    };
    return makeOcspResponse({ ...good, ...(isAsked ? about : {}) });
  });
}

/** The URL of such a responder on `localhost`, until the test is over. */
export const responderOf = async (...args: Parameters<typeof responderFor>): Promise<string> =>
  `http://localhost:${await listening(responderFor(...args))}/`;
