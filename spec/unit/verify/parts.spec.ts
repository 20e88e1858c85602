import { generateKeyPairSync, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VerificationError } from '../../../plugins/core/errors';
import { GAUGES } from '../../../plugins/core/gauges';
import type { Signer } from '../../../plugins/core/trust';
import { replayEntries, runStage, type Check, type TokenState, type Verification } from '../../../plugins/core/verify';
import { readProofKey } from '../../../plugins/core/verify/dpop-key';
import { takeKey } from '../../../plugins/core/verify/platform-key';
import { SignerCache, signerCacheFor } from '../../../plugins/core/verify/signer-cache';

describe('a stage', () => {
  const log: string[] = [];
  const check = (id: string, prepare?: () => Promise<void> | undefined): Check => ({
    id,
    title: { en: id, it: id },
    ...(prepare && {
      prepare: () => {
        log.push(`ask ${id}`);
        return prepare();
      },
    }),
    run: () => {
      log.push(id);
    },
    proved: () => id,
  });
  const none = { tokens: {} } as Verification;

  it('waits only where a check has something to wait for, and goes on from there', async () => {
    log.length = 0;
    expect(runStage([check('a'), check('b', () => undefined)], none)).toBeUndefined();
    const late = () => Promise.resolve().then(() => void log.push('come'));
    const waiting = runStage([check('c'), check('d', late), check('e'), check('f', late), check('g')], none);
    expect(log).toEqual(['a', 'ask b', 'b', 'c', 'ask d']);
    await waiting;
    expect(log.slice(5)).toEqual(['come', 'd', 'e', 'ask f', 'come', 'f', 'g']);
  });
});

describe('a key of the platform', () => {
  const taken: string[] = [];
  const take = (key: string): void => void taken.push(key);

  it('is taken at once, or when it has come', async () => {
    taken.length = 0;
    expect(takeKey('VOUCHER', () => 'a', take)).toBeUndefined();
    await takeKey('VOUCHER', () => Promise.resolve('b'), take);
    expect(taken).toEqual(['a', 'b']);
  });

  it('that is refused is refused of the token, now or later; any other error stays what it is', async () => {
    const refusal = new VerificationError('MODI_VOUCHER_KID_UNKNOWN', { found: 'k' });
    const other = new TypeError('a mistake');
    const now = (error: Error) => () => {
      throw error;
    };
    const retagged = { code: refusal.code, params: { found: 'k' }, token: 'AUDIT', cause: refusal };
    expect(() => takeKey('AUDIT', now(refusal), take)).toThrow(expect.objectContaining(retagged));
    expect(() => takeKey('AUDIT', now(other), take)).toThrow(other);
    await expect(takeKey('AUDIT', () => Promise.reject(refusal), take)).rejects.toMatchObject(retagged);
    await expect(takeKey('AUDIT', () => Promise.reject(other), take)).rejects.toBe(other);
  });
});

describe('known headers', () => {
  const known = (notBefore: number, notAfter: number) => ({
    jose: { alg: 'ES256', raw: {} } as const,
    signer: { notBefore, notAfter } as Signer,
  });

  it('count inside the validity of the path, both ends included, and are then forgotten', () => {
    const cache = new SignerCache();
    const header = known(10, 20);
    cache.keep('h', header);
    expect([cache.find('h', 10), cache.find('h', 20), cache.find('x', 15)]).toEqual([header, header, undefined]);
    expect([cache.find('h', 21), cache.size, cache.find('h', 15)]).toEqual([undefined, 0, undefined]);
    cache.keep('h', header);
    expect([cache.find('h', 9), cache.size]).toEqual([undefined, 0]);
  });

  it('are bounded in number and in bytes', () => {
    const many = new SignerCache();
    for (let index = 0; index < 2001; index += 1) many.keep(`h${index}`, known(0, 1));
    expect([many.size, many.find('h0', 0), many.find('h2000', 0)?.jose.alg]).toEqual([2000, undefined, 'ES256']);
    const large = new SignerCache();
    // 16 MiB hold 16 headers of one MiB less what each costs besides.
    for (let index = 0; index < 17; index += 1) large.keep(`${index}`.padEnd(2 ** 20 - 1024, 'x'), known(0, 1));
    expect(large.size).toBe(16);
  });

  it('are shared by routes of one trust and the same algorithms, in any order', () => {
    const cache = signerCacheFor('parts.spec', new Set(['a', 'b']));
    expect(signerCacheFor('parts.spec', new Set(['b', 'a']))).toBe(cache);
    expect(signerCacheFor('parts.spec', new Set(['a']))).not.toBe(cache);
    expect(signerCacheFor('parts.spec', new Set(['ab']))).not.toBe(cache);
    expect(signerCacheFor('parts.spec 2', new Set(['a', 'b']))).not.toBe(cache);
  });

  it('are counted in a gauge', () => {
    const gauge = GAUGES.find(({ name }) => name === 'modi_signer_cache_entries');
    expect(gauge?.help).toBe('JOSE headers whose signer is known to be trusted.');
    const before = gauge?.read() ?? NaN;
    signerCacheFor(randomUUID(), new Set()).keep('h', known(0, 1));
    signerCacheFor(randomUUID(), new Set()).keep('h', known(0, 1));
    expect(gauge?.read()).toBe(before + 2);
  });
});

