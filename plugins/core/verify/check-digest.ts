import { timingSafeEqual } from 'node:crypto';
import { VerificationError } from '../errors';
import { proven } from './proven';
import type { Check } from './types';

/** Pipeline 3.4 row 7, second half: the digest of the bytes received is the Digest announced; in constant time. */
export const checkDigest: Check = {
  id: 'digest',
  title: { en: 'digest of the body', it: 'digest del corpo' },
  run({ body, digest }) {
    if (digest === undefined) return;
    const { digest: computed, length } = proven(body, 'body');
    const bytes = proven(computed, 'digest of the body');
    if (bytes.length === digest.bytes.length && timingSafeEqual(bytes, digest.bytes)) return;
    throw new VerificationError('MODI_DIGEST_MISMATCH', {
      length,
      expected: `${digest.algorithm}=${bytes.toString('base64')}`,
      found: `${digest.algorithm}=${digest.bytes.toString('base64')}`,
    });
  },
  proved: ({ body, digest }) =>
    digest === undefined ? 'no Digest, no body' : `${digest.algorithm} of ${proven(body, 'body').length} bytes`,
};
