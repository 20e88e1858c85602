import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../plugins/core/errors';
import type { Check, Policy, Verification } from '../../../plugins/core/verify';
import { allChecks } from '../../support/verdicts/all-checks';

const KINDS = ['ID_AUTH', 'INTEGRITY', 'VOUCHER', 'AUDIT', 'DPOP'] as const;

/** Gives what a check says is missing, so that the next thing that it misses comes to light. */
function give(verification: Verification, what: string): boolean {
  const set = (fact: object): true => Boolean(Object.assign(verification, fact)) as true;
  const setAll = (fact: object): true => {
    for (const token of Object.values(verification.tokens)) Object.assign(token, fact);
    return true;
  };
  const raw = { jti: 'j', dnonce: '1'.repeat(13), htm: 'GET', htu: 'https://a.example/', signed_headers: [{ a: 'b' }] };
  const claims = { iat: 0, exp: 1, aud: ['a'], iss: 'i', raw: { ...raw, purposeId: 'p' } };
  const certificate = { subject: 'CN=a', thumbprint: 't' };
  const empty = Buffer.from('{}').toString('base64url');
  const facts: Readonly<Record<string, () => true>> = {
    ...Object.fromEntries(
      KINDS.map((kind) => [
        `the ${kind} token`,
        () => set({ tokens: { ...verification.tokens, [kind]: { kind, text: 'a.b.c' } } }),
      ]),
    ),
    'the token in Authorization': () =>
      set({ tokens: { ...verification.tokens, ID_AUTH: { kind: 'ID_AUTH', text: '' } } }),
    form: () => setAll({ parts: { header: empty, payload: empty, signature: 'AA' } }),
    'JOSE header': () => setAll({ jose: { alg: 'ES256', raw: {} } }),
    'key reference': () => setAll({ reference: { thumbprint: undefined } }),
    certificate: () =>
      setAll({
        signer: { certificate, path: [], links: [], key: { type: 'EC', curve: 'P-384' }, notBefore: 0, notAfter: 0 },
      }),
    claims: () => setAll({ claims }),
    kid: () => setAll({ kid: 'k' }),
    'the key of the platform': () => setAll({ key: { type: 'EC', curve: 'P-384' } }),
    'the key of the participant': () => setAll({ participant: { kid: 'k', clientId: 'c' } }),
    'the key of the proof': () => setAll({ thumbprint: 't' }),
    'cnf.jkt': () => setAll({ thumbprint: 't' }),
    body: () => set({ body: { length: 0 } }),
    'digest of the body': () => set({ body: { length: 0, digest: Buffer.from('a') } }),
    answer: () => set({ answer: { status: 200, method: 'GET' } }),
    channel: () => set({ channel: {} }),
    'client certificate of the channel': () => set({ channelHolder: certificate }),
    caller: () => set({ caller: { name: 'n', groups: [] } }),
    identity: () => set({ client: 'c' }),
    scheme: () => set({ scheme: 'DPoP' }),
    'the request line': () => set({ request: { method: 'GET', target: '/' } }),
    'the voucher': () => set({ voucher: { clientId: 'c', purposeId: 'p' } }),
    'the policy of vouchers': () => set({ policy: { ...verification.policy, pdnd: PDND_POLICY } }),
    'the policy of audit tokens': () =>
      set({ policy: { ...verification.policy, audit: { rules: [], required: false } } }),
  };
  return facts[what]?.() ?? false;
}

/** What a step of a check needs of the checks before it, in the order in which it asks. */
function needs(
  check: Check,
  step: 'run' | 'proved' | 'prepare',
  policy: object,
  given: object = {},
): readonly string[] {
  const verification = { policy: policy as Policy, headers: new Map(), now: 0, tokens: {}, ...given } as Verification;
  const found: string[] = [];
  for (;;) {
    try {
      if (step === 'prepare') void check.prepare?.(verification, undefined);
      else check[step](verification);
      return found;
    } catch (error) {
      const what = /^(.*) is not established yet: the checks are out of order$/.exec((error as Error).message)?.[1];
      if (what === undefined) {
        if (error instanceof Refusal) return found;
        return [...found, String(error)];
      }
      if (found.includes(what)) return found;
      found.push(what);
      give(verification, what);
    }
  }
}

const NOBODY = () => {
  throw new Error('nobody is asked');
};

const PDND_POLICY = {
  issuer: 'i',
  voucherTypes: new Set(),
  schemes: [],
  dpop: { publicBases: [], algorithms: new Set(), maxAge: 1 },
};

const POLICY = {
  algorithms: new Set(['ES256']),
  audience: Object.fromEntries(KINDS.map((kind) => [kind, new Set()])),
  maxAge: Object.fromEntries(KINDS.map((kind) => [kind, 1])),
  party: { identityClaim: 'certificate', bindings: () => undefined, claimRules: [] },
  signerCache: { find: () => undefined },
  revocation: { judge: () => ({ outcome: 'good', answers: [] }) },
  signers: { maxChain: 6, byThumbprint: NOBODY },
  channel: { match: 'same_party', trustedAddress: () => false, intermediaries: [] },
  digestAlgorithms: new Set(),
  requiredSignedHeaders: [],
};

