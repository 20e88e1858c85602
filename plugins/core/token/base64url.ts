/**
 * Strict base64url (RFC 4648 5, without padding): one text for one sequence of bytes, or undefined. Node's decoder skips
 * what it does not know and ignores stray bits, which would let a changed token pass as the same one; so the text has to
 * be the one that the bytes are written as.
 */
export function decodeBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
