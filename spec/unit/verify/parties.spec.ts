import { describe, expect, it } from 'vitest';
import { Refusal, VerificationError } from '../../../plugins/core/errors';
import type { CertificateFacts } from '../../../plugins/core/trust';
import type { Check, Policy, Verification } from '../../../plugins/core/verify';
import { checkCaller } from '../../../plugins/core/verify/check-caller';
import { checkCertificate } from '../../../plugins/core/verify/check-certificate';
import { checkChannel } from '../../../plugins/core/verify/check-channel';
import { checkChannelParty } from '../../../plugins/core/verify/check-channel-party';
import { checkClaimRules } from '../../../plugins/core/verify/check-claim-rules';
import { checkIdentity } from '../../../plugins/core/verify/check-identity';
import { checkParticipantKey } from '../../../plugins/core/verify/check-participant-key';
import { checkRevocation } from '../../../plugins/core/verify/check-revocation';
import { checkSameClient } from '../../../plugins/core/verify/check-same-client';
import { checkSamePurpose } from '../../../plugins/core/verify/check-same-purpose';
import { checkSameSigner } from '../../../plugins/core/verify/check-same-signer';
import { checkTrackingHeader } from '../../../plugins/core/verify/check-tracking-header';
import { checkVoucherEservice } from '../../../plugins/core/verify/check-voucher-eservice';
import { checkVoucherKey } from '../../../plugins/core/verify/check-voucher-key';
import { SignerCache } from '../../../plugins/core/verify/signer-cache';

const NOW = 1_780_272_000;

type Json = Readonly<Record<string, unknown>>;
type Given = Omit<Partial<Verification>, 'tokens' | 'policy' | 'headers'> & {
  readonly policy?: Json;
  readonly headers?: Readonly<Record<string, string[]>>;
  readonly tokens?: Json;
};

const made = ({ policy = {}, headers = {}, tokens = {}, ...given }: Given): Verification => ({
  policy: policy as unknown as Policy,
  headers: new Map(Object.entries(headers)),
  now: NOW,
  tokens: Object.fromEntries(
    Object.entries(tokens).map(([kind, token]) => [kind, { kind, text: 'a.b.c', ...(token as object) }]),
  ),
  ...given,
});

/** What it has proved; or code, status, token, and all that fills the texts. */
function told(check: Check, given: Given): unknown {
  const verification = made(given);
  try {
    check.run(verification);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.code, error.status, error.token, error.params];
  }
  return check.proved(verification);
}

const claims = (given: Json, raw: Json = {}): Json => ({ claims: { ...given, raw } });
const certificate = (subject: string): CertificateFacts =>
  ({ subject, thumbprint: `thumbprint of ${subject}` }) as CertificateFacts;
const signer = (subject: string): Json => ({ signer: { certificate: certificate(subject), links: [] } });

describe('the caller', () => {
  const caller = (party: Json, token: Json = { ...claims({ iss: 'i' }), ...signer('CN=a') }, kind = 'ID_AUTH') =>
    told(checkCaller, { policy: { party }, tokens: { [kind]: token } });
  const always = (answer: unknown) => () => answer;

  it('is everybody, or one on the list, or one whose claims belong to the certificate', () => {
    expect(caller({})).toBe('every trusted certificate is');
    expect(told(checkCaller, { policy: { party: {} } })).toBe('every trusted certificate is');
    expect(caller({ bindings: always(undefined) })).toBe('claims and certificate agree');
    const known = (name?: string) => always({ verdict: 'known', caller: { name, groups: [] } });
    expect(caller({ callers: known('Anagrafe') })).toBe('Anagrafe');
    expect(caller({ callers: known() })).toBe('on the list');
  });

  it('is asked about with certificate and claims', () => {
    const asked: unknown[] = [];
    const note = (...args: unknown[]) => void asked.push(args);
    caller({ bindings: note, callers: note });
    const naming = { iss: 'i', sub: undefined, client_id: undefined };
    expect(asked).toEqual([
      [certificate('CN=a'), naming],
      [certificate('CN=a'), naming],
    ]);
  });

  it('is refused without a word of who is on the list', () => {
    const stranger = { callers: always({ verdict: 'stranger' }) };
    const refused = (found: string) => ['MODI_CALLER_NOT_ALLOWED', 403, 'ID_AUTH', { found }];
    expect(caller(stranger)).toEqual(refused('CN=a'));
    expect(caller(stranger, { ...claims({}), ...signer('x'.repeat(201)) })).toEqual(refused(`${'x'.repeat(200)}...`));
    expect(caller(stranger, claims({ clientId: 'c' }), 'VOUCHER')).toEqual(refused('c'));
    expect(caller(stranger, claims({}), 'VOUCHER')).toEqual(refused('no certificate'));
  });

  it('is refused with the claim that is another’s', () => {
    const mismatch = (claim: string, found: string) => ['MODI_CALLER_MISMATCH', 403, 'ID_AUTH', { claim, found }];
    expect(caller({ callers: always({ verdict: 'claim', claim: 'iss' }) })).toEqual(mismatch('iss', 'i'));
    expect(caller({ bindings: always('sub') })).toEqual(mismatch('sub', 'absent'));
  });
});

