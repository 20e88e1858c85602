import { renameSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileTrust, type TrustMaterial } from '../../../../plugins/core/trust';
import { JwksKeeper } from '../../../../plugins/core/trust/jwks/jwks-keeper';
import type { JwksConfig } from '../../../../plugins/core/trust/jwks/types';
import { httpsHost } from '../../../support/https-host';
import { jwkOf, jwkSet } from '../../../support/jwks';
import { recordNotices } from '../../../support/notices';
import { EXPIRED, mockPki, PKI_NOW as NOW, type MockPki } from '../../../support/pki';
import { tempFolder } from '../../../support/temp';

let pki: MockPki;
let material: TrustMaterial;
const notices = recordNotices();
beforeAll(async () => {
  pki = await mockPki();
  material = compileTrust({ anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null }, NOW);
});

const one = () => jwkOf(pki.leaf('ec').publicKey, 'one');
const two = () => jwkOf(pki.leaf('rsa').publicKey, 'two');

const keeperOf = (sources: readonly string[], change: Partial<JwksConfig> = {}): JwksKeeper =>
  new JwksKeeper(
    {
      sources,
      ca: [pki.anchorPem],
      refresh: 600,
      maxStale: 3600,
      privateHosts: ['localhost'],
      extendedKeyUsage: null,
      ...change,
    },
    'trust.jwks',
    NOW,
  );
const ask =
  (keeper: JwksKeeper, kid: string, now = NOW) =>
  () =>
    keeper.byKid(kid, material, now);

const json = (response: ServerResponse, text: string) =>
  response.writeHead(200, { 'Content-Type': 'application/jwk-set+json' }).end(text);

