import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RevocationConfig } from '../../../plugins/core/revocation';
import { RevocationKeeper } from '../../../plugins/core/revocation/revocation-keeper';
import { compileTrust, type Signer, type TrustMaterial } from '../../../plugins/core/trust';
import { extension, makeCrl } from '../../support/crl';
import { listening } from '../../support/http-server';
import { recordNotices } from '../../support/notices';
import { mockPki, PKI_NOW as NOW, type MockPki, type MockSigner } from '../../support/pki';
import { element, sequence } from '../../support/pki/der';
import { tempFolder } from '../../support/temp';

const DAY = 86_400;
let pki: MockPki;
let trust: TrustMaterial;
let leaf: MockSigner;
let signer: Signer;
const notices = recordNotices();

beforeAll(async () => {
  pki = await mockPki();
  trust = compileTrust({ anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null }, NOW);
  leaf = pki.leaf('ec');
  signer = trust.byChain(leaf.chain, NOW);
});

type Recipe = Partial<Parameters<typeof makeCrl>[0]>;
const ofRoot = (recipe: Recipe = {}) => makeCrl({ authority: pki.root, thisUpdate: NOW - 60, ...recipe });
const ofIntermediate = (recipe: Recipe = {}) =>
  makeCrl({ authority: pki.intermediate, thisUpdate: NOW - 60, ...recipe });

function inFiles(...lists: readonly Buffer[]): string[] {
  const folder = tempFolder();
  return lists.map((list, index) => {
    const path = join(folder, `${index}.crl`);
    writeFileSync(path, list);
    return path;
  });
}

const keeperOf = (crls: readonly string[], more: Partial<RevocationConfig> = {}, now = NOW) =>
  new RevocationKeeper(
    {
      crls,
      policy: 'required',
      refresh: 3600,
      grace: 0,
      privateHosts: ['127.0.0.1'],
      issuers: () => trust.issuers,
      trustId: '',
      ...more,
    },
    'trust.crls',
    now,
  );

const judged =
  (keeper: RevocationKeeper, now = NOW) =>
  () =>
    keeper.judge(signer.links, now).outcome;