describe('a check that comes too early names what it misses', () => {
  it('one thing after the other', () => {
    const lines = [...allChecks().values()].flatMap((check) =>
      (['prepare', 'run', 'proved'] as const).flatMap((step) => {
        const needed = needs(check, step, POLICY, { digest: { algorithm: 'SHA-256', bytes: Buffer.from('b') } });
        return needed.length === 0 ? [] : [`${check.id} ${check.token ?? ''} ${step}: ${needed.join(', ')}`];
      }),
    );
    expect(`\n${lines.join('\n')}\n`).toBe(NEEDS);
  });
});

const NEEDS = `
channel  run: channel
channel  proved: client certificate of the channel
authorization ID_AUTH proved: the ID_AUTH token
form INTEGRITY run: the INTEGRITY token
form INTEGRITY proved: the INTEGRITY token, form
jose INTEGRITY run: the INTEGRITY token, form
jose INTEGRITY proved: the INTEGRITY token, JOSE header
key-reference INTEGRITY run: the INTEGRITY token, JOSE header
key-reference INTEGRITY proved: the INTEGRITY token
certificate INTEGRITY run: the INTEGRITY token, key reference, JOSE header, x5t#S256
certificate INTEGRITY proved: the INTEGRITY token, certificate
revocation INTEGRITY run: the INTEGRITY token, certificate
revocation INTEGRITY proved: the INTEGRITY token
signature INTEGRITY run: the INTEGRITY token, JOSE header, certificate
signature INTEGRITY proved: the INTEGRITY token, JOSE header, certificate
claims INTEGRITY run: the INTEGRITY token, form
claims INTEGRITY proved: the INTEGRITY token, claims
times INTEGRITY run: the INTEGRITY token, claims
times INTEGRITY proved: the INTEGRITY token, claims
audience INTEGRITY run: the INTEGRITY token, claims
audience INTEGRITY proved: the INTEGRITY token, claims
jti INTEGRITY run: the INTEGRITY token, claims
jti INTEGRITY proved: the INTEGRITY token
same-signer INTEGRITY run: the ID_AUTH token, certificate, the INTEGRITY token
same-signer INTEGRITY proved: the ID_AUTH token, certificate
signed-headers INTEGRITY run: the INTEGRITY token, claims
signed-headers INTEGRITY proved: the INTEGRITY token, claims
payload  run: body
payload  proved: body
digest  run: body, digest of the body
digest  proved: body
caller  run: the token in Authorization, claims
channel-party  run: client certificate of the channel
identity  run: the token in Authorization, certificate
identity  proved: identity
voucher-header VOUCHER run: the policy of vouchers
voucher-header VOUCHER proved: scheme, the VOUCHER token
kid-header INTEGRITY run: the INTEGRITY token, form
kid-header INTEGRITY proved: the INTEGRITY token, JOSE header, kid
voucher-key VOUCHER prepare: the VOUCHER token, kid, the platform
voucher-key VOUCHER run: the VOUCHER token, the key of the platform
voucher-key VOUCHER proved: the VOUCHER token, kid
voucher-issuer VOUCHER run: the policy of vouchers, the VOUCHER token, claims
voucher-issuer VOUCHER proved: the policy of vouchers
voucher-client VOUCHER run: the VOUCHER token, claims
voucher-client VOUCHER proved: the voucher
voucher-eservice VOUCHER run: the policy of vouchers, the voucher
voucher-eservice VOUCHER proved: the policy of vouchers
voucher-binding VOUCHER run: the VOUCHER token, claims
voucher-binding VOUCHER proved: the VOUCHER token
dpop-header DPOP proved: the DPOP token
dpop-key DPOP run: the DPOP token, the policy of vouchers, form
dpop-key DPOP proved: the DPOP token, JOSE header, the key of the proof
dpop-claims DPOP run: the DPOP token, the policy of vouchers, form
dpop-claims DPOP proved: the DPOP token, claims
dpop-request DPOP run: the DPOP token, claims, the request line, the policy of vouchers
dpop-request DPOP proved: the DPOP token, claims
dpop-token DPOP run: the DPOP token, claims, the VOUCHER token
dpop-age DPOP run: the DPOP token, claims
dpop-age DPOP proved: the DPOP token, claims
dpop-binding DPOP run: the VOUCHER token, cnf.jkt, the DPOP token, the key of the proof
dpop-binding DPOP proved: the DPOP token, the key of the proof
tracking-header AUDIT run: the policy of audit tokens
participant-key INTEGRITY prepare: the INTEGRITY token, kid, the voucher, the platform
participant-key INTEGRITY run: the INTEGRITY token, the key of the participant
participant-key INTEGRITY proved: the INTEGRITY token, the key of the participant
same-client INTEGRITY run: the voucher, the INTEGRITY token, claims
same-client INTEGRITY proved: the voucher
same-purpose INTEGRITY run: the voucher, the INTEGRITY token, claims
same-purpose INTEGRITY proved: the INTEGRITY token, claims, the voucher
dnonce AUDIT run: the AUDIT token, claims
audit-claims AUDIT run: the policy of audit tokens, the AUDIT token, claims
audit-claims AUDIT proved: the policy of audit tokens, the AUDIT token, claims
audit-digest AUDIT run: the VOUCHER token, claims
answer-signature-header INTEGRITY run: answer, body
answer-whole-representation  run: answer
answer-whole-representation  proved: answer
request-digest INTEGRITY run: answer, the INTEGRITY token, claims
request-digest INTEGRITY proved: the INTEGRITY token, claims
answer-payload  run: body, answer
answer-payload  proved: body
digest  run: body, answer, digest of the body
digest  proved: body, answer
`;