describe('the identity', () => {
  const identity = (identityClaim: string, token: Json, further: Given = {}, kind = 'ID_AUTH') =>
    told(checkIdentity, { policy: { party: { identityClaim } }, tokens: { [kind]: token }, ...further });

  it.each<[string, Json, Given, string]>([
    ['certificate', signer('CN=a'), {}, 'CN=a (from certificate)'],
    ['certificate', signer('CN=a'), { voucher: { clientId: 'v' } as never }, 'v (from certificate)'],
    ['application', {}, { caller: { name: 'App', groups: [] } }, 'App (from application)'],
    ['client_id', claims({ clientId: 'c' }), {}, 'c (from client_id)'],
    ['sub', claims({ sub: 's' }), {}, 's (from sub)'],
    ['purposeId', claims({}, { purposeId: 'p' }), {}, 'p (from purposeId)'],
    ['consumerId', claims({}, { consumerId: 'k' }), {}, 'k (from consumerId)'],
  ])('is the %s', (claim, token, further, line) => {
    expect(identity(claim, token, further)).toBe(line);
  });

  it.each(['client_id', 'purposeId', 'consumerId'])('%s must be there', (claim) => {
    const missing = ['MODI_IDENTITY_MISSING', 403, 'ID_AUTH', { claim }];
    expect(identity(claim, claims({}, { purposeId: 5, consumerId: [] }))).toEqual(missing);
  });

  it('that is too long is refused', () => {
    const params = { claim: 'iss', found: 513, max: 512 };
    expect(identity('iss', claims({ iss: 'x'.repeat(513) }))).toEqual([
      ...['MODI_IDENTITY_TOO_LONG', 403, 'ID_AUTH'],
      params,
    ]);
  });
});

describe('rules on claims', () => {
  const rule = (name: string, token: string, verdict: Json) => ({ name, token, claim: 'c', judge: () => verdict });
  const rules = (...claimRules: unknown[]) =>
    told(checkClaimRules, { policy: { party: { claimRules } }, tokens: { ID_AUTH: claims({}) } });
  const holds = { verdict: 'holds' };

  it('all hold, or the first that does not is named', () => {
    expect([rules(), rules(rule('a', 'ID_AUTH', holds), rule('b', 'AUDIT', holds))]).toEqual(['no rules', 'a, b']);
    expect(rules(rule('a', 'ID_AUTH', holds), rule('b', 'INTEGRITY', { verdict: 'missing' }))).toEqual([
      ...['MODI_CLAIM_RULE_MISSING', 403, 'INTEGRITY'],
      { rule: 'b', claim: 'c' },
    ]);
    const differs = (...found: unknown[]) => rules(rule('a', 'ID_AUTH', { verdict: 'differs', found }));
    const mismatch = (found: string) => ['MODI_CLAIM_RULE_MISMATCH', 403, 'ID_AUTH', { rule: 'a', claim: 'c', found }];
    expect([differs('x'), differs('x', 'y')]).toEqual([mismatch('x'), mismatch('["x","y"]')]);
    expect(differs('x'.repeat(201))).toEqual(mismatch(`${'x'.repeat(200)}...`));
  });

  it('speak of the token that they name; a voucher stands for the caller’s own', () => {
    const asked: unknown[] = [];
    const spy = (token: string) => ({ ...rule('a', token, holds), judge: (raw: unknown) => (asked.push(raw), holds) });
    const raw = (kind: string) => claims({}, { kind });
    const claimRules = [spy('ID_AUTH'), spy('AUDIT'), spy('INTEGRITY')];
    const policy = { party: { claimRules } };
    told(checkClaimRules, { policy, tokens: { VOUCHER: raw('v'), AUDIT: raw('a'), INTEGRITY: {} } });
    told(checkClaimRules, { policy, tokens: { ID_AUTH: raw('i'), VOUCHER: raw('v'), INTEGRITY: raw('s') } });
    expect(asked).toEqual([{ kind: 'v' }, { kind: 'a' }, undefined, { kind: 'i' }, undefined, { kind: 's' }]);
  });
});

