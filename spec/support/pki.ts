import { issueCertificate, type Issued, type IssueOptions } from '../../plugins/core/pki';

/** A moment at which all that is not meant to be outside its validity is valid. The real clock is such a moment too. */
export const PKI_NOW = Date.UTC(2026, 5, 1) / 1000;

export const VALID = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T23:59:59Z') };
export const EXPIRED = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') };
export const NOT_YET_VALID = {
  notBefore: new Date('2090-01-01T00:00:00Z'),
  notAfter: new Date('2091-01-01T00:00:00Z'),
};

/** A signer with what x5c would hold of its path: itself first, the anchor left out. */
export interface MockSigner extends Issued {
  readonly chain: readonly Buffer[];
}

/** A small public key infrastructure, made at run time: root, one intermediate authority, two signers. */
export interface MockPki {
  readonly root: Issued;
  readonly intermediate: Issued;
  /** The only trusted authority. */
  readonly anchorPem: string;
  /** A good signer with a key on P-256 or of RSA 2048; the same one each time. */
  leaf(kind: 'ec' | 'rsa'): MockSigner;
  /** Another certificate, by the intermediate authority unless another issuer is given. */
  issue(options: MockIssueOptions): Promise<MockSigner>;
}

export type MockIssueOptions = Partial<IssueOptions> & {
  /** What stands in x5c behind the certificate; when absent, the intermediate authority. */
  readonly behind?: readonly Issued[];
};

export const ORGANIZATION = 'CF:IT-80012000000';

/** The infrastructure of a test file: made at the first call, then the same. */
export function mockPki(): Promise<MockPki> {
  made ??= makePki();
  return made;
}

let made: Promise<MockPki> | undefined;

async function makePki(): Promise<MockPki> {
  const root = await issueCertificate({ ...VALID, subject: 'CN=Prova Root CA, O=Ente Prova, C=IT', ca: true });
  const intermediate = await issueCertificate({
    ...VALID,
    subject: 'CN=Prova Issuing CA, O=Ente Prova, C=IT',
    issuer: root,
    ca: true,
    pathLength: 0,
  });
  const issue = async ({ behind = [intermediate], ...options }: MockIssueOptions): Promise<MockSigner> => {
    const subject = `CN=Comune di Prova, O=Comune, 2.5.4.97=${ORGANIZATION}`;
    const issued = await issueCertificate({ ...VALID, subject, issuer: intermediate, ...options });
    return { ...issued, chain: [issued.der, ...behind.map(({ der }) => der)] };
  };
  const signers = { ec: await issue({ key: 'EC-P256' }), rsa: await issue({ key: 'RSA-2048' }) };
  return { root, intermediate, anchorPem: root.pem, leaf: (kind) => signers[kind], issue };
}
