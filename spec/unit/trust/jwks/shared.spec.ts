import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { GAUGES } from '../../../../plugins/core/gauges';
import { compileTrust } from '../../../../plugins/core/trust';
import { jwksKeeperOf, keysForSigning } from '../../../../plugins/core/trust/jwks';
import { JwksKeeper } from '../../../../plugins/core/trust/jwks/jwks-keeper';
import { SourceError } from '../../../../plugins/core/trust/source-contents';
import { httpsHost } from '../../../support/https-host';
import { jwkOf, jwkSet } from '../../../support/jwks';
import { mockPki, PKI_NOW as NOW, type MockPki } from '../../../support/pki';
import { tempFolder } from '../../../support/temp';

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});

const configOf = (...sources: readonly string[]) => ({
  ...{ sources, ca: [pki.anchorPem], refresh: 600, maxStale: 3600, privateHosts: ['localhost'] },
  extendedKeyUsage: null,
});
const keeperOf = (...sources: readonly string[]) => new JwksKeeper(configOf(...sources), 'trust.jwks', NOW);
const ec = (kid = 'one', more: object = {}) => jwkOf(pki.leaf('ec').publicKey, kid, { ...more });
const rsa = (kid = 'one', more: object = {}) => jwkOf(pki.leaf('rsa').publicKey, kid, { ...more });
const serving = (text: string, status = 200): Promise<string> =>
  httpsHost((_request, response) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(text));

describe('the keeper of configured sets', () => {
  it('is one for one configuration', () => {
    const config = configOf(jwkSet(ec('shared')));
    const keeper = jwksKeeperOf(config, 'trust.jwks', NOW);
    expect(keeper).toBeInstanceOf(JwksKeeper);
    expect(jwksKeeperOf({ ...config }, 'trust.jwks', NOW)).toBe(keeper);
    expect(jwksKeeperOf({ ...config, refresh: 601 }, 'trust.jwks', NOW)).not.toBe(keeper);
    expect(() => jwksKeeperOf(configOf('{'), 'signers.jwks', NOW)).toThrow(
      'config.signers.jwks[1]: the text is no JSON',
    );
  });

  it('is counted: what fails, and how long ago the oldest set was fetched', async () => {
    const gauge = (name: string) => GAUGES.find((one) => one.name === name)?.read() ?? NaN;
    const before = gauge('modi_jwks_failing');
    const failing = jwksKeeperOf(configOf(await serving('', 503), await serving('', 404)), 'trust.jwks', NOW);
    await failing.settled();
    expect(gauge('modi_jwks_failing') - before).toBe(2);
    expect(failing.fetchTimes).toEqual([]);
    const fetched = jwksKeeperOf(configOf(await serving(jwkSet(ec()))), 'trust.jwks', 1000);
    await fetched.settled();
    expect(fetched.fetchTimes).toEqual([1000]);
    const clock = vi.spyOn(Date, 'now').mockReturnValue(5_000_000);
    expect(gauge('modi_jwks_age_seconds')).toBe(4000);
    clock.mockRestore();
  });
});

describe('the version of what is in hand', () => {
  it('is that of the content, wherever it is, and another for other keys or another order of sources', async () => {
    const here = keeperOf(jwkSet(ec('a'), rsa('b')));
    const path = join(tempFolder(), 'keys.json');
    writeFileSync(path, jwkSet(rsa('b'), ec('a')));
    expect(here.version).toMatch(/^[\w-]{43}$/);
    expect(keeperOf(path).version).toBe(here.version);
    const behind = keeperOf(await serving(jwkSet(ec('a'), rsa('b'))));
    expect(behind.version).not.toBe(here.version);
    await behind.settled();
    expect(behind.version).toBe(here.version);
    const split = [jwkSet(ec('a')), jwkSet(rsa('b'))] as const;
    const versions = [here, keeperOf(jwkSet(ec('a'))), keeperOf(split[0], split[1]), keeperOf(split[1], split[0])];
    expect(new Set(versions.map(({ version }) => version)).size).toBe(4);
  });

  it('is another as soon as one of the sources has changed', async () => {
    const path = join(tempFolder(), 'keys.json');
    writeFileSync(path, jwkSet(ec('a')));
    const keeper = keeperOf(jwkSet(rsa('b')), path);
    const before = keeper.version;
    expect(keeper.version).toBe(before);
    writeFileSync(path, jwkSet(ec('a', { alg: 'ES256' })));
    await keeper.look(NOW + 2);
    expect(keeper.version).not.toBe(before);
    expect(keeper.version).toBe(keeperOf(jwkSet(rsa('b')), path).version);
  });

  it('does not depend on the names of files in a folder', () => {
    const folder = (...sets: readonly string[]): string => {
      const path = join(tempFolder(), 'sets');
      mkdirSync(path);
      for (const [index, set] of sets.entries()) writeFileSync(join(path, `${index}.pem`), set);
      return path;
    };
    const [one, two] = [jwkSet(ec('a')), jwkSet(rsa('b'))];
    expect(keeperOf(folder(one, two)).version).toBe(keeperOf(folder(two, one)).version);
  });
});

describe('a kid of two keys', () => {
  it('is nobody’s, though another source is not in hand', async () => {
    const keeper = keeperOf(jwkSet(ec()), await serving(jwkSet(rsa())), await serving('', 503));
    await keeper.settled();
    const rules = { certificates: null, maxChain: 6, extendedKeyUsage: null };
    const material = compileTrust({ ...rules, anchors: [pki.anchorPem] }, NOW);
    expect(() => keeper.byKid('one', material, NOW)).toThrowWithCode('MODI_KEY_UNKNOWN');
    expect(() => keeper.byKid('two', material, NOW)).toThrowWithCode('MODI_KEY_SOURCE_DOWN');
  });
});

describe('the keys of a set that are meant for signatures', () => {
  const keys = (text: string) => keysForSigning(Buffer.from(text), 'it');

  it('are told whether they can sign here or not, and however they are named', () => {
    const weak = { kty: 'RSA', n: Buffer.alloc(128, 0xc1).toString('base64url'), e: 'AQAB', kid: 5, x5c: 'MII' };
    const set = jwkSet(ec('a', { use: 'sig', x5c: ['MII'] }), rsa('b'), weak);
    expect(keys(set)).toEqual([
      { kid: 'a', key: expect.objectContaining({ type: 'EC', curve: 'P-256' }) as unknown, x5c: ['MII'] },
      { kid: 'b', key: expect.objectContaining({ type: 'RSA', bits: 2048 }) as unknown, x5c: undefined },
      { kid: '', key: { type: 'unacceptable', found: 'RSA of 1024 bits' }, x5c: 'MII' },
    ]);
  });

  it('are not those for encryption, nor what makes no key', () => {
    const other = generateKeyPairSync('ed25519').publicKey;
    const none = [ec('a', { use: 'enc' }), jwkOf(other, 'x'), { kty: 'EC', kid: 'x' }, { ...ec(), kty: 'RSA' }, {}];
    expect(keys(jwkSet(...none))).toEqual([]);
    expect(keys(jwkSet())).toEqual([]);
    const cause = expect.any(SyntaxError) as unknown;
    expect(() => keys('{')).toThrow(SourceError);
    expect(() => keys('{')).toThrow(expect.objectContaining({ name: 'SourceError', cause }));
  });
});
