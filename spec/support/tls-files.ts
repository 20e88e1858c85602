import { issueCertificate } from '../../plugins/core/pki';
import { mockPki, VALID } from './pki';

/** Certificate and key of somebody, in PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** A server certificate for `name` by the mock PKI's root. */
export async function serverIdentity(name = 'localhost'): Promise<TlsIdentity> {
  const { root } = await mockPki();
  const { pem, privateKey } = await issueCertificate({
    ...VALID,
    subject: `CN=${name}`,
    issuer: root,
    subjectAltNames: [name],
    keyUsage: ['digitalSignature'],
  });
  return { cert: pem, key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
}
