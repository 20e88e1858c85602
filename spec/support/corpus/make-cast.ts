import { issueCertificate } from '../../../plugins/core/pki';
import { EXPIRED, mockPki, NOT_YET_VALID, VALID, type MockSigner } from '../pki';
import type { Cast } from './cast';

const P384 = { key: 'EC-P384', subject: 'CN=Comune P384, O=Comune' } as const;
const P521 = { key: 'EC-P521', subject: 'CN=Comune P521, O=Comune' } as const;

/** The corpus's people, on the mock PKI. Keys are new in each process. */
export function makeCast(): Promise<Cast> {
  made ??= make();
  return made;
}

let made: Promise<Cast> | undefined;

async function make(): Promise<Cast> {
  const pki = await mockPki();
  const [p384, p521, other, pinned] = await Promise.all([
    pki.issue(P384),
    pki.issue(P521),
    pki.issue({ subject: 'CN=Altro Ente, O=Altro, 2.5.4.97=CF:IT-80099000000' }),
    // Of an authority that nobody trusts: only the pin vouches for it.
    selfSigned('CN=Registrato, O=Ente Registrato'),
  ]);
  const refused = await Promise.all([
    entry('self-signed', 'MODI_CERTIFICATE_UNTRUSTED', selfSigned('CN=Nessuno, O=Nessuno')),
    entry('expired', 'MODI_CERTIFICATE_EXPIRED', pki.issue(EXPIRED)),
    entry('not yet valid', 'MODI_CERTIFICATE_NOT_YET_VALID', pki.issue(NOT_YET_VALID)),
    entry('for key encipherment only', 'MODI_CERTIFICATE_USAGE', pki.issue({ keyUsage: ['keyEncipherment'] })),
    entry('chain without its intermediate', 'MODI_CERTIFICATE_UNTRUSTED', pki.issue({ behind: [] })),
  ]);
  return {
    anchor: pki.anchorPem,
    ec: pki.leaf('ec'),
    rsa: pki.leaf('rsa'),
    p384,
    p521,
    other,
    pinned,
    pinnedPem: pinned.pem,
    refused,
  };
}

async function selfSigned(subject: string): Promise<MockSigner> {
  const issued = await issueCertificate({ ...VALID, subject });
  return { ...issued, chain: [issued.der] };
}

const entry = async (name: string, code: string, party: Promise<MockSigner>): Promise<Cast['refused'][number]> => ({
  name,
  code,
  party: await party,
});
