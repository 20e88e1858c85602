import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { compactVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../plugins/core/errors';
import { newVerification } from '../../plugins/core/verify';
import { checkAuthorization } from '../../plugins/core/verify/check-authorization';
import { checkCertificate } from '../../plugins/core/verify/check-certificate';
import { checkForm } from '../../plugins/core/verify/check-form';
import { checkJose } from '../../plugins/core/verify/check-jose';
import { checkKeyReference } from '../../plugins/core/verify/check-key-reference';
import { checkSignature } from '../../plugins/core/verify/check-signature';
import { makeCast, type Cast } from '../support/corpus';
import { commonClaims, makeToken, naturalAlgorithm, type Party } from '../support/requests';
import { NOW, verifyRoute } from '../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

/** Stricter than jose on purpose: one encoding per value, typ always JWT, no crit, and the trust. */
const OURS_ALONE = /MALFORMED|TYP|CRIT|KEY_REFERENCE|X5C|X5T|CERTIFICATE|TOO_LARGE|SCHEME/;

const CHECKS = [
  checkAuthorization,
  checkForm('ID_AUTH'),
  checkJose('ID_AUTH'),
  checkKeyReference('ID_AUTH'),
  checkCertificate('ID_AUTH'),
  checkSignature('ID_AUTH'),
];

function ours(token: string): string {
  const { policy } = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'] });
  const verification = newVerification(policy, new Map([['authorization', [`Bearer ${token}`]]]), NOW);
  try {
    for (const check of CHECKS) check.run(verification);
    return 'accepted';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

async function joses(token: string, { chain }: Party, algorithm: string): Promise<string> {
  const { publicKey } = new X509Certificate(chain[0] ?? Buffer.alloc(0));
  return compactVerify(token, publicKey, { algorithms: [algorithm] }).then(
    () => 'accepted',
    () => 'refused',
  );
}

describe('our signature check and that of jose', () => {
  it('agree on good tokens, and on tokens with one character changed, removed or added anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('ec' as const, 'rsa' as const, 'p384' as const, 'p521' as const),
        fc.nat(),
        fc.constantFrom('none', 'change', 'remove', 'add'),
        fc.constantFrom('A', 'b', '9', '-', '_', '.', '=', ' ', 'é'),
        async (who, position, operation, character) => {
          const token = makeToken(cast[who], commonClaims(NOW));
          const at = position % token.length;
          const rest = operation === 'add' ? token.slice(at) : token.slice(at + 1);
          const bent =
            operation === 'none' ? token : `${token.slice(0, at)}${operation === 'remove' ? '' : character}${rest}`;
          // Spaces around the token belong to the header (RFC 9110 11.4: 1*SP after the scheme), not to the token.
          const token68 = bent.replace(/^ +| +$/g, '');
          const mine = ours(bent);
          const theirs = await joses(token68, cast[who], naturalAlgorithm(cast[who].privateKey));
          if (mine === 'accepted') expect(theirs).toBe('accepted');
          else if (!OURS_ALONE.test(mine)) expect([bent, theirs]).toEqual([bent, 'refused']);
        },
      ),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
    );
  });
});
