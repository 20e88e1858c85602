import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { VerificationError } from '../../../../plugins/core/errors';
import { compileTrust, type TrustMaterial } from '../../../../plugins/core/trust';
import { parseCertificate } from '../../../../plugins/core/trust/certificate';
import { factsOf } from '../../../../plugins/core/trust/facts';
import { JwksKeeper } from '../../../../plugins/core/trust/jwks/jwks-keeper';
import { contentOf, readJwks } from '../../../../plugins/core/trust/jwks/read-jwks';
import { httpsHost } from '../../../support/https-host';
import { jwkOf, jwkSet } from '../../../support/jwks';
import { mockPki, PKI_NOW as NOW, type MockPki } from '../../../support/pki';
import { tempFolder } from '../../../support/temp';

let pki: MockPki;
let material: TrustMaterial;
beforeAll(async () => {
  pki = await mockPki();
  const rules = { certificates: null, maxChain: 6, extendedKeyUsage: null };
  material = compileTrust({ ...rules, anchors: [pki.intermediate.pem] }, NOW);
});

const keeperOf = (...sources: readonly string[]): JwksKeeper =>
  new JwksKeeper(
    { sources, ca: [pki.anchorPem], refresh: 600, maxStale: 3600, privateHosts: ['localhost'], extendedKeyUsage: null },
    'trust.jwks',
    NOW,
  );
