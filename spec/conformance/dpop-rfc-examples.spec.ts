import { describe, expect, it } from 'vitest';
import type { Verification } from '../../plugins/core/verify';
import { checkDpopAge } from '../../plugins/core/verify/check-dpop-age';
import { checkDpopBinding } from '../../plugins/core/verify/check-dpop-binding';
import { checkDpopClaims } from '../../plugins/core/verify/check-dpop-claims';
import { checkDpopKey } from '../../plugins/core/verify/check-dpop-key';
import { checkDpopRequest } from '../../plugins/core/verify/check-dpop-request';
import { checkDpopToken } from '../../plugins/core/verify/check-dpop-token';
import { checkSignature } from '../../plugins/core/verify/check-signature';
import { readProofKey } from '../../plugins/core/verify/dpop-key';
import { splitCompact } from '../../plugins/core/token';
import { RFC7638_EXAMPLE, RFC9449_RESOURCE, RFC9449_TOKEN_PROOF } from './rfc-vectors';

type Example = typeof RFC9449_RESOURCE;

const CHECKS = [
  checkDpopKey,
  checkSignature('DPOP'),
  checkDpopClaims,
  checkDpopRequest,
  checkDpopToken,
  checkDpopAge,
  checkDpopBinding,
];

/** What a proof goes through, in front of the service of RFC 9449 7.1, at the moment of the example or `later` (s). */
function judge(bent: { readonly [Name in keyof Example]?: string | number } = {}, later = 0): void {
  const { proof, accessToken, jkt, method, origin, path, iat } = { ...RFC9449_RESOURCE, ...bent };
  const dpop = { publicBases: [origin], algorithms: new Set(['ES256']), maxAge: 60, furtherMembers: false };
  const verification = {
    policy: { pdnd: { dpop }, maxAge: { DPOP: 60 }, clockSkew: 5 },
    now: Number(iat) + later,
    request: { method, target: path },
    tokens: {
      VOUCHER: { kind: 'VOUCHER', text: accessToken, thumbprint: jkt },
      DPOP: { kind: 'DPOP', text: proof, parts: splitCompact(String(proof)) },
    },
  } as unknown as Verification;
  for (const check of CHECKS) check.run(verification);
}

describe('RFC 9449 7.1, the request to a protected resource', () => {
  it('passes every check of a proof', () => {
    expect(() => {
      judge();
    }).not.toThrow();
  });

  it.each([
    ['MODI_DPOP_METHOD', { method: 'POST' }],
    ['MODI_DPOP_URI', { path: '/protectedresource/' }],
    ['MODI_DPOP_URI', { origin: 'https://server.example.com' }],
    ['MODI_DPOP_TOKEN_HASH', { accessToken: `${RFC9449_RESOURCE.accessToken}x` }],
    ['MODI_DPOP_KEY', { jkt: RFC7638_EXAMPLE.thumbprint }],
    // It was made for the token endpoint, and names no access token.
    ['MODI_CLAIM_MISSING', { proof: RFC9449_TOKEN_PROOF }],
  ] as const)('is refused with %s for %j', (code, bent) => {
    expect(() => {
      judge(bent);
    }).toThrowWithCode(code);
  });

  it('is refused a minute later, and before it was made', () => {
    const at = (later: number) => () => {
      judge({}, later);
    };
    expect(at(60)).not.toThrow();
    expect(at(61)).toThrowWithCode('MODI_TOKEN_TOO_OLD');
    expect(at(-6)).toThrowWithCode('MODI_TOKEN_FROM_FUTURE');
  });
});

describe('RFC 7638 3.1', () => {
  it('the thumbprint is of the members that make the key, and of no other', () => {
    const { jwk, thumbprint } = RFC7638_EXAMPLE;
    expect(readProofKey(jwk)).toMatchObject({ thumbprint, further: ['alg', 'kid'] });
    const { kty, n, e } = jwk;
    expect(readProofKey({ n, e, kty })).toMatchObject({ thumbprint, further: [] });
    expect(readProofKey({ kty, n, e: 'AQAD' })).not.toMatchObject({ thumbprint });
  });
});