describe('required', () => {
  it('accepts a path of which no certificate is listed', () => {
    expect(judged(keeperOf(inFiles(ofRoot(), ofIntermediate())))()).toBe('good');
  });

  it('refuses a revoked signer, and a revoked authority above it', () => {
    const first = keeperOf(inFiles(ofRoot(), ofIntermediate({ revoked: [leaf.serialNumber] })));
    expect(judged(first)).toThrowWithCode('MODI_CERTIFICATE_REVOKED');
    const second = keeperOf(inFiles(ofRoot({ revoked: [pki.intermediate.serialNumber] }), ofIntermediate()));
    expect(judged(second)).toThrowWithCode('MODI_CERTIFICATE_REVOKED');
  });

  it('does not mix up issuers: the same number on another list is somebody else', () => {
    const lists = inFiles(ofRoot({ revoked: [leaf.serialNumber] }), ofIntermediate());
    expect(judged(keeperOf(lists))()).toBe('good');
  });

  it('does not know without a list of each issuer', () => {
    expect(judged(keeperOf(inFiles(ofRoot())))).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    expect(judged(keeperOf(inFiles(ofIntermediate())))).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
  });

  it('counts a list to its last second, or as long after as configured; what it lists stays revoked', () => {
    const end = NOW - 60 + DAY;
    const good = inFiles(ofRoot(), ofIntermediate());
    expect(judged(keeperOf(good), end)()).toBe('good');
    expect(judged(keeperOf(good), end + 1)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    expect(judged(keeperOf(good, { grace: 10 }), end + 10)()).toBe('grace');
    expect(judged(keeperOf(good, { grace: 10 }), end + 11)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    expect(judged(keeperOf(good), NOW - 60 - 301)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    const listed = keeperOf(inFiles(ofRoot(), ofIntermediate({ revoked: [leaf.serialNumber] })));
    expect(judged(listed, end + 1)).toThrowWithCode('MODI_CERTIFICATE_REVOKED');
  });

  it('does not believe a list that somebody else signed in the name of an authority', () => {
    const forged = ofIntermediate({ authority: { der: pki.intermediate.der, privateKey: leaf.privateKey } });
    expect(judged(keeperOf(inFiles(ofRoot(), forged)))).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    const listing = makeCrl({
      authority: { der: pki.intermediate.der, privateKey: leaf.privateKey },
      thisUpdate: NOW - 60,
      revoked: [leaf.serialNumber],
    });
    expect(judged(keeperOf(inFiles(ofRoot(), ofIntermediate(), listing)))()).toBe('good');
  });

  it('does not believe an authority that may not sign lists', async () => {
    const authority = await pki.issue({
      subject: 'CN=Mute',
      issuer: pki.root,
      ca: true,
      keyUsage: ['keyCertSign'],
      behind: [],
    });
    const { chain } = await pki.issue({ issuer: authority, behind: [authority] });
    const keeper = keeperOf(inFiles(ofRoot(), makeCrl({ authority, thisUpdate: NOW - 60 })));
    expect(() => keeper.judge(trust.byChain(chain, NOW).links, NOW)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
  });
});

describe('the scope of a list', () => {
  const TRUE = Buffer.of(0xff);
  const uri = (text: string) => element(0xa0, element(0xa0, element(0x86, Buffer.from(text))));
  const issuing = (...fields: Buffer[]) => extension('551d1c', sequence(...fields), true);
  const points = (text: string) => ({ oid: '2.5.29.31', critical: false, der: sequence(sequence(uri(text))) });

  it('users only, or authorities only, covers those', () => {
    const users = [issuing(element(0x81, TRUE))];
    const authorities = [issuing(element(0x82, TRUE))];
    expect(
      judged(keeperOf(inFiles(ofRoot({ extensions: authorities }), ofIntermediate({ extensions: users }))))(),
    ).toBe('good');
    const wrong = inFiles(ofRoot({ extensions: users }), ofIntermediate({ extensions: users }));
    expect(judged(keeperOf(wrong))).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
  });

  it('a partition covers the certificates that name it, and no others', async () => {
    const partition = [issuing(uri('http://crl.example/1'))];
    const keeper = keeperOf(inFiles(ofRoot(), ofIntermediate({ extensions: partition })));
    const linksFor = async (text: string) =>
      trust.byChain((await pki.issue({ extensions: [points(text)] })).chain, NOW).links;
    const [inside, outside] = [await linksFor('http://crl.example/1'), await linksFor('http://crl.example/2')];
    expect(keeper.judge(inside, NOW).outcome).toBe('good');
    expect(() => keeper.judge(outside, NOW)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    expect(judged(keeper)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
  });
});

it('if_present passes whom no list covers, and counts them; a list that ended still refuses', () => {
  const keeper = keeperOf(inFiles(ofRoot()), { policy: 'if_present' });
  expect(judged(keeper)()).toBe('unchecked');
  expect(keeper).toMatchObject({ unchecked: 1, isSoft: true });
  expect(judged(keeper, NOW + DAY)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
  const listed = keeperOf(inFiles(ofIntermediate({ revoked: [leaf.serialNumber] })), { policy: 'if_present' });
  expect(judged(listed)).toThrowWithCode('MODI_CERTIFICATE_REVOKED');
});

it('a pinned certificate is asked about where an anchor issued it', async () => {
  const pinned = await pki.issue({ issuer: pki.root, behind: [] });
  const config = { certificates: [pinned.pem], maxChain: 6, extendedKeyUsage: null };
  const keeper = keeperOf(inFiles(ofRoot({ revoked: [pinned.serialNumber] })));
  const known = compileTrust({ ...config, anchors: [pki.anchorPem] }, NOW).byChain([pinned.der], NOW);
  expect(() => keeper.judge(known.links, NOW)).toThrowWithCode('MODI_CERTIFICATE_REVOKED');
  const alone = compileTrust({ ...config, anchors: null }, NOW).byChain([pinned.der], NOW);
  expect(keeper.judge(alone.links, NOW).outcome).toBe('good');
});

describe('a file', () => {
  it.each<[string, () => Buffer]>([
    ['no list', () => Buffer.from('hello')],
    ['a certificate', () => Buffer.from(pki.root.pem)],
    ['two lists', () => Buffer.from(`${pemOf(ofRoot())}${pemOf(ofRoot())}`)],
    ['dated in the future', () => ofRoot({ thisUpdate: NOW + 301 })],
    [
      'not signed by the authority',
      () => makeCrl({ authority: { der: pki.root.der, privateKey: leaf.privateKey }, thisUpdate: NOW }),
    ],
  ])('with %s is no configuration', (_, make) => {
    const files = inFiles(ofIntermediate(), make());
    expect(() => keeperOf(files)).toThrow(/^config\.trust\.crls\[2\]: the file ".*" /);
  });

  it('that is missing is none either; PEM text and PEM files are', () => {
    expect(() => keeperOf(['/nowhere.crl'])).toThrow(/does not exist/);
    expect(judged(keeperOf([pemOf(ofRoot()), ...inFiles(Buffer.from(pemOf(ofIntermediate())))]))()).toBe('good');
  });

  it('is taken up when it changes; a bad one changes nothing and is told once', async () => {
    const files = inFiles(ofRoot(), ofIntermediate());
    const keeper = keeperOf(files);
    const [, path = ''] = files;
    const change = async (bytes: Buffer, now: number) => {
      writeFileSync(path, bytes);
      keeper.look(now);
      await keeper.settled();
    };
    for (const [step, bad] of [Buffer.from('half'), ofIntermediate({ thisUpdate: NOW - 61 })].entries()) {
      await change(bad, NOW + 2 + 4 * step);
      keeper.look(NOW + 4 + 4 * step);
      await keeper.settled();
      expect(keeper.failing).toHaveLength(1);
      expect(notices).toHaveLength(1 + step);
      expect(judged(keeper)()).toBe('good');
    }
    await change(ofIntermediate({ thisUpdate: NOW, revoked: [leaf.serialNumber] }), NOW + 12);
    expect(keeper.failing).toEqual([]);
    expect(judged(keeper)).toThrowWithCode('MODI_CERTIFICATE_REVOKED');
  });
});

describe('a URL', () => {
  const crlType = { 'Content-Type': 'application/pkix-crl' };

  async function served(
    answer: (response: ServerResponse, count: number) => void,
    more: Partial<RevocationConfig> = {},
  ) {
    let count = 0;
    const port = await listening((_request, response) => {
      count += 1;
      answer(response, count);
    });
    const [root = ''] = inFiles(ofRoot());
    const keeper = keeperOf([root, `http://127.0.0.1:${port}/ca.crl`], more);
    return { keeper, asked: () => count };
  }

  it('is waited for before the first verdict, and fetched once however many ask', async () => {
    const { keeper, asked } = await served((response) => response.writeHead(200, crlType).end(ofIntermediate()));
    expect(judged(keeper)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    await Promise.all(Array.from({ length: 50 }, async () => keeper.prepare(NOW)));
    expect(judged(keeper)()).toBe('good');
    expect(keeper.prepare(NOW)).toBeUndefined();
    expect(asked()).toBe(1);
  });

  it('that never answers is not waited for beyond two seconds', async () => {
    const { keeper } = await served(() => undefined);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const waited = keeper.prepare(NOW);
    await vi.advanceTimersByTimeAsync(2000);
    await waited;
    expect(judged(keeper)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
  });

  it('is fetched again ahead of the end, beside the requests, and takes effect at once', async () => {
    const { keeper, asked } = await served((response, count) => {
      const recipe = count === 1 ? {} : { thisUpdate: NOW, revoked: [leaf.serialNumber] };
      response.writeHead(200, crlType).end(ofIntermediate(recipe));
    });
    await keeper.settled();
    expect(keeper.prepare(NOW + 3599)).toBeUndefined();
    await keeper.settled();
    expect(asked()).toBe(1);
    expect(keeper.prepare(NOW + 3600)).toBeUndefined();
    expect(judged(keeper)()).toBe('good');
    await keeper.settled();
    expect(asked()).toBe(2);
    expect(judged(keeper)).toThrowWithCode('MODI_CERTIFICATE_REVOKED');
  });

  it('that fails keeps the list in hand to its end, and is tried again ever more seldom', async () => {
    const { keeper, asked } = await served((response, count) => {
      if (count === 1) response.writeHead(200, crlType).end(ofIntermediate());
      else response.writeHead(500).end();
    });
    await keeper.settled();
    let at = NOW + 3600;
    for (const [tries, wait] of [10, 20, 40].entries()) {
      keeper.look(at);
      await keeper.settled();
      expect(asked()).toBe(2 + tries);
      keeper.look(at + wait - 1);
      await keeper.settled();
      expect(asked()).toBe(2 + tries);
      at += wait;
    }
    expect(keeper.failing).toEqual(['could not be fetched: it answers 500']);
    expect(notices.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(judged(keeper)()).toBe('good');
    expect(judged(keeper, NOW + DAY)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
  });

  const listBy = (authority: { der: Buffer }, key: MockSigner) =>
    makeCrl({ authority: { der: authority.der, privateKey: key.privateKey }, thisUpdate: NOW });

  it.each<[string, string, (response: ServerResponse) => void]>([
    [
      'a wrong signer',
      'not signed by the authority',
      (response) => response.writeHead(200, crlType).end(listBy(pki.intermediate, leaf)),
    ],
    [
      'another issuer',
      'another issuer',
      (response) => response.writeHead(200, crlType).end(ofRoot({ thisUpdate: NOW })),
    ],
    [
      'an older list',
      'older than the list',
      (response) => response.writeHead(200, crlType).end(ofIntermediate({ thisUpdate: NOW - 61 })),
    ],
    [
      'a web page',
      'another media type',
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>'),
    ],
    ['nonsense', 'neither DER nor PEM', (response) => response.writeHead(200, crlType).end('<p>')],
    ['too much', 'larger than', (response) => response.writeHead(200, { ...crlType, 'Content-Length': 2 ** 30 }).end()],
    ['a redirect', 'redirects are not followed', (response) => response.writeHead(301, { Location: '/x' }).end()],
  ])('that then serves %s changes nothing', async (_, says, bad) => {
    const { keeper } = await served((response, count) => {
      if (count === 1) response.writeHead(200, crlType).end(ofIntermediate());
      else bad(response);
    });
    await keeper.settled();
    expect(judged(keeper)()).toBe('good');
    keeper.look(NOW + 3600);
    await keeper.settled();
    expect(keeper.failing).toEqual([expect.stringContaining(says)]);
    expect(judged(keeper)()).toBe('good');
  });

  it('that first served a forgery in the name of the authority gives way to the true list', async () => {
    const { keeper } = await served((response, count) =>
      response.writeHead(200, crlType).end(count === 1 ? listBy(pki.intermediate, leaf) : ofIntermediate()),
    );
    await keeper.settled();
    expect(judged(keeper)).toThrowWithCode('MODI_REVOCATION_UNKNOWN');
    keeper.look(NOW + 3600);
    await keeper.settled();
    expect(judged(keeper)()).toBe('good');
  });

  it('inside is not fetched unless its host may be', async () => {
    const { keeper, asked } = await served((response) => response.end(), { privateHosts: [] });
    await keeper.settled();
    expect(keeper.failing).toEqual([expect.stringContaining('not public')]);
    expect(asked()).toBe(0);
  });

  it.each([
    'ftp://crl.example/a',
    'ldap://crl.example/cn=x',
    'file:///etc/x',
    'http://user:pass@crl.example/',
    'https://',
  ])('%s is none', (url) => {
    expect(() => keeperOf([url])).toThrow(/no URL of http or https/);
  });
});

const pemOf = (der: Buffer) => `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----\n`;

it('a path is asked about below its anchor, by the exact number', () => {
  expect(signer.links.map(({ serial }) => serial.toString('hex'))).toEqual([
    leaf.serialNumber,
    pki.intermediate.serialNumber,
  ]);
  expect(signer.links.map(({ isAuthority }) => isAuthority)).toEqual([false, true]);
});
