import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../plugins/core/schema';
import { readTrustSource } from '../../../plugins/core/trust/source';
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
  readTrustSource(value, 'trust.anchors[1]').certificates.map(({ subject }) => subject);

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

describe('a source is refused:', () => {
  const refuses = (value: string, says: string): void => {
    const read = () => readTrustSource(value, 'trust.anchors[1]');
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(expect.objectContaining({ field: 'trust.anchors[1]' }));
    expect(read).toThrow(says);
  };

  it('no such file', () => {
    refuses('missing.pem', 'the file "missing.pem" does not exist');
  });

  it('a folder', () => {
    mkdirSync(join(folder, 'certs'));
    refuses('certs', '"certs" is not a file');
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

  it('DER instead of PEM', async () => {
    const { root } = await mockPki();
    written(root.der);
    refuses('ca.pem', 'is it DER?');
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
  });
});
