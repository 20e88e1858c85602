import { describe, expect, it } from 'vitest';
import { VerificationError } from '../../../plugins/core/errors';
import { checkCertificate } from '../../../plugins/core/verify/check-certificate';
import { checkChannel } from '../../../plugins/core/verify/check-channel';
import { checkChannelParty } from '../../../plugins/core/verify/check-channel-party';
import { checkRevocation } from '../../../plugins/core/verify/check-revocation';
import { SignerCache } from '../../../plugins/core/verify/signer-cache';
import { certificate, made, signer, told, type Json } from '../../support/verdicts/told';
import { NOW } from '../../support/verify-route';

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
    expect(() => {
      checkChannel.run(made(given));
    }).toThrow(expect.objectContaining(thrown));
    const down = new VerificationError('MODI_REVOCATION_UNKNOWN');
    expect(channel(SUCCESS, { revocation: { judge: throwing(down) } })).toEqual([
      'MODI_REVOCATION_UNKNOWN',
      503,
      undefined,
      {},
    ]);
    expect(() => channel(SUCCESS, { resolve: throwing(new TypeError('a mistake')) })).toThrow('a mistake');
  });

  it('may be revoked, like a token’s: asked beforehand where somebody can be asked', () => {
    const asked: unknown[] = [];
    const note =
      (name: string, answer: unknown) =>
      (...args: unknown[]) => (asked.push([name, ...args]), answer);
    const revocation = { ask: note('ask', Promise.resolve()), judge: note('judge', { outcome: 'grace', answers: [] }) };
    const one = made({ policy: policyOf({ revocation }), channel: SUCCESS as never });
    expect(checkChannel.prepare?.(one, undefined)).toBeInstanceOf(Promise);
    checkChannel.run(one);
    expect([one.channelRevocation, ...asked]).toEqual(['grace', ['ask', [], NOW], ['judge', [], NOW]]);
    const plain = made({ policy: policyOf(), channel: SUCCESS as never });
    const unasked = made({ policy: policyOf({ revocation: { judge: revocation.judge } }), channel: SUCCESS as never });
    for (const other of [made({}), plain, unasked]) expect(checkChannel.prepare?.(other, undefined)).toBeUndefined();
    checkChannel.run(plain);
    expect(plain.channelRevocation).toBeUndefined();
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
    const answers: unknown[] = [];
    const found = (outcome: string) => () => ({ outcome, answers });
    expect(by(found('good'))).toBe('no certificate of the path is revoked');
    expect(by(found('grace'))).toBe(
      'no certificate of the path is revoked, by a list that has ended and still counts (crl_grace)',
    );
    const judge = found('good');
    const one = made({ policy: { revocation: { judge } }, tokens: withLinks() });
    check.run(one);
    expect(one.tokens.ID_AUTH).toMatchObject({ revocation: 'good', revocationAnswers: answers });
    expect(by(found('unchecked'))).toBe('not known to be revoked; no list or responder speaks about every certificate');
    expect(by(found('good'), [])).toBe('nobody issued it who could revoke it');
  });

  it('refuses the token it was found in', () => {
    const cause = new VerificationError('MODI_CERTIFICATE_REVOKED', { subject: 'CN=a' });
    const refuse = () => {
      throw cause;
    };
    expect(by(refuse)).toEqual(['MODI_CERTIFICATE_REVOKED', 401, 'ID_AUTH', { subject: 'CN=a' }]);
    expect(() => {
      check.run(made({ policy: { revocation: { judge: refuse } }, tokens: withLinks() }));
    }).toThrow(expect.objectContaining({ cause }));
    const mistake = () => {
      throw new TypeError('a mistake');
    };
    expect(() => by(mistake)).toThrow('a mistake');
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
    expect(() => {
      check.run(made({ policy, tokens }));
    }).toThrow(expect.objectContaining({ cause }));
  });

  it('out of order says what is missing', () => {
    const early =
      (reference: Json, signers: Json, given: Json = { parts }) =>
      () => {
        check.run(
          made({
            policy: { signers, signerCache: new SignerCache() },
            tokens: { ID_AUTH: { reference, jose, ...given } },
          }),
        );
      };
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
