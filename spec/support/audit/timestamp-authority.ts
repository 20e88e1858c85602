import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { issueCertificate, type Issued } from '../../../plugins/core/pki';

/** A time stamping authority of RFC 3161, run with openssl, behind HTTP. */
export class TimestampAuthority {
  readonly anchorPem: string;
  requests = 0;
  /** What happens to an answer on its way. */
  spoil: (answer: Buffer) => Buffer = (answer) => answer;
  private readonly server: Server;

  private constructor(anchorPem: string, server: Server) {
    this.anchorPem = anchorPem;
    this.server = server;
  }

  /** Keys and files go into `folder`; certificates are valid around now. */
  static async start(folder: string, key: 'EC-P256' | 'RSA-2048' = 'EC-P256'): Promise<TimestampAuthority> {
    const home = join(folder, 'tsa');
    mkdirSync(home);
    const day = 86_400_000;
    const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 10 * day) };
    const root = await issueCertificate({ subject: 'CN=TSA root', ca: true, ...validity });
    const own = await issueCertificate({
      subject: 'CN=TSA',
      issuer: root,
      key,
      ...validity,
      extensions: [TIME_STAMPING],
    });
    prepare(home, root, own);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const authority = new TimestampAuthority(root.pem, server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        authority.requests += 1;
        response.writeHead(200, { 'Content-Type': 'application/timestamp-reply' });
        response.end(authority.spoil(reply(home, Buffer.concat(chunks))));
      });
    });
    return authority;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/tsa`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** extendedKeyUsage timeStamping, critical, and nothing else (RFC 3161 2.3). */
const TIME_STAMPING = { oid: '2.5.29.37', critical: true, der: Buffer.from('300a06082b06010505070308', 'hex') };

function prepare(home: string, root: Issued, own: Issued): void {
  writeFileSync(join(home, 'serial'), '01\n');
  writeFileSync(join(home, 'root.pem'), root.pem);
  writeFileSync(join(home, 'tsa.pem'), own.pem);
  writeFileSync(join(home, 'tsa.key'), own.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const settings = [
    '[tsa]',
    'default_tsa = own',
    '[own]',
    `serial = ${home}/serial`,
    `signer_cert = ${home}/tsa.pem`,
    `signer_key = ${home}/tsa.key`,
    `certs = ${home}/root.pem`,
    'signer_digest = sha256',
    'default_policy = 1.2.3.4.1',
    'digests = sha256',
    'accuracy = millisecs:500',
    'clock_precision_digits = 3',
    'ess_cert_id_alg = sha256',
  ];
  writeFileSync(join(home, 'tsa.cnf'), `${settings.join('\n')}\n`);
}

function reply(home: string, query: Buffer): Buffer {
  const [request, response] = [join(home, 'request.tsq'), join(home, 'response.tsr')];
  writeFileSync(request, query);
  const args = ['ts', '-reply', '-config', join(home, 'tsa.cnf'), '-queryfile', request, '-out', response];
  const { status, stderr } = spawnSync('openssl', args);
  if (status !== 0) throw new Error(`openssl ts: ${stderr.toString()}`);
  return readFileSync(response);
}
