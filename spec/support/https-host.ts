import type { RequestListener } from 'node:http';
import { issueCertificate } from '../../plugins/core/pki';
import { listening } from './http-server';
import { mockPki, VALID } from './pki';

/** A server of https on localhost, with a certificate of the mock PKI's root. Answers its address, without path. */
export async function httpsHost(answer: RequestListener): Promise<string> {
  const { root } = await mockPki();
  const { pem, privateKey } = await issueCertificate({
    ...VALID,
    subject: 'CN=localhost',
    issuer: root,
    subjectAltNames: ['localhost'],
    keyUsage: ['digitalSignature'],
  });
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
  return `https://localhost:${await listening(answer, { cert: pem, key })}`;
}
