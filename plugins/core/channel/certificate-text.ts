/** The largest text that is looked at: a certificate of 16 KiB in PEM, each character percent-encoded. */
const MAX_CHARACTERS = 70_000;

const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/;

/**
 * The DER of one certificate in a text: PEM, as nginx's variable has it; or what proxies send in a header: PEM with
 * percent-encoding (nginx's ssl_client_escaped_cert), bare base64, or a byte sequence of RFC 9440 (`:base64:`).
 * Undefined for any other text; several certificates are another text.
 */
export function certificateIn(text: string): Buffer | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const plain = text.includes('%') ? percentDecoded(text) : text;
  const body = PEM.exec(plain)?.[1]?.replaceAll(/\s/g, '') ?? BYTE_SEQUENCE.exec(plain)?.[1] ?? plain;
  if (!BASE64.test(body)) return undefined;
  const der = Buffer.from(body, 'base64');
  return der.toString('base64') === body ? der : undefined;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No percent-encoding after all; the text is judged as it stands.
    return text;
  }
}
