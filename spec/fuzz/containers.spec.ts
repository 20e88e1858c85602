import { createPublicKey } from 'node:crypto';
import { beforeAll, it } from 'vitest';
import { openPkcs12 } from '../../plugins/core/keys/pkcs12';
import { SigningError } from '../../plugins/core/sign';
import { SourceError } from '../../plugins/core/trust';
import { certificatesIn } from '../../plugins/core/trust/source-contents';
import { mutatedDer } from '../support/fuzz/der';
import type { Random } from '../support/fuzz/random';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import {
  IDENTICAL,
  partOf,
  refused,
  requireShortAscii,
  Violation,
  type FuzzTarget,
  type Input,
} from '../support/fuzz/target';
import { openssl } from '../support/openssl';
import { mockPki, type MockPki } from '../support/pki';

const PASSWORD = 'segreto';

/** As openssl writes them, of today and of old; without key derivation, which costs time and finds nothing. */
const FORMS: readonly (readonly string[])[] = [
  [],
  ['-nomac'],
  ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
  ['-certpbe', 'NONE', '-keypbe', 'NONE', '-nomac'],
];

const containers = (pem: string, ...more: readonly string[]): Buffer[] =>
  FORMS.map((form) =>
    openssl(['pkcs12', '-export', '-iter', '1', '-passout', `pass:${PASSWORD}`, ...form, ...more], pem),
  );

/** The most rounds of key derivation that a container may ask for, which an edit can make it ask for. */
const KEY_DERIVATION_MS = 5000;

let pki: MockPki;
let ofCertificates: readonly Buffer[];
let ofKeys: readonly Buffer[];
beforeAll(async () => {
  pki = await mockPki();
  const { pem, privateKey } = pki.leaf('ec');
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  ofCertificates = containers(pki.root.pem + pki.intermediate.pem, '-nokeys');
  ofKeys = containers(key + pem);
});

const someOf = (samples: readonly Buffer[], random: Random): Input => [
  { name: 'file', bytes: mutatedDer(random.pick(samples), random, random.pick(samples)) },
];

it('a damaged container of authorities ends in certificates or a clear error', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'trust containers',
    reaches: [
      'it is no PKCS#N container that this password opens',
      'certificate N of it is no X.N certificate in DER',
      'another certificate',
    ],
    limitMs: KEY_DERIVATION_MS,
    make: (random) => someOf(ofCertificates, random),
    judge(input) {
      try {
        const found = certificatesIn(partOf(input, 'file'), PASSWORD, 'it');
        if (found.length === 0) throw new Violation('no certificate, and no error');
        const genuine = [pki.root.der, pki.intermediate.der];
        const isGenuine = found.every(({ x509 }) => genuine.some((der) => der.equals(x509.raw)));
        // Without MAC and encryption a container says what its bytes say.
        return isGenuine ? IDENTICAL : refused('another certificate');
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        return refused(requireShortAscii(error.message).replaceAll(/\d+/g, 'N'));
      }
    },
  };
  await fuzz(target);
});

it('a damaged container of a signing key ends in a key or a clear error', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'key containers',
    reaches: ['KEY_UNREADABLE'],
    limitMs: KEY_DERIVATION_MS,
    make: (random) => someOf(ofKeys, random),
    judge(input) {
      try {
        const { key } = openPkcs12(partOf(input, 'file'), PASSWORD);
        const isGenuine = createPublicKey(key).equals(createPublicKey(pki.leaf('ec').privateKey));
        return isGenuine ? IDENTICAL : refused('another key');
      } catch (error) {
        if (!(error instanceof SigningError)) throw error;
        requireShortAscii(error.message);
        return refused(error.problem);
      }
    },
  };
  await fuzz(target);
});