describe('the channel', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';
  const policyOf = (given: Json = {}) => ({
    channel: {
      ...{ header: undefined, trustedAddress: () => false, match: 'none', intermediaries: [] },
      resolve: () => ({ certificate: certificate('CN=c'), links: [] }),
      revocation: undefined,
      ...given,
    },
  });
  const channel = (facts: Json, given: Json = {}, headers = {}) =>
    told(checkChannel, { policy: policyOf(given), channel: facts as never, headers });
  const SUCCESS = { verify: 'SUCCESS', certificate: PEM };

  it('is not looked at where it is not configured', () => {
    expect(told(checkChannel, {})).toBe('not asked for');
    expect(told(checkChannelParty, {})).toBe('not asked for');
  });

  it('has a certificate, whatever nginx thinks of its path', () => {
    expect(channel(SUCCESS)).toBe('CN=c');
    expect(channel({ ...SUCCESS, verify: 'FAILED:self signed' })).toBe('CN=c');
    const missing = ['MODI_CHANNEL_CERTIFICATE_MISSING', 401, undefined, {}];
    const without: readonly Json[] = [
      {},
      { ...SUCCESS, verify: undefined },
      { ...SUCCESS, verify: 'NONE' },
      { ...SUCCESS, certificate: undefined },
    ];
    for (const facts of without) expect(channel(facts)).toEqual(missing);
    expect(channel({ ...SUCCESS, certificate: 'x' })).toEqual([
      'MODI_CHANNEL_CERTIFICATE_MALFORMED',
      400,
      undefined,
      {},
    ]);
  });

  it('behind a proxy is what the proxy says, and nobody else', () => {
    const behind = { header: 'x-cert', trustedAddress: (peer: unknown) => peer === '10.0.0.1' };
    const trusted = { peer: '10.0.0.1' };
    expect(channel(trusted, behind, { 'x-cert': [PEM] })).toBe('CN=c');
    const missing = ['MODI_CHANNEL_CERTIFICATE_MISSING', 401, undefined, {}];
    expect(channel({ ...trusted, ...SUCCESS }, behind)).toEqual(missing);
    expect(channel({ ...trusted, ...SUCCESS }, behind, { 'x-cert': [''] })).toEqual(missing);
    const twice = ['MODI_HEADER_DUPLICATE', 400, undefined, { header: 'x-cert', count: 2 }];
    expect(channel(trusted, behind, { 'x-cert': [PEM, PEM] })).toEqual(twice);
    const untrusted = (found: string) => ['MODI_CHANNEL_HEADER_UNTRUSTED', 403, undefined, { header: 'x-cert', found }];
    expect(channel({ ...SUCCESS, peer: '10.0.0.2' }, behind, { 'x-cert': [PEM] })).toEqual(untrusted('10.0.0.2'));
    expect(channel(SUCCESS, behind, { 'x-cert': [PEM] })).toEqual(untrusted('unknown'));
    expect(channel({ ...SUCCESS, peer: '10.0.0.2' }, behind)).toBe('CN=c');
  });

  it('tells its own reasons; that it cannot be told stays so', () => {
    const throwing = (error: Error) => () => {
      throw error;
    };
    const expired = new VerificationError('MODI_CERTIFICATE_EXPIRED', { subject: 'CN=c', found: 'x' });
    const refused = channel(SUCCESS, { resolve: throwing(expired) });
    expect(refused).toMatchObject([
      ...['MODI_CHANNEL_CERTIFICATE_REFUSED', 401, undefined],
      { reason: 'MODI_CERTIFICATE_EXPIRED', found: 'the certificate CN=c was valid until x; renew it' },
    ]);
    expect(channel(SUCCESS, { revocation: { judge: throwing(expired) } })).toEqual(refused);
    const thrown = { cause: expired };
    const given = { policy: policyOf({ resolve: throwing(expired) }), channel: SUCCESS as never };
    expect(() => checkChannel.run(made(given))).toThrow(expect.objectContaining(thrown));
    const down = new VerificationError('MODI_REVOCATION_UNKNOWN');
    expect(channel(SUCCESS, { revocation: { judge: throwing(down) } })).toEqual([
      'MODI_REVOCATION_UNKNOWN',
      503,
      undefined,
      {},
    ]);
    expect(() => channel(SUCCESS, { resolve: throwing(new TypeError('a mistake')) })).toThrow('a mistake');
  });

  it('is the body’s own, or a partner’s, where that is asked', () => {
    const party = (match: string, holder: string, tokens: Json) =>
      told(checkChannelParty, { policy: policyOf({ match }), channelHolder: certificate(holder), tokens });
    const other = (expected: string) => ['MODI_CHANNEL_PARTY_MISMATCH', 403, undefined, { found: 'CN=c', expected }];
    expect(party('none', 'CN=c', {})).toBe('none');
    expect(party('same_party', 'CN=c', { ID_AUTH: signer('CN=c') })).toBe('same_party');
    expect(party('same_party', 'CN=c', { ID_AUTH: signer('CN=a') })).toEqual(other('CN=a'));
    expect(party('same_party', 'CN=c', { VOUCHER: {}, INTEGRITY: signer('CN=c') })).toBe('same_party');
    expect(party('same_party', 'CN=c', { VOUCHER: {} })).toEqual(other('no signer'));
  });
});

