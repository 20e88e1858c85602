import { beforeAll, it } from 'vitest';
import { issueCertificate } from '../../plugins/core/pki';
import type { CertificateLink } from '../../plugins/core/revocation';
import { respondersOf } from '../../plugins/core/revocation/access-points';
import { DerError } from '../../plugins/core/revocation/der';
import { judgeResponse } from '../../plugins/core/revocation/ocsp/judge-response';
import { ocspRequest } from '../../plugins/core/revocation/ocsp/request';
import { parseResponse } from '../../plugins/core/revocation/ocsp/response';
import { compileTrust, readDelegate } from '../../plugins/core/trust';
import { mutatedDer } from '../support/fuzz/der';
import { resignedDer } from '../support/fuzz/resigned-der';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { IDENTICAL, partOf, PERMITTED, refused, requireShortAscii, Violation } from '../support/fuzz/target';
import type { FuzzTarget, Input } from '../support/fuzz/target';
import { makeOcspResponse, readOcspRequest } from '../support/ocsp';
import { mockPki, PKI_NOW, VALID } from '../support/pki';
import { childrenOf, element, sequence } from '../support/pki/der';

/** A response by somebody who may answer, and the key that signed it. */
interface Sample {
  readonly der: Buffer;
  readonly key: Parameters<typeof resignedDer>[2];
}

let link: CertificateLink;
let good: readonly Sample[];
let said: ReadonlySet<string>;
const nonce = Buffer.alloc(32, 5);

beforeAll(async () => {
  const pki = await mockPki();
  const config = { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null };
  link = compileTrust(config, PKI_NOW).byChain(pki.leaf('ec').chain, PKI_NOW).links[0]!;
  const delegate = await issueCertificate({
    ...VALID,
    subject: 'CN=OCSP',
    issuer: pki.intermediate,
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'],
    extensions: [{ oid: '1.3.6.1.5.5.7.48.1.5', critical: false, der: Buffer.from('0500', 'hex') }],
  });
  const { certId } = readOcspRequest(ocspRequest(link, nonce));
  const times = { thisUpdate: PKI_NOW - 60, nextUpdate: PKI_NOW + 60 };
  const responders = [
    { responder: pki.intermediate, certificates: [] },
    { responder: delegate, certificates: [delegate.der] },
    { responder: delegate, certificates: [delegate.der, pki.intermediate.der], byKey: true },
  ];
  good = responders.flatMap((by) =>
    (['good', 'revoked', 'unknown'] as const).map((status) => ({
      der: makeOcspResponse({ certId, nonce, status, ...by, ...times }),
      key: by.responder.privateKey,
    })),
  );
  said = new Set(good.map(({ der }) => signedPart(der)));
});

const signedPart = (der: Buffer): string => {
  const { responses, responder } = parseResponse(der);
  return JSON.stringify([responses, responder]);
};

/** What the response says of the certificate when somebody who may has signed it, or why it says nothing. */
function believed(der: Buffer): { readonly status: unknown } | string {
  respondersOf(der);
  try {
    return judgeResponse(parseResponse(der), {
      ...{ link, nonce, now: PKI_NOW, maxAge: 3600, trustedResponders: [], readDelegate },
      isGoodByList: () => true,
    });
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return requireShortAscii(error.message).replaceAll(/\d+/g, 'N');
  }
}

it('an answer that no responder signed as it stands is not believed', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'ocsp',
    reaches: ['is signed with a certificate that its issuer has not issued'],
    make: (random) => [{ name: 'response', bytes: mutatedDer(random.pick(good).der, random, random.pick(good).der) }],
    judge(input) {
      const der = partOf(input, 'response');
      const found = believed(der);
      if (typeof found === 'string') return refused(found);
      if (said.has(signedPart(der))) return IDENTICAL;
      throw new Violation('accepted');
    },
  };
  await fuzz(target);
});

/** The basic response inside a successful one, and a successful one around a basic response. */
const basicIn = (der: Buffer): Buffer =>
  contentOf(childrenOf(childrenOf(childrenOf(der)[1] ?? Buffer.alloc(0))[0] ?? Buffer.alloc(0))[1] ?? Buffer.alloc(0));
const contentOf = (octets: Buffer): Buffer =>
  octets.subarray((octets[1] ?? 0) < 0x80 ? 2 : 2 + ((octets[1] ?? 0) & 0x7f));
const around = (basic: Buffer): Buffer => {
  const bytes = sequence(element(0x06, Buffer.from('2b0601050507300101', 'hex')), element(0x04, basic));
  return sequence(element(0x0a, Buffer.of(0)), element(0xa0, bytes));
};

it(
  'an answer that its responder signed without looking says something, or is refused',
  { timeout: PATIENCE },
  async () => {
    const basics = good.map(({ der, key }) => ({ basic: basicIn(der), key }));
    const target: FuzzTarget = {
      kind: 'issued ocsp',
      reaches: ['permitted'],
      make(random): Input {
        const { basic, key } = random.pick(basics);
        const signed = resignedDer(basic, random, key);
        // The elements of tests end at 64 KiB; larger responses are not read anyway.
        return [{ name: 'response', bytes: signed.length < 0xff00 ? around(signed) : signed }];
      },
      judge(input) {
        const found = believed(partOf(input, 'response'));
        return typeof found === 'string' ? refused(found) : PERMITTED;
      },
    };
    await fuzz(target);
  },
);