const refusal = (keeper: JwksKeeper, kid: string): unknown => {
  try {
    keeper.byKid(kid, material, NOW);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return [error.code, error.params];
  }
  return 'accepted';
};
const ec = (kid = 'one', more: object = {}) => jwkOf(pki.leaf('ec').publicKey, kid, { ...more });
const rsa = (kid = 'one', more: object = {}) => jwkOf(pki.leaf('rsa').publicKey, kid, { ...more });
const serving = (text: string): Promise<string> =>
  httpsHost((_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(text));

describe('the signer of a key', () => {
  it('without certificate is called by its kid, and never ends', () => {
    const { key, ...signer } = keeperOf(jwkSet(ec('one', { alg: 'ES256' }))).byKid('one', material, NOW);
    expect(key).toMatchObject({ type: 'EC', curve: 'P-256' });
    expect(signer).toEqual({
      certificate: {
        ...{ subject: 'kid:one', issuer: '', serial: '', thumbprint: signer.certificate.thumbprint },
        ...{ organizationIdentifier: undefined, commonName: undefined, organizationalUnits: [], alternativeNames: [] },
        ...{ notBefore: 0, notAfter: Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 },
      },
      ...{ path: [], chain: [], trustedBy: 'jwk', links: [], algorithm: 'ES256' },
      ...{ notBefore: 0, notAfter: Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 },
    });
    expect('algorithm' in keeperOf(jwkSet(ec())).byKid('one', material, NOW)).toBe(false);
  });

  it('with a certificate is that one, which its authority may revoke', () => {
    const { der } = pki.leaf('ec');
    const keeper = keeperOf(jwkSet(ec('one', { x5c: [der.toString('base64')] })));
    const facts = factsOf(parseCertificate(der));
    const signer = keeper.byKid('one', material, NOW);
    expect(signer).toMatchObject({ certificate: facts, path: [facts], chain: [der], trustedBy: 'jwk' });
    expect([signer.notBefore, signer.notAfter]).toEqual([facts.notBefore, facts.notAfter]);
    expect(signer.links.map(({ subject }) => subject)).toEqual([facts.subject]);
  });
});

describe('a kid', () => {
  it('that is unknown is repeated, in ASCII and short', () => {
    const keeper = keeperOf(jwkSet(ec()));
    expect(refusal(keeper, 'a\nè~ ')).toEqual(['MODI_KEY_UNKNOWN', { found: 'a??~ ' }]);
    expect(refusal(keeper, 'x'.repeat(101))).toEqual(['MODI_KEY_UNKNOWN', { found: 'x'.repeat(100) }]);
  });

  it('of two keys is nobody’s; of one key in two sets it is that key’s', async () => {
    const both = keeperOf(jwkSet(ec()), await serving(jwkSet(rsa())));
    await both.settled();
    expect(refusal(both, 'one')).toEqual(['MODI_KEY_UNKNOWN', { found: 'one' }]);
    const same = keeperOf(jwkSet(ec()), await serving(jwkSet(ec(), rsa('two'))));
    await same.settled();
    expect([refusal(same, 'one'), refusal(same, 'two')]).toEqual(['accepted', 'accepted']);
    expect([same.failing, same.fetchTimes]).toEqual([[], [NOW]]);
  });

  it('of a file is not waited for, though a set behind a URL is not there yet', async () => {
    const keeper = keeperOf(jwkSet(ec()), await serving(jwkSet(rsa('two'))));
    expect(keeper.prepare('one', NOW)).toBeUndefined();
    expect([refusal(keeper, 'one'), refusal(keeper, 'two')]).toEqual(['accepted', ['MODI_KEY_SOURCE_DOWN', {}]]);
    expect(keeper.prepare('two', NOW)).toBeInstanceOf(Promise);
    await keeper.settled();
    expect(keeper.prepare('two', NOW)).toBeUndefined();
    expect(keeper.prepare('three', NOW + 29)).toBeUndefined();
    expect(keeper.prepare('three', NOW + 30)).toBeInstanceOf(Promise);
    await keeper.settled();
    expect(keeperOf(jwkSet(ec())).prepare('two', NOW)).toBeUndefined();
  });

  it('is looked for in all files of a folder', () => {
    const folder = join(tempFolder(), 'sets');
    mkdirSync(folder);
    // A folder is read for certificates' endings, whatever it holds.
    writeFileSync(join(folder, 'a.pem'), jwkSet(ec('one')));
    writeFileSync(join(folder, 'b.pem'), jwkSet(rsa('two')));
    const keeper = keeperOf(folder);
    expect([refusal(keeper, 'one'), refusal(keeper, 'two')]).toEqual(['accepted', 'accepted']);
    expect(keeper.version).toBe(keeperOf(folder).version);
  });
});

describe('sets in files', () => {
  it('are looked at every 2 s, also when the clock was set back', async () => {
    const path = join(tempFolder(), 'keys.json');
    const put = (kid: string) => {
      writeFileSync(path, jwkSet(ec(kid)));
    };
    put('a');
    const keeper = keeperOf(path);
    const at = async (now: number, kid: string): Promise<unknown> => {
      keeper.tend(now);
      await keeper.settled();
      return refusal(keeper, kid);
    };
    put('bb');
    expect(await at(NOW + 1, 'bb')).toMatchObject(['MODI_KEY_UNKNOWN', {}]);
    expect(await at(NOW + 2, 'bb')).toBe('accepted');
    put('ccc');
    expect(await at(NOW + 3, 'ccc')).toMatchObject(['MODI_KEY_UNKNOWN', {}]);
    expect(await at(NOW, 'ccc')).toBe('accepted');
  });

  it('are URLs only when they begin as one', () => {
    expect(() => keeperOf('x/https://a.example')).toThrow('does not exist');
    expect(() => keeperOf('1https://a.example')).toThrow('does not exist');
  });
});

describe('the content of a set', () => {
  const content = (...keys: object[]) => contentOf(readJwks(Buffer.from(jwkSet(...(keys as []))), 'it', null));

  it('is the same in any order, and another when anything differs that counts', () => {
    const same = content(ec('a'), rsa('b'));
    expect(content(rsa('b', { use: 'sig' }), ec('a'))).toBe(same);
    const x5c = [pki.leaf('ec').der.toString('base64')];
    const others = [
      content(ec('a')),
      content(ec('b'), rsa('a')),
      content(ec('a', { alg: 'ES256' }), rsa('b')),
      content(ec('a', { x5c }), rsa('b')),
    ];
    expect(new Set([same, ...others]).size).toBe(5);
  });

  it('leaves out keys whose certificate is too large, or too weak to be a key’s', () => {
    const skipped = (member: object) =>
      readJwks(Buffer.from(jwkSet(ec('good'), { ...ec('x'), ...member })), 'it', null).skipped;
    const padded = (length: number) => pki.leaf('ec').der.toString('base64').padEnd(length, ' ');
    expect([skipped({ x5c: [padded(22_000)] }), skipped({ x5c: [padded(22_001)] })]).toEqual([0, 1]);
    expect(skipped({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })).toBe(1);
    expect(skipped({ kty: undefined })).toBe(1);
    expect(skipped({ crv: 'secp256k1' })).toBe(1);
  });
});
