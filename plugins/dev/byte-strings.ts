/**
 * Inside the gateway every string is a byte string, as in Lua: one character per byte (ISO-8859-1). So headers,
 * paths, bodies and what plugins put into the log record pass through untouched, and a record is written with
 * the very bytes that came in. Text enters here once (kong.yml) and leaves here (messages for people).
 */

const ASCII = /^[\0-\x7f]*$/;

/** UTF-8 bytes of a text, as a byte string. */
export const toByteString = (text: string): string =>
  ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');

/** The text of a byte string that holds UTF-8; what is not UTF-8 shows as replacement characters. */
export const toText = (bytes: string): string =>
  ASCII.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');

/** Buffer or wire bytes as a byte string. */
export const byteStringOf = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** A byte string as bytes. */
export const bytesOf = (byteString: string): Buffer => Buffer.from(byteString, 'latin1');
