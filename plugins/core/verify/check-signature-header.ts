import { VerificationError } from '../errors';
import { printable } from './printable';
import type { Check } from './types';

/**
 * Pipeline 3.4 row 2: a single Agid-JWT-Signature holding the bare token. Whether it may be absent depends on the
 * body, so absence is judged by check-payload once the body is known, and already here when it can be known.
 */
export const checkSignatureHeader: Check = {
  id: 'signature-header',
  title: { en: 'Agid-JWT-Signature header', it: 'intestazione Agid-JWT-Signature' },
  token: 'INTEGRITY',
  run({ headers, policy, tokens }) {
    const values = headers.get('agid-jwt-signature') ?? [];
    if (values.length === 0) {
      if (policy.tokenOnEmptyBody || announcesBody(headers.get('content-length'))) {
        throw new VerificationError('MODI_SIGNATURE_HEADER_MISSING', {}, 'INTEGRITY');
      }
      return;
    }
    tokens.INTEGRITY = { kind: 'INTEGRITY', text: bareToken(values) };
  },
  proved: ({ tokens }) =>
    tokens.INTEGRITY === undefined
      ? 'absent, as an empty body allows'
      : `one header, bare token, ${tokens.INTEGRITY.text.length} bytes`,
};

/** The only value, without a scheme word in front. @throws VerificationError */
export function bareToken(values: readonly string[]): string {
  const [text = ''] = values;
  if (values.length > 1) {
    throw new VerificationError('MODI_SIGNATURE_HEADER_DUPLICATE', { count: values.length }, 'INTEGRITY');
  }
  const space = text.indexOf(' ');
  if (space !== -1) {
    const found = space <= 12 ? printable(text.slice(0, space)) : 'several words';
    throw new VerificationError('MODI_SIGNATURE_HEADER_SCHEME', { found }, 'INTEGRITY');
  }
  return text;
}

const announcesBody = (contentLength: readonly string[] | undefined): boolean =>
  contentLength?.[0] !== undefined && /[1-9]/.test(contentLength[0]);
