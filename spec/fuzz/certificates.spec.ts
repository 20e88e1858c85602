import { beforeAll, expect, it } from 'vitest';
import { Refusal } from '../../plugins/core/errors';
import { compileTrust, type Signer, type TrustMaterial } from '../../plugins/core/trust';
import { mutatedDer } from '../support/fuzz/der';
import { resignedDer } from '../support/fuzz/resigned-der';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { IDENTICAL, PERMITTED, refused, requireShortAscii, Violation } from '../support/fuzz/target';
import type { FuzzTarget, Input } from '../support/fuzz/target';
import { mockPki, PKI_NOW, type MockPki } from '../support/pki';
import { acceptedChains } from '../support/pki/accepted-chains';
import { childrenOf, sequence } from '../support/pki/der';

let pki: MockPki;
let trust: TrustMaterial;
/** Good chains of many shapes, and every certificate that an authority truly issued. */
let chains: readonly (readonly Buffer[])[];
let genuine: ReadonlySet<string>;

beforeAll(async () => {
  pki = await mockPki();
  const config = { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null };
  trust = compileTrust(config, PKI_NOW);
  const cases = (await acceptedChains(pki)).filter(({ maxChain, extendedKeyUsage }) => !maxChain && !extendedKeyUsage);
  chains = cases.map(({ x5c }) => x5c);
  genuine = new Set([...chains.flat(), pki.root.der].map((der) => der.toString('base64')));
});

const inputOf = (chain: readonly Buffer[]): Input => chain.map((bytes) => ({ name: 'certificate', bytes }));

/** The signer, or the code of a refusal whose texts are short ASCII. */
function resolved(input: Input): Signer | string {
  try {
    return trust.byChain(
      input.map(({ bytes }) => bytes),
      PKI_NOW,
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const value of Object.values(error.params)) requireShortAscii(String(value));
    return error.code;
  }
}

/** Every certificate of the path that was found is one that its authority issued, byte for byte. */
const isGenuine = ({ chain }: Signer): boolean => chain.every((der) => genuine.has(der.toString('base64')));

it(
  'a certificate that no authority issued as it stands vouches for nobody, wherever it stands',
  { timeout: PATIENCE },
  async () => {
    const target: FuzzTarget = {
      kind: 'certificates',
      reaches: ['MODI_X5C_MALFORMED', 'MODI_CERTIFICATE_UNTRUSTED'],
      make(random) {
        const chain = random.pick(chains);
        const at = random.below(chain.length);
        const edited = mutatedDer(chain[at]!, random, random.pick(random.pick(chains)));
        return inputOf(random.oneIn(10) ? chain.toSpliced(at, 0, edited) : chain.with(at, edited));
      },
      judge(input) {
        const found = resolved(input);
        if (typeof found === 'string') return refused(found);
        if (isGenuine(found)) return IDENTICAL;
        throw new Violation('accepted');
      },
    };
    await fuzz(target);
  },
);

it(
  'a certificate that its authority signed without looking ends in a signer or a refusal',
  { timeout: PATIENCE },
  async () => {
    const target: FuzzTarget = {
      kind: 'issued certificates',
      reaches: ['permitted', 'MODI_CERTIFICATE_CONSTRAINT'],
      make(random) {
        const leaf = random.pick(random.pick(chains));
        return inputOf([resignedDer(leaf, random, pki.intermediate.privateKey), pki.intermediate.der]);
      },
      judge(input) {
        const found = resolved(input);
        if (typeof found === 'string') return refused(found);
        return isGenuine(found) ? IDENTICAL : PERMITTED;
      },
    };
    await fuzz(target);
  },
);

it('the tests take certificates apart and put them together again', () => {
  const { der } = pki.leaf('ec');
  expect(sequence(...childrenOf(der))).toEqual(der);
});