describe('sets in files', () => {
  it('name their signers by kid, and by the thumbprint of the key', () => {
    const signer = ask(keeperOf([jwkSet(one(), two())]), 'one')();
    expect(signer).toMatchObject({
      trustedBy: 'jwk',
      path: [],
      links: [],
      certificate: { subject: 'kid:one', organizationIdentifier: undefined },
    });
    expect(signer.certificate.thumbprint).toMatch(/^[\w-]{43}$/);
  });

  it('a key with a certificate is that certificate, within its dates, and its authority may revoke it', async () => {
    const leaf = pki.leaf('ec');
    const expired = await pki.issue({ ...EXPIRED, issuer: pki.root });
    const byRoot = await pki.issue({ issuer: pki.root });
    const member = ({ publicKey, der }: typeof leaf, kid: string) =>
      jwkOf(publicKey, kid, { x5c: [der.toString('base64')] });
    const keeper = keeperOf([jwkSet(member(leaf, 'a'), member(expired, 'b'), member(byRoot, 'c'))]);
    expect(ask(keeper, 'a')()).toMatchObject({
      trustedBy: 'jwk',
      certificate: { subject: expect.stringContaining('CN=') },
      links: [],
    });
    expect(ask(keeper, 'b')).toThrowWithCode('MODI_CERTIFICATE_EXPIRED');
    expect(ask(keeper, 'c')().links).toHaveLength(1);
    expect(ask(keeper, 'c')()).toBe(ask(keeper, 'c')());
  });

  it('do not know other kids, and ask nobody', () => {
    const keeper = keeperOf([jwkSet(one())]);
    expect(keeper.prepare('two', NOW)).toBeUndefined();
    expect(ask(keeper, 'two')).toThrowWithCode('MODI_KEY_UNKNOWN');
  });

  it('are taken up when they change; a bad one leaves what it held', async () => {
    const path = join(tempFolder(), 'keys.json');
    const write = (text: string) => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    };
    write(jwkSet(one()));
    const keeper = keeperOf([path]);
    write(jwkSet(two()));
    keeper.tend(NOW + 2);
    await keeper.settled();
    expect(ask(keeper, 'one')).toThrowWithCode('MODI_KEY_UNKNOWN');
    expect(ask(keeper, 'two')().key.type).toBe('RSA');
    write('{"keys":[]}');
    await keeper.look(NOW + 4);
    expect(ask(keeper, 'two')().key.type).toBe('RSA');
    expect(keeper.failing).toHaveLength(1);
    expect(notices.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('of which two disagree about a kid refuse the start', () => {
    const other = jwkSet(jwkOf(pki.leaf('rsa').publicKey, 'one'));
    expect(() => keeperOf([jwkSet(one()), other])).toThrow('config.trust.jwks: two sets hold different keys');
    expect(ask(keeperOf([jwkSet(one()), jwkSet(one(), two())]), 'one')().key.type).toBe('EC');
  });
});

describe('a set behind a URL', () => {
  it.each(['http://keys.example/jwks', 'https://user:pass@keys.example/', 'https://', 'ftp://keys.example/'])(
    '%s is refused',
    (url) => {
      expect(() => keeperOf([url])).toThrow('is no URL of https without credentials');
    },
  );

  it('is fetched at once; whoever comes before it is there waits, others do not', async () => {
    const url = await httpsHost((_request, response) => json(response, jwkSet(one())));
    const keeper = keeperOf([url]);
    expect(ask(keeper, 'one')).toThrowWithCode('MODI_KEY_SOURCE_DOWN');
    await keeper.prepare('one', NOW);
    expect(ask(keeper, 'one')().key.type).toBe('EC');
    expect(keeper.prepare('one', NOW + 1)).toBeUndefined();
  });

  it('brings a new key to the first token that names it, and is not asked for every unknown kid', async () => {
    let asked = 0;
    const url = await httpsHost((_request, response) => {
      asked += 1;
      json(response, asked === 1 ? jwkSet(one()) : jwkSet(one(), two()));
    });
    const keeper = keeperOf([url]);
    await keeper.settled();
    expect(keeper.prepare('two', NOW + 10)).toBeUndefined();
    expect(ask(keeper, 'two', NOW + 10)).toThrowWithCode('MODI_KEY_UNKNOWN');
    const [first, second] = [keeper.prepare('two', NOW + 40), keeper.prepare('three', NOW + 40)];
    await Promise.all([first, second]);
    expect(ask(keeper, 'two', NOW + 40)().key.type).toBe('RSA');
    for (let count = 0; count < 100; count += 1) expect(keeper.prepare(`no-${count}`, NOW + 50)).toBeUndefined();
    expect(asked).toBe(2);
  });

  it('is renewed in the background, and a key that is gone is trusted no more', async () => {
    let text = jwkSet(one(), two());
    const url = await httpsHost((_request, response) => json(response, text));
    const keeper = keeperOf([url]);
    await keeper.settled();
    text = jwkSet(one());
    keeper.tend(NOW + 599);
    await keeper.settled();
    expect(ask(keeper, 'two', NOW + 599)().key.type).toBe('RSA');
    keeper.tend(NOW + 600);
    await keeper.settled();
    expect(ask(keeper, 'two', NOW + 600)).toThrowWithCode('MODI_KEY_UNKNOWN');
  });

  it('counts while the server is down, to its limit and no longer; tells once', async () => {
    let isUp = true;
    const url = await httpsHost((_request, response) => {
      if (isUp) json(response, jwkSet(one()));
      else response.writeHead(500).end();
    });
    const keeper = keeperOf([url]);
    await keeper.settled();
    isUp = false;
    for (const later of [600, 700, 900, 1400, 2400]) {
      keeper.tend(NOW + later);
      await keeper.settled();
    }
    expect(ask(keeper, 'one', NOW + 3600)().key.type).toBe('EC');
    expect(ask(keeper, 'one', NOW + 3601)).toThrowWithCode('MODI_KEY_SOURCE_DOWN');
    expect(keeper.failing).toEqual(['could not be fetched: it answers 500']);
    expect(notices.filter(({ level }) => level === 'error')).toHaveLength(1);
    isUp = true;
    await keeper.prepare('one', NOW + 3601);
    expect(ask(keeper, 'one', NOW + 3601)().key.type).toBe('EC');
    expect(keeper.failing).toEqual([]);
  });

  it('that is down is left alone for a while, and nobody waits for it then', async () => {
    let asked = 0;
    const url = await httpsHost((_request, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    const keeper = keeperOf([url]);
    await keeper.settled();
    for (let count = 0; count < 50; count += 1) expect(keeper.prepare('one', NOW + 1)).toBeUndefined();
    expect(asked).toBe(1);
    await keeper.prepare('one', NOW + 5);
    expect(asked).toBe(2);
  });

  it.each<[string, (response: ServerResponse) => unknown, string]>([
    ['a redirect', (response) => response.writeHead(302, { Location: 'https://localhost/' }).end(), 'redirects'],
    ['another type', (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('{}'), 'media type'],
    ['no set', (response) => json(response, '[]'), 'it is no JWK Set'],
    ['too much', (response) => json(response, ' '.repeat(1024 * 1024 + 1)), 'larger than'],
    [
      'half of it',
      (response) => response.writeHead(200, { 'Content-Length': 9 }).write('{', () => response.destroy()),
      'cannot be reached',
    ],
    [
      'private keys',
      (response) => json(response, jwkSet(pki.leaf('ec').privateKey.export({ format: 'jwk' }))),
      'private',
    ],
  ])('that answers %s is not believed', async (_, answer, says) => {
    const keeper = keeperOf([await httpsHost((_request, response) => void answer(response))]);
    await keeper.settled();
    expect(keeper.failing[0]).toContain(says);
    expect(ask(keeper, 'one')).toThrowWithCode('MODI_KEY_SOURCE_DOWN');
  });

  it('whose server another authority vouches for, or that is inside and was not named, is not asked', async () => {
    let asked = 0;
    const url = await httpsHost((_request, response) => {
      asked += 1;
      json(response, jwkSet(one()));
    });
    for (const change of [{ ca: undefined }, { privateHosts: [] }]) {
      const keeper = keeperOf([url], change);
      await keeper.settled();
      expect(keeper.failing).toHaveLength(1);
    }
    expect(asked).toBe(0);
  });
});
