import { VerificationError } from '../errors';
import { parseDigest, type DigestProblem } from '../digest';
import type { Check, Policy } from './types';

/** Pipeline 3.4 row 7, first half: one Digest value, well formed, with an accepted algorithm and encoding (RFC 3230). */
export const checkDigestHeader: Check = {
  id: 'digest-header',
  title: { en: 'Digest header', it: 'intestazione Digest' },
  run(verification) {
    const values = verification.headers.get('digest') ?? [];
    const [value] = values;
    if (value === undefined) return;
    if (values.length > 1) throw new VerificationError('MODI_DIGEST_DUPLICATE', { count: values.length });
    const digest = parseDigest(value);
    if ('problem' in digest) throw refusalOf(digest, verification.policy);
    const { digestAlgorithms, digestEncodings } = verification.policy;
    if (!digestAlgorithms.has(digest.algorithm)) {
      throw refusalOf({ problem: 'algorithm', found: digest.algorithm }, verification.policy);
    }
    if (!digestEncodings.has(digest.encoding)) {
      const expected = [...digestEncodings].join(', ');
      throw new VerificationError('MODI_DIGEST_ENCODING', { found: digest.encoding, expected });
    }
    verification.digest = digest;
  },
  proved: ({ digest }) => (digest === undefined ? 'absent' : `${digest.algorithm}, ${digest.encoding}`),
};

function refusalOf({ problem, found }: DigestProblem, { digestAlgorithms }: Policy): VerificationError {
  switch (problem) {
    case 'several':
      return new VerificationError('MODI_DIGEST_DUPLICATE', { count: found });
    case 'algorithm':
      return new VerificationError('MODI_DIGEST_ALGORITHM', { found, expected: [...digestAlgorithms].join(', ') });
    case 'malformed':
      return new VerificationError('MODI_DIGEST_MALFORMED', { reason: found });
  }
}