describe('revocation', () => {
  const links = [{ subject: 'CN=a' }];
  const withLinks = (given: unknown[] = links) => ({ ID_AUTH: { signer: { links: given } } });
  const check = checkRevocation('ID_AUTH');
  const by = (judge: () => unknown, given?: unknown[]) =>
    told(check, { policy: { revocation: { judge } }, tokens: withLinks(given) });

  it('is told as it was found', () => {
    expect(told(check, { tokens: withLinks() })).toBe('not looked at: neither lists nor responders are configured');
    const outcome = (found: string) => () => ({ outcome: found, answers: [] });
    expect(by(outcome('good'))).toBe('no certificate of the path is revoked');
    expect(by(outcome('grace'))).toBe(
      'no certificate of the path is revoked, by a list that has ended and still counts (crl_grace)',
    );
    expect(by(outcome('unchecked'))).toBe(
      'not known to be revoked; no list or responder speaks about every certificate',
    );
    expect(by(outcome('good'), [])).toBe('nobody issued it who could revoke it');
  });

  it('refuses the token it was found in', () => {
    const cause = new VerificationError('MODI_CERTIFICATE_REVOKED', { subject: 'CN=a' });
    const refuse = () => {
      throw cause;
    };
    expect(by(refuse)).toEqual(['MODI_CERTIFICATE_REVOKED', 401, 'ID_AUTH', { subject: 'CN=a' }]);
    expect(() => check.run(made({ policy: { revocation: { judge: refuse } }, tokens: withLinks() }))).toThrow(
      expect.objectContaining({ cause }),
    );
    expect(() => by(() => [].at(0)!['x'])).toThrow(TypeError);
  });

  it('asks beforehand only about certificates that somebody issued', () => {
    const asked: unknown[] = [];
    const ask = (...args: unknown[]) => (asked.push(args), Promise.resolve());
    const prepare = (tokens: Json, revocation: Json | undefined = { ask }) =>
      check.prepare?.(made({ policy: { revocation }, tokens }), undefined);
    expect(prepare(withLinks())).toBeInstanceOf(Promise);
    expect(asked).toEqual([[links, NOW]]);
    expect([prepare(withLinks([])), prepare({ ID_AUTH: {} }), prepare({})]).toEqual([undefined, undefined, undefined]);
    expect([prepare(withLinks(), {}), check.prepare?.(made({ tokens: withLinks() }), undefined)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(asked).toHaveLength(1);
  });
});

describe('the certificate', () => {
  const check = checkCertificate('ID_AUTH');
  const facts = { ...certificate('CN=a'), issuer: 'CN=b' };
  const found = { certificate: facts, path: [facts, certificate('CN=b')], trustedBy: 'anchor', notAfter: NOW };
  const parts = { header: 'h', payload: '', signature: '' };
  const jose = { alg: 'ES256', raw: {} };
  const asked: unknown[] = [];
  const directory = (answer: () => unknown = () => found): Json => {
    const by = (name: string) => (given: unknown, now: number) => (asked.push([name, given, now]), answer());
    return { byChain: by('chain'), byThumbprint: by('thumbprint'), byKid: by('kid'), byUrl: by('url') };
  };
  const resolve = (reference: Json, signers = directory(), signerCache = new SignerCache()) => {
    asked.length = 0;
    const line = told(check, { policy: { signers, signerCache }, tokens: { ID_AUTH: { reference, jose, parts } } });
    return [line, ...asked, signerCache.size];
  };

  it('is looked up as the token names it, and remembered where it cannot change', () => {
    const line = 'CN=a <- CN=b (anchor), valid until 2026-06-01T00:00:00.000Z';
    const x5c = [Buffer.from('a')];
    expect(resolve({ x5c, thumbprint: 't' })).toEqual([line, ['chain', x5c, NOW], 1]);
    expect(resolve({ thumbprint: 't' })).toEqual([line, ['thumbprint', 't', NOW], 1]);
    expect(resolve({ kid: 'k' })).toEqual([line, ['kid', 'k', NOW], 0]);
    const reference = { url: 'u', x5c, thumbprint: 't' };
    expect(resolve(reference)).toEqual([line, ['url', reference, NOW], 0]);
    const key = { ...found, path: [], trustedBy: 'jwk' };
    expect(
      resolve(
        { kid: 'k' },
        directory(() => key),
      )[0],
    ).toBe('CN=a (jwk), thumbprint thumbprint of CN=a');
  });

  it('may be for one algorithm only', () => {
    const only = (algorithm: string) =>
      resolve(
        { kid: 'k' },
        directory(() => ({ ...found, algorithm })),
      )[0];
    expect(only('ES256')).toMatch(/^CN=a/);
    expect(only('RS256')).toEqual([
      ...['MODI_ALG_KEY_MISMATCH', 401, 'ID_AUTH'],
      { found: 'ES256', key: 'for RS256 only' },
    ]);
  });

  it('is refused of the token; any other error stays what it is', () => {
    const cause = new VerificationError('MODI_CERTIFICATE_UNKNOWN');
    const throwing = (error: Error) =>
      directory(() => {
        throw error;
      });
    expect(resolve({ thumbprint: 't' }, throwing(cause))[0]).toEqual(['MODI_CERTIFICATE_UNKNOWN', 401, 'ID_AUTH', {}]);
    expect(() => resolve({ thumbprint: 't' }, throwing(new TypeError('a mistake')))).toThrow('a mistake');
    const policy = { signers: throwing(cause) };
    const tokens = { ID_AUTH: { reference: { thumbprint: 't' }, jose, parts } };
    expect(() => check.run(made({ policy, tokens }))).toThrow(expect.objectContaining({ cause }));
  });

  it('out of order says what is missing', () => {
    const early =
      (reference: Json, signers: Json, given: Json = { parts }) =>
      () =>
        check.run(
          made({
            policy: { signers, signerCache: new SignerCache() },
            tokens: { ID_AUTH: { reference, jose, ...given } },
          }),
        );
    expect(early({ kid: 'k' }, {})).toThrow('trust by kid is not established yet');
    expect(early({ url: 'u' }, {})).toThrow('trust by x5u is not established yet');
    expect(early({ thumbprint: 't' }, directory(), {})).toThrow('form is not established yet');
  });

  it('that is known is not looked up again', () => {
    expect(told(check, { tokens: { ID_AUTH: { signer: found } } })).toMatch(/^CN=a/);
  });

  it('is prepared only where it is not known', () => {
    const reference = { thumbprint: 't' };
    const asks: unknown[] = [];
    const prepare = (token: Json | undefined, signers: Json) =>
      check.prepare?.(made({ policy: { signers }, tokens: token === undefined ? {} : { ID_AUTH: token } }), undefined);
    const signers = { prepare: (...args: unknown[]) => (asks.push(args), Promise.resolve()) };
    expect(prepare({ reference }, signers)).toBeInstanceOf(Promise);
    expect(asks).toEqual([[reference, NOW]]);
    expect([prepare({ reference, signer: found }, signers), prepare({}, signers), prepare(undefined, signers)]).toEqual(
      Array(3).fill(undefined),
    );
    expect([prepare({ reference }, {}), asks.length]).toEqual([undefined, 1]);
  });
});

describe('what ties the tokens', () => {
  it('one signer', () => {
    const same = (kind: 'INTEGRITY' | 'AUDIT', other: string) =>
      told(checkSameSigner(kind), { tokens: { ID_AUTH: signer('CN=a'), [kind]: signer(other) } });
    expect(same('INTEGRITY', 'CN=a')).toBe('thumbprint of CN=a');
    const mismatch = { expected: 'CN=a', found: 'CN=b' };
    expect(same('INTEGRITY', 'CN=b')).toEqual(['MODI_SIGNER_MISMATCH', 400, 'INTEGRITY', mismatch]);
    expect(same('AUDIT', 'CN=b')).toMatchObject(['MODI_SIGNER_MISMATCH', expect.any(Number), 'AUDIT', mismatch]);
  });

  const voucher = { clientId: 'c', purposeId: 'p' } as never;
  const client = (kind: 'INTEGRITY' | 'AUDIT', owner: string | undefined, given: Json) =>
    told(checkSameClient(kind), {
      voucher,
      tokens: { [kind]: { participant: { clientId: owner }, ...claims(given) } },
    });
  const mismatch = (kind: string, claim: string, found: string) => [
    'MODI_CLIENT_MISMATCH',
    expect.any(Number),
    kind,
    { claim, found, expected: 'c' },
  ];

  it('one client, of an integrity token', () => {
    expect(client('INTEGRITY', 'c', {})).toBe('c');
    expect(client('INTEGRITY', 'c', { iss: 'x' })).toBe('c');
    expect(client('INTEGRITY', 'x', {})).toMatchObject([
      'MODI_KEY_OWNER_MISMATCH',
      expect.any(Number),
      'INTEGRITY',
      { expected: 'c' },
    ]);
    expect(client('INTEGRITY', 'c', { clientId: 'x' })).toEqual(mismatch('INTEGRITY', 'client_id', 'x'));
    expect([client('INTEGRITY', undefined, { iss: 'c' }), client('INTEGRITY', undefined, { clientId: 'c' })]).toEqual([
      'c',
      'c',
    ]);
    expect(client('INTEGRITY', undefined, {})).toEqual(mismatch('INTEGRITY', 'iss', 'absent'));
    expect(client('INTEGRITY', undefined, { iss: 'x' })).toEqual(mismatch('INTEGRITY', 'iss', 'x'));
    expect(told(checkSameClient('INTEGRITY'), { voucher, tokens: { INTEGRITY: claims({ iss: 'c' }) } })).toBe('c');
  });

  it('one client, of an audit token', () => {
    expect(client('AUDIT', 'c', { iss: 'c' })).toBe('c');
    expect(client('AUDIT', 'c', { iss: 'x' })).toEqual(mismatch('AUDIT', 'iss', 'x'));
    expect(client('AUDIT', 'c', {})).toMatchObject([
      'MODI_CLAIM_MISSING',
      expect.any(Number),
      'AUDIT',
      { claim: 'iss' },
    ]);
  });

  it('one purpose', () => {
    const purpose = (kind: 'INTEGRITY' | 'AUDIT', raw: Json) =>
      told(checkSamePurpose(kind), { voucher, tokens: { [kind]: claims({}, raw) } });
    expect(purpose('INTEGRITY', {})).toBe('the token names none, and need not');
    expect([purpose('INTEGRITY', { purposeId: 'p' }), purpose('AUDIT', { purposeId: 'p' })]).toEqual(['p', 'p']);
    const params = { found: 'x', expected: 'p' };
    expect(purpose('INTEGRITY', { purposeId: 'x' })).toMatchObject([
      'MODI_PURPOSE_MISMATCH',
      expect.any(Number),
      'INTEGRITY',
      params,
    ]);
    expect(purpose('AUDIT', {})).toMatchObject([
      'MODI_CLAIM_MISSING',
      expect.any(Number),
      'AUDIT',
      { claim: 'purposeId' },
    ]);
  });

  it('keys of the platform, told', () => {
    const keys = {
      voucherKey: (kid: string, now: number) => ({ key: [kid, now] }),
      participantKey: (kid: string, clientId: string, now: number) => ({ kid, clientId, key: [kid, now] }),
    } as never;
    const participant = checkParticipantKey('AUDIT');
    const one = made({ voucher, tokens: { AUDIT: { kid: 'k' }, VOUCHER: { kid: 'v' } } });
    expect(() => participant.run(one)).toThrow('the key of the participant is not established yet');
    expect(() => checkVoucherKey.run(one)).toThrow('the key of the platform is not established yet');
    expect(participant.prepare?.(one, keys)).toBeUndefined();
    expect(checkVoucherKey.prepare?.(one, keys)).toBeUndefined();
    participant.run(one);
    checkVoucherKey.run(one);
    expect([one.tokens.AUDIT?.key, one.tokens.VOUCHER?.key]).toEqual([
      ['k', NOW],
      ['v', NOW],
    ]);
    expect([participant.proved(one), checkVoucherKey.proved(one)]).toEqual([
      'k of client c',
      'kid v is a key of the platform',
    ]);
    expect(told(participant, { tokens: { AUDIT: { participant: { kid: 'k' } } } })).toBe(
      'k, the platform does not tell whose',
    );
    const without = made({ voucher, tokens: { AUDIT: { kid: 'k' }, VOUCHER: { kid: 'v' } } });
    expect(() => participant.prepare?.(without, undefined)).toThrow('the platform is not established yet');
    expect(() => checkVoucherKey.prepare?.(without, undefined)).toThrow('the platform is not established yet');
  });
});

describe('the audit token', () => {
  const header = (values: string[], required = true, voucher: Json = {}) =>
    told(checkTrackingHeader, {
      policy: { audit: { pattern: 'AUDIT_REST_01', required } },
      headers: values.length === 0 ? {} : { 'agid-jwt-trackingevidence': values },
      tokens: { VOUCHER: voucher },
    });
  const refused = (code: string, reason: string) => [code, expect.any(Number), 'AUDIT', { reason }];

  it('is one bare token, or may be absent', () => {
    expect([header(['a.b.c']), header([], false), header([], false, claims({}))]).toEqual([
      'one header, bare token, 5 bytes',
      'absent, as the route allows',
      'absent, as the route allows',
    ]);
    expect(header([])).toEqual(refused('MODI_AUDIT_MISSING', 'AUDIT_REST_01'));
    expect(header([], false, claims({}, { digest: {} }))).toEqual(
      refused('MODI_AUDIT_MISSING', 'the voucher holds the digest of one'),
    );
    expect(header(['a', 'b'])).toEqual(refused('MODI_AUDIT_HEADER', '2 headers were found'));
    for (const value of ['a b', 'a,b']) {
      expect(header([value])).toEqual(refused('MODI_AUDIT_HEADER', 'several words were found'));
    }
  });
});

describe('the e-service', () => {
  const ids = { producerId: 'p', eserviceId: 'e', descriptorIds: new Set(['d', 'f']) };
  const service = (facts: Json, pdnd: Json = ids) =>
    told(checkVoucherEservice, { policy: { pdnd }, voucher: facts as never });

  it('is the one configured, as far as it is', () => {
    const facts = { producerId: 'p', eserviceId: 'e', descriptorId: 'f' };
    expect(service(facts)).toBe('producerId, eserviceId, descriptorId as configured');
    expect(service({}, {})).toBe('not looked at: no id is configured');
    expect(service(facts, { eserviceId: 'e' })).toBe('eserviceId as configured');
    expect(service({ ...facts, eserviceId: undefined })).toEqual([
      'MODI_CLAIM_MISSING',
      401,
      'VOUCHER',
      { claim: 'eserviceId' },
    ]);
    expect(service({ ...facts, descriptorId: 'x' })).toEqual([
      ...['MODI_VOUCHER_DESCRIPTOR', 403, 'VOUCHER'],
      { found: 'x', expected: 'd, f' },
    ]);
  });
});
