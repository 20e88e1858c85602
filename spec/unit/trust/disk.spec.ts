import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issueCertificate } from '../../../plugins/core/pki';
import { compileTrust, trustKeeperOf, type TrustConfig } from '../../../plugins/core/trust';
import { JwksKeeper } from '../../../plugins/core/trust/jwks/jwks-keeper';
import { filesAt, filesAtSync, readImage, readImageSync, unreadable } from '../../../plugins/core/trust/source-files';
import { jwkOf, jwkSet } from '../../support/jwks';
import { recordNotices } from '../../support/notices';
import { mockPki, PKI_NOW as NOW, VALID, type MockPki } from '../../support/pki';
import { tempFolder } from '../../support/temp';

let pki: MockPki;
const notices = recordNotices();
beforeAll(async () => {
  pki = await mockPki();
});
let folder: string;
beforeEach(() => {
  folder = tempFolder();
});

const anchors = (...sources: readonly string[]): TrustConfig => ({
  ...{ anchors: sources, certificates: null, maxChain: 6, extendedKeyUsage: null },
});
const put = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return unreadable(error);
  }
  return 'read';
};

describe('what has not changed', () => {
  it('is no news: text, a file that was only touched, a set', async () => {
    const path = put('ca.pem', pki.anchorPem);
    const keeper = trustKeeperOf(anchors(path, pki.intermediate.pem), NOW);
    await keeper.look(NOW + 2);
    utimesSync(path, NOW, NOW);
    await keeper.look(NOW + 4);
    expect([keeper.failing, notices]).toEqual([[], []]);
    const set = jwkSet(jwkOf(pki.leaf('ec').publicKey, 'one'));
    const sources = [put('keys.json', set), set];
    const rules = { ca: undefined, refresh: 1, maxStale: 1, privateHosts: [], extendedKeyUsage: null };
    const sets = new JwksKeeper({ sources, ...rules }, 'trust.jwks', NOW);
    await sets.look(NOW + 2);
    await sets.look(NOW + 4);
    expect([sets.failing, notices]).toEqual([[], []]);
  });

  it('goes on beside what has: one bad file of a folder holds up no other', async () => {
    const path = join(folder, 'cas');
    mkdirSync(path);
    writeFileSync(join(path, 'a.pem'), pki.anchorPem);
    writeFileSync(join(path, 'b.pem'), pki.intermediate.pem);
    const keeper = trustKeeperOf(anchors(path), NOW);
    writeFileSync(join(path, 'b.pem'), 'x');
    await keeper.look(NOW + 2);
    await keeper.look(NOW + 4);
    expect(keeper.material.facts.anchors).toHaveLength(2);
    expect(keeper.failing).toHaveLength(1);
    expect(notices).toHaveLength(1);
    writeFileSync(join(path, 'b.pem'), pki.intermediate.pem);
    await keeper.look(NOW + 6);
    expect([keeper.failing, keeper.material.facts.anchors.length]).toEqual([[], 2]);
  });
});

describe('files', () => {
  it('have at most 8 MiB', async () => {
    const path = put('ca.pem', '');
    truncateSync(path, 8 * 1024 * 1024);
    expect(readImageSync(path).bytes).toHaveLength(8 * 1024 * 1024);
    expect((await readImage(path))?.stamp).toBe(readImageSync(path).stamp);
    truncateSync(path, 8 * 1024 * 1024 + 1);
    expect(problemOf(() => readImageSync(path))).toBe('has more than 8388608 bytes');
    await expect(readImage(path)).rejects.toThrow('has more than 8388608 bytes');
  });

  it('are at most 5000 in a folder, in the order of their names', async () => {
    for (let index = 0; index < 5000; index += 1) put(`${String(5000 - index)}.pem`, '');
    expect(filesAtSync(folder)).toHaveLength(5000);
    expect(filesAtSync(folder).slice(0, 2)).toEqual([join(folder, '1.pem'), join(folder, '10.pem')]);
    expect(await filesAt(folder)).toEqual(filesAtSync(folder));
    put('one-more.pem', '');
    expect(problemOf(() => filesAtSync(folder))).toBe('holds 5001 files, at most 5000 are read');
  });

  it.each(['a.pem', 'a.crt', 'a.cer', 'a.der', 'a.p12', 'a.pfx', 'A.PEM'])('of a folder are those like %s', (name) => {
    put(name, '');
    expect(filesAtSync(folder)).toEqual([join(folder, name)]);
  });

  it.each(['.a.pem', 'a.pem~', 'pem', 'apem', 'a.pem.swp', 'a.key', '.pem'])(
    'of a folder are not those like %s',
    (name) => {
      put(name, '');
      expect(filesAtSync(folder)).toEqual([]);
    },
  );

  it('that cannot be read say why', () => {
    expect(problemOf(() => readImageSync(folder))).toBe('is not a file');
    expect(problemOf(() => readImageSync(join(folder, 'x')))).toBe('does not exist');
    expect(unreadable(new Error('x'))).toBe('cannot be read (unknown error)');
    expect(unreadable(Object.assign(new Error('x'), { code: 'EACCES' }))).toBe('cannot be read (EACCES)');
  });
});

describe('whom revocation is asked about', () => {
  it('is a pinned certificate where an anchor has issued it, but not the anchor itself', async () => {
    const keyUsage = ['keyCertSign', 'digitalSignature'] as const;
    const root = await issueCertificate({ ...VALID, subject: 'CN=both', ca: true, keyUsage });
    const both = { certificates: [root.pem, pki.leaf('ec').pem], maxChain: 6, extendedKeyUsage: null };
    const trust = compileTrust({ ...both, anchors: [root.pem, pki.intermediate.pem] }, NOW);
    const linksOf = (der: Buffer) =>
      trust.byChain([der], NOW).links.map(({ issuer, subject }) => [subject, issuer.name]);
    expect(linksOf(root.der)).toEqual([]);
    const [link] = linksOf(pki.leaf('ec').der);
    expect(link?.[0]).toMatch(/^CN=Comune di Prova/);
    const alone = compileTrust({ ...both, anchors: [pki.root.pem] }, NOW);
    expect(alone.byChain([pki.leaf('ec').der], NOW).links).toEqual([]);
  });

  it('is called by its serial number where it has no name', async () => {
    const nameless = await pki.issue({ subject: '', subjectAltNames: ['a.example'] });
    const trust = compileTrust(anchors(pki.anchorPem), NOW);
    const { links } = trust.byChain(nameless.chain, NOW);
    expect(links[0]?.subject).toBe(`serial number ${nameless.serialNumber.toUpperCase()}`);
  });
});
