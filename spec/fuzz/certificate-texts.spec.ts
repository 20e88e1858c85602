import { beforeAll, it } from 'vitest';
import { certificateIn } from '../../plugins/core/channel';
import { Refusal } from '../../plugins/core/errors';
import { compileTrust, type TrustMaterial } from '../../plugins/core/trust';
import { certificatesIn, SourceError } from '../../plugins/core/trust/source-contents';
import { mutatedDer } from '../support/fuzz/der';
import type { Random } from '../support/fuzz/random';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { IDENTICAL, partOf, refused, requireShortAscii, Violation } from '../support/fuzz/target';
import type { FuzzTarget } from '../support/fuzz/target';
import { mutatedText } from '../support/fuzz/text';
import { mockPki, PKI_NOW, type MockPki } from '../support/pki';

let pki: MockPki;
let trust: TrustMaterial;
let genuine: readonly Buffer[];

beforeAll(async () => {
  pki = await mockPki();
  const config = { anchors: [pki.anchorPem], certificates: [pki.leaf('ec').pem, pki.leaf('rsa').pem] };
  trust = compileTrust({ ...config, maxChain: 6, extendedKeyUsage: null }, PKI_NOW);
  genuine = [pki.leaf('ec').der, pki.leaf('rsa').der, pki.intermediate.der, pki.root.der];
});

const isGenuine = (der: Buffer): boolean => genuine.some((one) => one.equals(der));

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

/** A certificate as proxies write it into a header (RFC 9440, percent-encoded PEM, bare base64), as nginx has it. */
const WRITINGS: readonly ((der: Buffer) => string)[] = [
  pem,
  (der) => encodeURIComponent(pem(der)),
  (der) => der.toString('base64'),
  (der) => `:${der.toString('base64')}:`,
];

/** Edited as text, or before it became one. */
function someText(random: Random, write: (der: Buffer) => string): Buffer {
  const der = random.pick(genuine);
  const text = random.oneIn(3)
    ? write(mutatedDer(der, random))
    : mutatedText(write(der), random, write(random.pick(genuine)));
  return Buffer.from(text, 'latin1');
}

it('a certificate of the connection that was edited on the way is nobody’s', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'channel certificates',
    reaches: ['no certificate', 'MODI_X5C_MALFORMED', 'MODI_CERTIFICATE_UNTRUSTED'],
    make: (random) => [{ name: 'header', bytes: someText(random, random.pick(WRITINGS)) }],
    judge(input) {
      const der = certificateIn(partOf(input, 'header').toString('latin1'));
      if (der === undefined) return refused('no certificate');
      try {
        trust.byChain([der], PKI_NOW);
      } catch (error) {
        if (error instanceof Refusal) return refused(error.code);
        throw error;
      }
      if (isGenuine(der)) return IDENTICAL;
      throw new Violation('accepted');
    },
  };
  await fuzz(target);
});

it('a file of trust that was damaged ends in certificates or a clear error', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'trust files',
    reaches: [
      'it holds a private key; only certificates belong here',
      'certificate N of it is no X.N certificate in DER',
    ],
    make(random) {
      const der = random.pick(genuine);
      const pieces = [pem(der), pem(random.pick(genuine)), random.pick([pem(pki.root.der), 'text\n', PRIVATE])];
      const text = (): Buffer => Buffer.concat([...pieces.map((one) => Buffer.from(one)), someText(random, pem)]);
      return [{ name: 'file', bytes: random.oneIn(3) ? mutatedDer(der, random) : text() }];
    },
    judge(input) {
      try {
        // A file of trust is believed as it is: what is read of it need only be a certificate.
        const found = certificatesIn(partOf(input, 'file'), undefined, 'it');
        if (found.length === 0) throw new Violation('no certificate, and no error');
        return found.every(({ x509 }) => isGenuine(x509.raw)) ? IDENTICAL : refused('another certificate');
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        return refused(requireShortAscii(error.message).replaceAll(/\d+/g, 'N'));
      }
    },
  };
  await fuzz(target);
});

const PRIVATE = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
