import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../plugins/core/schema';
import { readTrustSource } from '../../../plugins/core/trust/source';
import { certificatesIn, SourceError } from '../../../plugins/core/trust/source-contents';
import { openssl } from '../../support/openssl';
import { mockPki } from '../../support/pki';
import { tempFolder } from '../../support/temp';

let folder: string;

beforeEach(() => {
  folder = tempFolder();
  vi.stubEnv('MODI_HOME', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const written = (content: string | Buffer, name = 'ca.pem'): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const subjectsOf = (value: string): string[] =>
  readTrustSource(value, 'trust.anchors[1]').map(({ subject }) => subject);

const ROOT = 'CN=Prova Root CA,O=Ente Prova,C=IT';
const ISSUING = 'CN=Prova Issuing CA,O=Ente Prova,C=IT';

describe('a source of trust', () => {
  it('is PEM text, a path from MODI_HOME, or an absolute path', async () => {
    const { anchorPem } = await mockPki();
    const path = written(anchorPem);
    expect(subjectsOf(anchorPem)).toEqual([ROOT]);
    expect(subjectsOf('ca.pem')).toEqual([ROOT]);
    expect(subjectsOf(path)).toEqual([ROOT]);
  });

  it('is found from the working directory when MODI_HOME is not set', async () => {
    const { anchorPem } = await mockPki();
    vi.stubEnv('MODI_HOME', undefined);
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    written(anchorPem);
    expect(subjectsOf('ca.pem')).toEqual([ROOT]);
  });

  it('holds several certificates, in their order, with any text and line ends around them', async () => {
    const { root, intermediate } = await mockPki();
    const text = `Subject: the root\r\n${root.pem.replaceAll('\n', '\r\n')}\n# next\n\n${intermediate.pem}trailer`;
    expect(subjectsOf(text)).toEqual([ROOT, ISSUING]);
    written(text);
    expect(subjectsOf('ca.pem')).toEqual([ROOT, ISSUING]);
  });
});

/** A PKCS#12 container as openssl makes it. */
function container(pems: string, password: string, ...more: readonly string[]): Buffer {
  const input = written(pems, 'in.pem');
  return openssl(['pkcs12', '-export', '-in', input, '-passout', `pass:${password}`, ...more]);
}

describe('a source in another format', () => {
  it('is DER', async () => {
    const { root } = await mockPki();
    written(root.der, 'ca.cer');
    expect(subjectsOf('ca.cer')).toEqual([ROOT]);
  });

  it.each([
    ['modern', []],
    ['legacy', ['-legacy']],
  ])('is a PKCS#12 container of certificates, %s encryption; each is what it was', async (_, options) => {
    const pki = await mockPki();
    const { root, intermediate } = pki;
    const pems = root.pem + intermediate.pem + pki.leaf('rsa').pem;
    const certificates = certificatesIn(container(pems, 'segreto', '-nokeys', ...options), 'segreto', 'x');
    expect(new Set(certificates.map(({ x509 }) => x509.raw.toString('hex')))).toEqual(
      new Set([root, intermediate, pki.leaf('rsa')].map(({ der }) => der.toString('hex'))),
    );
  });

  it('is a folder of files of any format, in the order of their names', async () => {
    const { root, intermediate } = await mockPki();
    mkdirSync(join(folder, 'cas'));
    written(intermediate.der, 'cas/b.der');
    written(root.pem, 'cas/a.pem');
    written('x', 'cas/README');
    expect(subjectsOf('cas')).toEqual([ROOT, ISSUING]);
  });
});

describe('a PKCS#12 container is refused:', () => {
  const refused = (bytes: Buffer, password: string | undefined, says: string) => {
    const read = () => certificatesIn(bytes, password, 'the file "ca.p12"');
    expect(read).toThrow(SourceError);
    expect(read).toThrow(`the file "ca.p12" ${says}`);
    return read;
  };

  it('with another password, or none', async () => {
    const bytes = container((await mockPki()).anchorPem, 'segreto', '-nokeys');
    refused(bytes, 'Segreto', 'is no PKCS#12 container that this password opens');
    const read = refused(bytes, undefined, 'is no PKCS#12 container that this password opens');
    expect(read).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ name: 'ContainerError' }) as Error }),
    );
  });

  it('with a private key inside', async () => {
    const { privateKey, pem } = (await mockPki()).leaf('ec');
    const both = pem + String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    refused(container(both, 'segreto'), 'segreto', 'holds a private key; only certificates belong here');
  });

  it('with nothing inside', () => {
    const asn1 = forge.pkcs12.toPkcs12Asn1(null, [], 'segreto', { generateLocalKeyId: false });
    const bytes = Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
    // So short that its length takes one byte; in two it is as long as a container has to be.
    refused(Buffer.concat([Buffer.of(0x30, 0x81), bytes.subarray(1)]), 'segreto', 'holds no certificate');
  });

  it('cut off', async () => {
    const bytes = container((await mockPki()).anchorPem, 'segreto', '-nokeys');
    refused(bytes.subarray(0, -20), 'segreto', 'is no PKCS#12 container that this password opens');
  });
});

