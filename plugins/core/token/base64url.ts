/**
 * Strict base64url (RFC 4648 5, without padding): one text for one sequence of bytes. Node's decoder skips what it
 * does not know and ignores stray bits, which would let a changed token pass as the same one.
 */

const ALPHABET = /^[A-Za-z0-9_-]*$/;

/** The last character's bits that must be zero, by length modulo 4. */
const STRAY_BITS = [0, 0, 0b1111, 0b11] as const;

/** The bytes, or undefined when the text is not canonical base64url. */
export function decodeBase64Url(text: string): Buffer | undefined {
  return isCanonical(text) ? Buffer.from(text, 'base64url') : undefined;
}

function isCanonical(text: string): boolean {
  const rest = text.length % 4;
  if (rest === 1 || !ALPHABET.test(text)) return false;
  if (rest === 0) return true;
  return (valueOf(text.charCodeAt(text.length - 1)) & (STRAY_BITS[rest] ?? 0)) === 0;
}

function valueOf(code: number): number {
  if (code >= 97) return code - 71; // a-z
  if (code === 95) return 63; // _
  if (code >= 65) return code - 65; // A-Z
  if (code === 45) return 62; // -
  return code + 4; // 0-9
}
