import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GAUGES } from '../../../plugins/core/gauges';
import type { Notice } from '../../../plugins/core/notices';
import { trustKeeperOf, type TrustConfig, type TrustKeeper } from '../../../plugins/core/trust';
import { recordNotices } from '../../support/notices';
import { EXPIRED, mockPki, PKI_NOW as NOW, VALID, type MockPki, type MockSigner } from '../../support/pki';
import { issueCertificate, type Issued } from '../../../plugins/core/pki';
import { tempFolder } from '../../support/temp';

let pki: MockPki;
let otherRoot: Issued;
let otherLeaf: MockSigner;
let expiredLeaf: MockSigner;
const notices = recordNotices();
beforeAll(async () => {
  pki = await mockPki();
  otherRoot = await issueCertificate({ ...VALID, subject: 'CN=Altra CA, C=IT', ca: true });
  otherLeaf = await pki.issue({ issuer: otherRoot, behind: [] });
  expiredLeaf = await pki.issue({ ...EXPIRED });
});
let folder: string;
beforeEach(() => {
  folder = tempFolder();
});

const config = (change: Partial<TrustConfig>): TrustConfig => ({
  anchors: null,
  certificates: null,
  maxChain: 6,
  extendedKeyUsage: null,
  ...change,
});
const put = (name: string, ...content: readonly (string | Buffer)[]): string => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(content.map((part) => Buffer.from(part))));
  return path;
};
/** Whole at once, as a careful operator replaces a file. */
const replace = (name: string, content: string | Buffer): void => {
  renameSync(put('.new', content), join(folder, name));
};
const trusts = (keeper: TrustKeeper, { chain }: MockSigner): boolean => {
  try {
    keeper.material.byChain(chain, NOW);
    return true;
  } catch {
    return false;
  }
};
const errors = (): readonly Notice[] => notices.filter(({ level }) => level === 'error');