describe('a source is refused:', () => {
  const refuses = (value: string, says: string): void => {
    const read = () => readTrustSource(value, 'trust.anchors[1]');
    expect(read).toThrow(ConfigError);
    const cause = expect.any(Error) as unknown;
    expect(read).toThrow(expect.objectContaining({ field: 'trust.anchors[1]', cause }));
    expect(read).toThrow(says);
  };

  it('no such file', () => {
    refuses('missing.pem', 'the file "missing.pem" does not exist');
  });

  it('a folder without certificates', () => {
    mkdirSync(join(folder, 'certs'));
    writeFileSync(join(folder, 'certs', 'README.txt'), 'none yet');
    refuses('certs', 'the folder "certs" holds no file of certificates');
  });

  it('a path below a file', () => {
    written('x');
    refuses('ca.pem/more.pem', 'cannot be read (ENOTDIR)');
  });

  it('a path with a zero byte', () => {
    refuses('ca\0.pem', 'cannot be read');
  });

  it('a file too large', () => {
    truncateSync(written(''), 9 * 1024 * 1024);
    refuses('ca.pem', 'bytes');
  });

  it('an empty file', () => {
    written('');
    refuses('ca.pem', 'holds no PEM certificate');
  });

  it('DER with something behind it', async () => {
    const { root } = await mockPki();
    written(Buffer.concat([root.der, root.der]));
    refuses('ca.pem', 'is not DER, or has bytes before or after it');
  });

  it('a private key, whose text is not repeated', async () => {
    const { root } = await mockPki();
    const key = root.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const secret = key.split('\n')[1]!;
    for (const value of [key, root.pem + key, key + root.pem]) {
      refuses(value, 'the PEM text holds a private key');
      expect(() => readTrustSource(value, 'x')).not.toThrow(secret);
    }
    written(root.pem + root.privateKey.export({ format: 'pem', type: 'sec1' }).toString());
    refuses('ca.pem', 'the file "ca.pem" holds a private key');
  });

  it('something else in PEM', async () => {
    const { root } = await mockPki();
    const key = root.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    refuses(root.pem + key, 'holds a PUBLIC KEY');
    refuses(root.pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'), 'holds a TRUSTED CERTIFICATE');
  });

  it('a certificate cut off', async () => {
    const { root, intermediate } = await mockPki();
    refuses(root.pem.slice(0, -30), 'cut off');
    refuses(root.pem.slice(0, -30) + intermediate.pem, 'cut off');
  });

  it('a certificate that is not base64, not DER, or not one', async () => {
    const { root } = await mockPki();
    const pemOf = (der: Buffer) =>
      `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
    refuses(root.pem.replace('MII', 'M*I'), 'certificate 1 of the PEM text is not base64');
    refuses(pemOf(Buffer.alloc(0)), 'is not base64');
    refuses(root.pem + pemOf(Buffer.from('hello')), 'certificate 2 of the PEM text is no X.509 certificate');
    refuses(pemOf(Buffer.concat([root.der, root.der])), 'is not DER, or has bytes before or after it');
    refuses(pemOf(Buffer.alloc(20_000, 1)), 'has 20000 bytes');
    const cause = expect.objectContaining({ name: 'CertificateFormatError' }) as Error;
    expect(() => certificatesIn(Buffer.from(pemOf(Buffer.from('hello'))), undefined, 'it')).toThrow(
      expect.objectContaining({ cause }),
    );
  });
});
