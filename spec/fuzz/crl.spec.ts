import { beforeAll, it } from 'vitest';
import { Refusal } from '../../plugins/core/errors';
import type { CertificateLink } from '../../plugins/core/revocation';
import { DerError } from '../../plugins/core/revocation/der';
import { distributionPointsOf } from '../../plugins/core/revocation/distribution-points';
import { takeInHand, type HeldCrl } from '../../plugins/core/revocation/held-crl';
import { answerOf } from '../../plugins/core/revocation/judge';
import { compileTrust } from '../../plugins/core/trust';
import { extension, makeCrl } from '../support/crl';
import { mutatedDer } from '../support/fuzz/der';
import { resignedDer } from '../support/fuzz/resigned-der';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { IDENTICAL, partOf, PERMITTED, refused, requireShortAscii, Violation } from '../support/fuzz/target';
import type { FuzzTarget, Input } from '../support/fuzz/target';
import { mutatedText } from '../support/fuzz/text';
import { mockPki, PKI_NOW, type MockPki } from '../support/pki';
import { element, sequence } from '../support/pki/der';

let pki: MockPki;
/** Whom the lists are about, and who issued it. */
let link: CertificateLink;
let good: readonly Buffer[];
let said: ReadonlySet<string>;

const SERIALS = ['01', '7f00', '5a5a5a'];
const point = 'http://crl.example/one.crl';

beforeAll(async () => {
  pki = await mockPki();
  const config = { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null };
  const trust = compileTrust(config, PKI_NOW);
  link = trust.byChain(pki.leaf('ec').chain, PKI_NOW).links[0]!;
  const authority = pki.intermediate;
  const fullName = element(0xa0, element(0xa0, element(0x86, Buffer.from(point))));
  const scopes = [
    [],
    [extension('551d1c', sequence(element(0x81, Buffer.of(0xff))), true)],
    [extension('551d1c', sequence(fullName), true), extension('551d14', element(0x02, Buffer.of(7)))],
  ];
  const reason = extension('551d15', element(0x0a, Buffer.of(1)));
  good = scopes.flatMap((extensions, index) =>
    [[], SERIALS].map((revoked) =>
      makeCrl({ authority, thisUpdate: PKI_NOW - index, revoked, extensions, entryExtensions: [reason] }),
    ),
  );
  said = new Set(good.map((der) => summary(takeInHand(der, [link.issuer], undefined, point, PKI_NOW))));
});

/** All that a list says of the certificates that the good ones know. */
function summary({ crl }: HeldCrl): string {
  const { issuerName, thisUpdate, nextUpdate, scope, entries } = crl;
  const found = [...SERIALS, link.serial.toString('hex')].map((serial) => {
    const position = crl.find(Buffer.from(serial, 'hex'));
    return position === undefined ? 'not revoked' : crl.entryAt(position);
  });
  return JSON.stringify({ issuerName, thisUpdate, nextUpdate, scope, entries, found });
}

/** A list that its authority signed, or why there is none. */
function believed(input: Input): HeldCrl | string {
  const bytes = partOf(input, 'list');
  distributionPointsOf(bytes);
  try {
    const held = takeInHand(bytes, [link.issuer], undefined, point, PKI_NOW);
    return held.isOf(link.issuer) ? held : 'is of another authority';
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return requireShortAscii(error.message).replaceAll(/\d+/g, 'N');
  }
}

const pem = (der: Buffer): string =>
  `-----BEGIN X509 CRL-----\n${der.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END X509 CRL-----\n`;

it('a list that its authority did not sign as it stands is not believed', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'crl',
    reaches: ['is not signed by the authority it names'],
    make(random) {
      const [der, other] = [random.pick(good), random.pick(good)];
      const edited = mutatedDer(der, random, random.oneIn(4) ? pki.intermediate.der : other);
      const text = (): Buffer => Buffer.from(mutatedText(pem(der), random, pem(other)), 'latin1');
      return [{ name: 'list', bytes: random.oneIn(8) ? text() : edited }];
    },
    judge(input) {
      const found = believed(input);
      if (typeof found === 'string') return refused(found);
      if (said.has(summary(found))) return IDENTICAL;
      throw new Violation('accepted');
    },
  };
  await fuzz(target);
});

it('a list that its authority signed without looking answers, or is refused', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'issued crl',
    reaches: ['permitted'],
    make: (random) => [{ name: 'list', bytes: resignedDer(random.pick(good), random, pki.intermediate.privateKey) }],
    judge(input) {
      const found = believed(input);
      if (typeof found === 'string') return refused(found);
      summary(found);
      try {
        const answer = answerOf(link, { lists: [found], grace: 0, now: PKI_NOW });
        if ('reason' in answer) requireShortAscii(answer.reason);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refused(error.code);
      }
      return PERMITTED;
    },
  };
  await fuzz(target);
});