describe('the key in a proof', () => {
  const jwkOf = ({ publicKey }: { readonly publicKey: KeyObject }): JsonWebKey => publicKey.export({ format: 'jwk' });
  const onCurve = (namedCurve: string) => jwkOf(generateKeyPairSync('ec', { namedCurve }));
  const ofBits = (modulusLength: number) => jwkOf(generateKeyPairSync('rsa', { modulusLength }));
  const ec = onCurve('P-256');
  const rsa = ofBits(2048);
  const problem = (jwk: object): unknown => readProofKey(jwk as never);
  const unusable = (reason: string) => ({ problem: 'unusable', reason });

  it('is read, and read again', () => {
    for (const jwk of [ec, rsa]) {
      const first = readProofKey({ ...jwk });
      expect(first).toMatchObject({ further: [], thumbprint: expect.stringMatching(/^[\w-]{43}$/) as string });
      const again = readProofKey({ kid: 'k', ...jwk, use: 'sig' });
      expect(again).toEqual({ ...first, further: ['kid', 'use'] });
      expect('key' in again && 'key' in first && again.key === first.key).toBe(true);
    }
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('tells nothing private: %s', (name) => {
    expect(problem({ ...ec, [name]: 'x' })).toEqual({ problem: 'private' });
  });

  it.each<[string, object, string]>([
    ['no kty', { ...ec, kty: undefined }, 'kty is neither RSA nor EC'],
    ['OKP', { ...ec, kty: 'OKP' }, 'kty is neither RSA nor EC'],
    ['a name that every object has', { ...ec, kty: 'toString' }, 'kty is neither RSA nor EC'],
    ['an object that is no text', { ...ec, kty: { toString: 1, valueOf: 1 } }, 'kty is neither RSA nor EC'],
    ['a list', { ...ec, kty: ['EC'] }, 'kty is neither RSA nor EC'],
    ['no x', { ...ec, x: undefined }, 'x is missing or no string'],
    ['y no string', { ...ec, y: 5 }, 'y is missing or no string'],
    ['no crv', { ...ec, crv: undefined }, 'crv is missing or no string'],
    ['x not base64url', { ...ec, x: '=' }, 'x is not base64url'],
    ['n not base64url', { ...rsa, n: `${rsa.n ?? ''}=` }, 'n is not base64url'],
    ['e not base64url', { ...rsa, e: 'A' }, 'e is not base64url'],
    ['n too long', { ...rsa, n: 'A'.repeat(8196) }, 'n is not base64url'],
    ['n as long as may be, and nothing', { ...rsa, n: 'A'.repeat(8192) }, 'it is RSA of 0 bits'],
    ['a point on no curve', { ...ec, x: ec.y, y: ec.x }, 'no such key exists'],
    ['no such curve', { ...ec, crv: 'P-257' }, 'no such key exists'],
    ['another curve', onCurve('secp256k1'), 'it is EC on secp256k1'],
    ['too weak', ofBits(1024), 'it is RSA of 1024 bits'],
  ])('is refused: %s', (_, jwk, reason) => {
    expect(problem(jwk)).toEqual(unusable(reason));
  });
});

describe('what must not come twice', () => {
  const token = (kind: TokenState['kind'], jti: string | undefined, given: object = {}, iss?: string): TokenState =>
    ({ kind, text: '', claims: { iat: 1, exp: 2, jti, iss }, ...given }) as never;
  const entries = (...tokens: TokenState[]) =>
    replayEntries({ tokens: Object.fromEntries(tokens.map((one) => [one.kind, one])) } as never);

  it('is known by kind, issuer and jti; without issuer by what signed', () => {
    expect(entries(token('ID_AUTH', 'j', {}, 'me'), token('INTEGRITY', undefined))).toEqual([
      { key: 'ID_AUTH:6:iss:me:j', iat: 1, exp: 2, kind: 'ID_AUTH' },
    ]);
    const signer = { certificate: { thumbprint: 't' } };
    expect(entries(token('ID_AUTH', 'j', { signer }))[0]?.key).toBe('ID_AUTH:5:x5t:t:j');
    expect(entries(token('DPOP', 'j', { thumbprint: 'p' }))[0]?.key).toBe('DPOP:5:jkt:p:j');
    expect(entries(token('INTEGRITY', 'j', { kid: 'k', thumbprint: 'p', signer }))[0]?.key).toBe('INTEGRITY:5:kid:k:j');
  });

  it('cannot be told of a token whose claims, or signer, are not known', () => {
    expect(() => entries(token('ID_AUTH', 'j'))).toThrow('certificate is not established yet');
    expect(() => entries(token('ID_AUTH', 'j', { claims: undefined }))).toThrow('claims is not established yet');
  });

  it('is not a voucher, nor an audit token', () => {
    expect(entries(token('VOUCHER', 'j', {}, 'p'), token('AUDIT', 'j', {}, 'p'))).toEqual([]);
  });
});