describe('a file of anchors', () => {
  it('that is replaced is taken up at the next look, with another id of the material', async () => {
    const keeper = trustKeeperOf(config({ anchors: [put('ca.pem', pki.anchorPem)] }), NOW);
    const { id } = keeper.material;
    expect([trusts(keeper, pki.leaf('ec')), trusts(keeper, otherLeaf)]).toEqual([true, false]);
    replace('ca.pem', otherRoot.pem);
    expect(keeper.tend(NOW + 1)).toBeUndefined();
    await keeper.settled();
    expect(keeper.material.id).toBe(id);
    expect(keeper.tend(NOW + 2)).toBeUndefined();
    await keeper.settled();
    expect([trusts(keeper, pki.leaf('ec')), trusts(keeper, otherLeaf)]).toEqual([false, true]);
    expect(keeper.material.id).not.toBe(id);
    expect(notices.map(({ message }) => message)).toEqual(['changed trust is in use']);
  });

  it.each<[string, () => string | Buffer]>([
    ['emptied', () => ''],
    ['cut off', () => pki.anchorPem.slice(0, 200)],
    ['of something else', () => '<html>'],
    [
      'with a key beside it',
      () => pki.anchorPem + String(pki.root.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    ],
    ['with one that is no authority among them', () => otherRoot.pem + pki.leaf('ec').pem],
    ['of DER that goes on', () => Buffer.concat([otherRoot.der, Buffer.of(0)])],
  ])('that has become bad (%s) leaves what it held, tells once, and trusts nobody else', async (_, content) => {
    const keeper = trustKeeperOf(config({ anchors: [put('ca.pem', pki.anchorPem)] }), NOW);
    replace('ca.pem', content());
    await keeper.look(NOW + 2);
    await keeper.look(NOW + 4);
    expect([trusts(keeper, pki.leaf('ec')), trusts(keeper, otherLeaf)]).toEqual([true, false]);
    expect(keeper.failing).toHaveLength(1);
    expect(errors()).toHaveLength(1);
    expect(errors()[0]?.fields).toMatchObject({ field: 'trust.anchors[1]' });
    replace('ca.pem', otherRoot.pem);
    await keeper.look(NOW + 6);
    expect(keeper.failing).toEqual([]);
    expect(trusts(keeper, otherLeaf)).toBe(true);
  });

  it('that is gone leaves what it held, and counts as failing in the metrics', async () => {
    const keeper = trustKeeperOf(config({ anchors: [put('ca.pem', pki.anchorPem)] }), NOW);
    const failing = () => GAUGES.find(({ name }) => name === 'modi_trust_reload_failing')?.read() ?? -1;
    const others = failing();
    rmSync(join(folder, 'ca.pem'));
    await keeper.look(NOW + 2);
    expect(trusts(keeper, pki.leaf('ec'))).toBe(true);
    expect(failing() - others).toBe(1);
  });

  it('a bad file does not hold up another one that takes trust away', async () => {
    const anchors = [put('one.pem', pki.anchorPem, otherRoot.pem), put('two.pem', pki.anchorPem)];
    const keeper = trustKeeperOf(config({ anchors }), NOW);
    replace('one.pem', pki.anchorPem);
    replace('two.pem', 'x');
    await keeper.look(NOW + 2);
    expect([trusts(keeper, pki.leaf('ec')), trusts(keeper, otherLeaf)]).toEqual([true, false]);
  });
});

describe('a folder of certificates', () => {
  const pinned = () => {
    mkdirSync(join(folder, 'callers'));
    put('callers/one.pem', pki.leaf('ec').pem);
    put('callers/two.crt', otherLeaf.der);
    put('callers/notes.txt', 'not read');
    put('callers/.two.crt.swp', 'not read');
    return trustKeeperOf(config({ certificates: [join(folder, 'callers')] }), NOW);
  };

  it('trusts each file in it; one that goes, goes, and one that comes, comes', async () => {
    const keeper = pinned();
    expect(keeper.material.pinned.size).toBe(2);
    rmSync(join(folder, 'callers', 'two.crt'));
    put('callers/three.cer', pki.leaf('rsa').der);
    await keeper.look(NOW + 2);
    expect(trusts(keeper, otherLeaf)).toBe(false);
    expect([trusts(keeper, pki.leaf('ec')), trusts(keeper, pki.leaf('rsa'))]).toEqual([true, true]);
  });

  it('a bad file in it stands for itself alone', async () => {
    const keeper = pinned();
    put('callers/one.pem', 'x');
    put('callers/new.pem', 'y');
    rmSync(join(folder, 'callers', 'two.crt'));
    await keeper.look(NOW + 2);
    expect([trusts(keeper, pki.leaf('ec')), trusts(keeper, otherLeaf)]).toEqual([true, false]);
    expect(keeper.failing).toHaveLength(1);
  });

  it('what has expired is left out, and shuts out nobody else', async () => {
    mkdirSync(join(folder, 'callers'));
    put('callers/one.pem', pki.leaf('ec').pem);
    put('callers/old.pem', expiredLeaf.pem);
    const keeper = trustKeeperOf(config({ certificates: [join(folder, 'callers')] }), NOW);
    expect([...keeper.material.pinned.values()].map(({ notAfter }) => notAfter > NOW)).toEqual([true]);
    expect(keeper.failing).toEqual([]);
  });

  it('that is emptied or taken away leaves what it held', async () => {
    const keeper = pinned();
    for (const name of ['one.pem', 'two.crt']) rmSync(join(folder, 'callers', name));
    await keeper.look(NOW + 2);
    expect(trusts(keeper, otherLeaf)).toBe(true);
    rmSync(join(folder, 'callers'), { recursive: true });
    await keeper.look(NOW + 4);
    expect(trusts(keeper, otherLeaf)).toBe(true);
    expect(errors().length).toBeGreaterThan(0);
  });
});

describe('instances of one configuration', () => {
  it('share one keeper; a new one sees what is on disk now', async () => {
    const settings = config({ anchors: [put('ca.pem', pki.anchorPem)] });
    const first = trustKeeperOf(settings, NOW);
    replace('ca.pem', otherRoot.pem);
    const second = trustKeeperOf({ ...settings }, NOW);
    expect(second).toBe(first);
    await second.tend(NOW);
    expect(trusts(second, otherLeaf)).toBe(true);
    expect(second.tend(NOW)).toBeUndefined();
  });

  it('a new one goes on with what is held when the file has become bad', async () => {
    const settings = config({ anchors: [put('ca.pem', pki.anchorPem)] });
    const first = trustKeeperOf(settings, NOW);
    replace('ca.pem', 'x');
    const second = trustKeeperOf(settings, NOW);
    await second.tend(NOW);
    expect(trusts(second, pki.leaf('ec'))).toBe(true);
    expect(first.failing).toHaveLength(1);
  });
});

it('metrics tell when the first anchor and the first pinned certificate end', async () => {
  const soon = new Date((Math.floor(Date.now() / 1000) + 1000) * 1000);
  const anchor = await issueCertificate({ ...VALID, notAfter: soon, subject: 'CN=Presto, C=IT', ca: true });
  const pinned = await pki.issue({ notAfter: soon });
  const keeper = trustKeeperOf(config({ anchors: [anchor.pem], certificates: [pinned.pem] }), Date.now() / 1000);
  expect(keeper.failing).toEqual([]);
  for (const name of ['modi_trust_anchor_expiry_seconds', 'modi_trust_certificate_expiry_seconds']) {
    const seconds = GAUGES.find((gauge) => gauge.name === name)?.read() ?? NaN;
    expect(seconds).toBeGreaterThan(500);
    expect(seconds).toBeLessThanOrEqual(1000);
  }
});
