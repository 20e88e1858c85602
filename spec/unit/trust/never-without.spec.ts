import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setNoticeSink } from '../../../plugins/core/notices';
import { issueCertificate, type Issued } from '../../../plugins/core/pki';
import { compileTrust, trustKeeperOf, type TrustConfig } from '../../../plugins/core/trust';
import { mockPki, PKI_NOW as NOW, VALID, type MockPki } from '../../support/pki';
import { tempFolder } from '../../support/temp';

const sink = setNoticeSink(() => undefined);
afterAll(() => {
  setNoticeSink(sink);
});

let pki: MockPki;
let other: Issued;
beforeAll(async () => {
  pki = await mockPki();
  other = await issueCertificate({ ...VALID, subject: 'CN=Altra CA, C=IT', ca: true });
});

/** What becomes of the file, or of the one file in the folder. */
const STATES = ['one', 'other', 'both', 'garbage', 'half', 'empty', 'gone', 'key', 'signer', 'folder'] as const;
type State = (typeof STATES)[number];
const GOOD: readonly State[] = ['one', 'other', 'both'];

const textOf = (state: State): string =>
  ({
    one: pki.anchorPem,
    other: other.pem,
    both: pki.anchorPem + other.pem,
    garbage: 'no certificate',
    half: other.pem.slice(0, -40),
    key: String(other.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    signer: pki.leaf('ec').pem,
    empty: '',
    gone: '',
    folder: '',
  })[state];

const configOf = (anchors: string): TrustConfig => ({
  anchors: [anchors],
  certificates: null,
  maxChain: 6,
  extendedKeyUsage: null,
});
const idOf = (state: State): string => compileTrust(configOf(textOf(state)), NOW).id;

function put(path: string, state: State): void {
  rmSync(path, { recursive: true, force: true });
  if (state === 'gone') return;
  if (state === 'folder') {
    mkdirSync(path);
    return;
  }
  writeFileSync(`${path}.new`, textOf(state));
  renameSync(`${path}.new`, path);
}

it.each([
  ['a file', (folder: string) => join(folder, 'ca.pem'), (path: string) => path],
  ['a folder', (folder: string) => join(folder, 'ca.pem'), (_path: string, folder: string) => folder],
])(
  '%s: whatever is written whenever, what is trusted is always whole, and never nothing',
  async (_, fileIn, watched) => {
    const good = new Set(GOOD.map(idOf));
    const root = tempFolder();
    let run = 0;
    const step = fc.record({ state: fc.constantFrom(...STATES), during: fc.option(fc.constantFrom(...STATES)) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.constantFrom(...GOOD), async (steps, last) => {
        const folder = join(root, String((run += 1)));
        mkdirSync(folder);
        const path = fileIn(folder);
        put(path, 'one');
        const keeper = trustKeeperOf(configOf(watched(path, folder)), NOW);
        let now = NOW;
        const seen = new Set([keeper.material.id]);
        const look = async (during: State | null): Promise<void> => {
          now += 3;
          const looking = keeper.look(now);
          // Written while it is looked at: what is read is what was, or what is, or nothing that counts.
          if (during !== null) put(path, during);
          seen.add(keeper.material.id);
          await looking;
          seen.add(keeper.material.id);
        };
        for (const { state, during } of steps) {
          put(path, state);
          await look(during);
        }
        put(path, last);
        await look(null);
        await look(null);
        expect([...seen].filter((id) => !good.has(id))).toEqual([]);
        expect(keeper.material.id).toBe(idOf(last));
        expect(keeper.failing).toEqual([]);
      }),
      { numRuns: 60 },
    );
  },
);
