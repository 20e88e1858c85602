import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GAUGES } from '../../../plugins/core/gauges';
import { issueCertificate, type IssueOptions } from '../../../plugins/core/pki';
import { ConfigError } from '../../../plugins/core/schema';
import { compileTrust, readDelegate, trustKeeperOf, type TrustConfig } from '../../../plugins/core/trust';
import { parseCertificate } from '../../../plugins/core/trust/certificate';
import { JwksKeeper } from '../../../plugins/core/trust/jwks/jwks-keeper';
import { readJwks } from '../../../plugins/core/trust/jwks/read-jwks';
import { issuerOf } from '../../../plugins/core/trust/links';
import { certificatesIn } from '../../../plugins/core/trust/source-contents';
import { jwkOf, jwkSet } from '../../support/jwks';
import { recordNotices } from '../../support/notices';
import { EXPIRED, mockPki, NOT_YET_VALID, PKI_NOW as NOW, VALID, type MockPki } from '../../support/pki';
import { tempFolder } from '../../support/temp';

let pki: MockPki;
const notices = recordNotices();
beforeAll(async () => {
  pki = await mockPki();
});
let folder: string;
beforeEach(() => {
  folder = tempFolder();
});
const put = (name: string, text: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof ConfigError ? `${error.field}: ${error.problem}` : (error as Error).message;
  }
  return 'accepted';
};
const trust = (config: Partial<TrustConfig>): string =>
  problemOf(() =>
    compileTrust({ anchors: null, certificates: null, maxChain: 6, extendedKeyUsage: null, ...config }, NOW),
  );
const authority = (options: Partial<IssueOptions>) =>
  issueCertificate({ ...VALID, subject: 'CN=Authority', ca: true, ...options });

describe('what is told of configured certificates', () => {
  it('that are not what they should be', async () => {
    const anchor = async (options: Partial<IssueOptions>) => trust({ anchors: [(await authority(options)).pem] });
    const of = 'trust.anchors[1]: the certificate CN=Authority in the PEM text';
    expect(await anchor(EXPIRED)).toBe(`${of} expired at 2021-01-01T00:00:00Z`);
    expect(await anchor(NOT_YET_VALID)).toBe(`${of} is valid only from 2090-01-01T00:00:00Z`);
    expect(await anchor({ ca: false })).toBe(`${of} is no certification authority (basicConstraints with CA false)`);
    const usage = { keyUsage: ['keyEncipherment'] } as const;
    const pinned = await issueCertificate({ ...VALID, subject: 'CN=Signer', ...usage });
    expect(trust({ certificates: [pinned.pem] })).toBe(
      'trust.certificates[1]: the certificate CN=Signer in the PEM text may not sign tokens: it lacks keyUsage digitalSignature or nonRepudiation',
    );
  });

  it('whose keys are too weak', async () => {
    const weak = await authority({ key: generateKeyPairSync('rsa', { modulusLength: 1024 }) });
    expect(trust({ anchors: [weak.pem] })).toBe(
      'trust.anchors[1]: the certificate CN=Authority in the PEM text has a key RSA of 1024 bits; RSA of at least 2048 bits or EC P-256, P-384, P-521 is accepted',
    );
  });

  it('on the last second, and the second after', async () => {
    const at = (seconds: number) => new Date(seconds * 1000);
    const last = await authority({ notAfter: at(NOW) });
    const first = await authority({ notBefore: at(NOW) });
    expect(trust({ anchors: [last.pem, first.pem] })).toBe('accepted');
    expect(trust({ anchors: [(await authority({ notAfter: at(NOW - 1) })).pem] })).toContain('expired at');
    expect(trust({ anchors: [(await authority({ notBefore: at(NOW + 1) })).pem] })).toContain('is valid only from');
    put('last.pem', last.pem);
    put('gone.pem', (await authority({ notAfter: at(NOW - 1) })).pem);
    const material = compileTrust({ anchors: [folder], certificates: null, maxChain: 6, extendedKeyUsage: null }, NOW);
    expect(material.facts.anchors.map(({ notAfter }) => notAfter)).toEqual([NOW]);
  });

  it('where nothing is trusted, or usages are none', () => {
    const nothing = 'nothing is trusted: set at least one of anchors, certificates and jwks';
    expect([trust({}), trust({ isPartial: true })]).toEqual([`trust: ${nothing}`, 'accepted']);
    const usages = (...extendedKeyUsage: string[]) => trust({ anchors: [pki.anchorPem], extendedKeyUsage });
    expect(usages()).toBe('trust.extended_key_usage: is empty; leave it out to accept any usage');
    expect(usages('1.2', 'x1.2', '1.2y')).toBe('trust.extended_key_usage[2]: "x1.2" is no dotted object identifier');
    expect(usages('1.2', '1.2y')).toBe('trust.extended_key_usage[2]: "1.2y" is no dotted object identifier');
    expect([usages('1.2.345'), usages('3.1')]).toEqual([
      'accepted',
      'trust.extended_key_usage[1]: "3.1" is no dotted object identifier',
    ]);
  });

  it('that cannot be read', () => {
    expect(trust({ anchors: [join(folder, 'x.pem')] })).toBe(
      `trust.anchors[1]: the file "${folder}/x.pem" does not exist (looked for ${folder}/x.pem)`,
    );
    expect(trust({ anchors: [folder] })).toBe(`trust.anchors[1]: the folder "${folder}" holds no file of certificates`);
    put('.hidden.pem', 'x');
    put('x.pem.bak', 'x');
    put('notes.txt', 'x');
    expect(trust({ anchors: [folder] })).toBe(`trust.anchors[1]: the folder "${folder}" holds no file of certificates`);
    put('a.CRT', 'x');
    expect(trust({ anchors: [folder] })).toBe(
      `trust.anchors[1]: the file "${folder}/a.CRT" holds no PEM certificate, and is neither DER nor PKCS#12`,
    );
    expect(trust({ anchors: ['/dev/null'] })).toBe(
      'trust.anchors[1]: the file "/dev/null" is not a file (looked for /dev/null)',
    );
  });

  it.each<[string, () => string, string]>([
    ['nothing', () => '', 'it holds no PEM certificate, and is neither DER nor PKCS#12'],
    ['a key', () => '-----BEGIN EC PRIVATE KEY-----', 'it holds a private key; only certificates belong here'],
    ['another thing', () => '-----BEGIN X509 CRL-----', 'it holds a X509 CRL; only certificates belong here'],
    ['a beginning', () => '-----BEGIN CERTIFICATE-----', 'it holds a certificate that is cut off (BEGIN without END)'],
    ['no base64', () => pki.anchorPem.replace('MII', '='), 'certificate 1 of it is not base64'],
    [
      'a base64 too long',
      () => pki.anchorPem.replace('\n-----END', '===\n-----END'),
      'certificate 1 of it is not base64',
    ],
  ])('in PEM: %s', (_, text, problem) => {
    expect(problemOf(() => certificatesIn(Buffer.from(text()), undefined, 'it'))).toBe(problem);
  });

  it('in DER', () => {
    const der = (bytes: Buffer) => problemOf(() => certificatesIn(bytes, undefined, 'it'));
    expect(der(Buffer.from([0x30, 0x80, 0]))).toBe('certificate 1 of it is no X.509 certificate in DER');
    expect(der(Buffer.from([0x30, 0x7f]))).toBe('it holds no PEM certificate, and is neither DER nor PKCS#12');
    expect(der(Buffer.from([0x30]))).toBe('it holds no PEM certificate, and is neither DER nor PKCS#12');
    expect(der(Buffer.concat([pki.root.der, Buffer.of(0)]))).toBe(
      'certificate 1 of it is not DER, or has bytes before or after it',
    );
    expect(problemOf(() => parseCertificate(Buffer.alloc(16_385)))).toBe('has 16385 bytes, at most 16384 are accepted');
    expect(problemOf(() => parseCertificate(Buffer.alloc(16_384)))).toBe('is no X.509 certificate in DER');
  });
});

describe('what is told of a JWK Set', () => {
  const good = () => jwkOf(pki.leaf('ec').publicKey, 'one');
  const read = (text: string) => problemOf(() => readJwks(Buffer.from(text), 'it', null));
  const skipped = (member: object) => {
    const set = readJwks(
      Buffer.from(jwkSet({ ...good(), kid: 'good' }, { ...good(), kid: 'x', ...member })),
      'it',
      null,
    );
    return set.skipped === 1;
  };

  it('that is none', () => {
    expect(read('{')).toBe('it is no JSON');
    expect([read('null'), read('[]'), read('"x"'), read('{"keys":[[]]}'), read('{"keys":[null]}')]).toEqual(
      Array(5).fill('it is no JWK Set'),
    );
    expect(read(jwkSet(...Array.from({ length: 1001 }, () => ({}))))).toBe('it holds 1001 keys, at most 1000 are read');
    expect(read(jwkSet(...Array.from({ length: 1000 }, () => ({}))))).toBe(
      'it holds no key with a kid that can sign tokens',
    );
    expect(read(jwkSet(good(), good()))).toBe('it holds two keys of one kid');
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])('that tells something private: %s', (name) => {
    expect(read(jwkSet({ ...good(), [name]: 'x' }))).toBe(
      'it holds a private or symmetric key; only public keys belong here',
    );
  });

  it('whose keys can or cannot sign here', () => {
    expect(['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512'].map((alg) => skipped({ alg }))).toEqual(
      Array(6).fill(false),
    );
    expect([{ alg: 'PS256' }, { alg: 5 }, { alg: null }, { use: 'enc' }, { use: '' }].map(skipped)).toEqual(
      Array(5).fill(true),
    );
    expect(
      [{ use: 'sig' }, { key_ops: ['sign', 'verify'] }, { kid: '!~' }, { kid: 'x'.repeat(256) }].map(skipped),
    ).toEqual(Array(4).fill(false));
    const unusable = [
      { key_ops: [] },
      { key_ops: 'verify' },
      { kid: '' },
      { kid: ' x' },
      { kid: 'x y' },
      { kid: 'x\n' },
    ];
    expect(unusable.map(skipped)).toEqual(Array(6).fill(true));
    expect([{ kid: 'x'.repeat(257) }, { x5c: [] }, { x5c: [5] }, { x5c: {} }, { kty: 'oct' }].map(skipped)).toEqual(
      Array(5).fill(true),
    );
  });
});

describe('what the operator is told meanwhile', () => {
  it('of trust that changes, and of trust that cannot', async () => {
    const path = put('ca.pem', pki.anchorPem);
    const config = { anchors: [path], certificates: null, maxChain: 6, extendedKeyUsage: null };
    const keeper = trustKeeperOf(config, NOW);
    writeFileSync(path, pki.anchorPem + pki.intermediate.pem);
    await keeper.look(NOW + 2);
    rmSync(path);
    await keeper.look(NOW + 4);
    await keeper.look(NOW + 6);
    const problem = `the file "${path}" does not exist`;
    expect(notices).toEqual([
      { level: 'info', message: 'changed trust is in use', fields: { anchors: 2, certificates: 0 } },
      {
        level: 'error',
        message: 'a source of trust cannot be used; what it held before stays in use',
        fields: { field: 'trust.anchors[1]', problem },
      },
    ]);
    expect(keeper.failing).toEqual([problem]);
    writeFileSync(path, pki.anchorPem);
    await keeper.look(NOW + 8);
    rmSync(path);
    await keeper.look(NOW + 10);
    expect(notices.map(({ level }) => level)).toEqual(['info', 'error', 'info', 'error']);
  });

  it('of a folder that was emptied, or is a file now', async () => {
    const path = join(folder, 'cas');
    mkdirSync(path);
    writeFileSync(join(path, 'a.pem'), pki.anchorPem);
    const config = { anchors: [path], certificates: null, maxChain: 6, extendedKeyUsage: null };
    const keeper = trustKeeperOf(config, NOW);
    rmSync(join(path, 'a.pem'));
    await keeper.look(NOW + 2);
    expect(keeper.failing).toEqual([`the folder "${path}" holds no file of certificates any more`]);
    writeFileSync(join(path, 'b.pem'), 'x');
    await keeper.look(NOW + 4);
    const nothing = 'holds no PEM certificate, and is neither DER nor PKCS#12';
    expect(keeper.failing).toEqual([`the file "${path}/b.pem" ${nothing}`]);
    rmSync(path, { recursive: true });
    writeFileSync(path, 'x');
    await keeper.look(NOW + 6);
    expect(keeper.failing).toEqual([`the file "${path}" ${nothing}`]);
    expect(keeper.material.facts.anchors).toHaveLength(1);
  });

  it('of JWK Sets in files', async () => {
    const path = put('keys.json', jwkSet(jwkOf(pki.leaf('ec').publicKey, 'one')));
    const rules = { ca: undefined, refresh: 1, maxStale: 1, privateHosts: [], extendedKeyUsage: null };
    const keeper = new JwksKeeper({ sources: [path], ...rules }, 'trust.jwks', NOW);
    writeFileSync(path, jwkSet(jwkOf(pki.leaf('ec').publicKey, 'two')));
    await keeper.look(NOW + 2);
    writeFileSync(path, '{"keys":[]}');
    await keeper.look(NOW + 4);
    await keeper.look(NOW + 6);
    const problem = `the file "${path}" holds no key with a kid that can sign tokens`;
    expect(notices).toEqual([
      { level: 'info', message: 'changed JWK Sets are in use' },
      {
        level: 'error',
        message: 'a source of trust cannot be used; what it held before stays in use',
        fields: { field: 'trust.jwks[1]', problem },
      },
    ]);
    expect([keeper.failing, keeper.fetchTimes]).toEqual([[problem], []]);
    writeFileSync(path, jwkSet(jwkOf(pki.leaf('ec').publicKey, 'three')));
    await keeper.look(NOW + 8);
    writeFileSync(path, '{"keys":[]} ');
    await keeper.look(NOW + 10);
    expect(notices.map(({ level }) => level)).toEqual(['info', 'error', 'info', 'error']);
  });

  it('of JWK Sets that are configured wrongly', () => {
    const rules = { ca: undefined, refresh: 1, maxStale: 1, privateHosts: [], extendedKeyUsage: null };
    const keeper = (...sources: string[]) => problemOf(() => new JwksKeeper({ sources, ...rules }, 'trust.jwks', NOW));
    const one = jwkSet(jwkOf(pki.leaf('ec').publicKey, 'one'));
    const other = jwkSet(jwkOf(pki.leaf('rsa').publicKey, 'one'));
    expect(keeper(one, other)).toBe('trust.jwks: two sets hold different keys of the kid "one"');
    expect(keeper(one, 'http://a.example')).toBe(
      'trust.jwks[2]: "http://a.example" is no URL of https without credentials',
    );
    expect(keeper('{')).toBe('trust.jwks[1]: the text is no JSON');
    expect(keeper(' {"keys":[]}')).toBe('trust.jwks[1]: the text holds no key with a kid that can sign tokens');
  });

  it('in metrics', () => {
    const help = (name: string) => GAUGES.find((gauge) => gauge.name === name)?.help;
    expect(help('modi_trust_anchor_expiry_seconds')).toBe(
      'Seconds until the first of the trusted authorities expires; negative when it has.',
    );
    expect(help('modi_trust_certificate_expiry_seconds')).toBe(
      'Seconds until the first of the pinned certificates expires; negative when it has.',
    );
    expect(help('modi_trust_reload_failing')).toBe(
      'Sources of trust that cannot be used as they are on disk, so that what they held before stays in use.',
    );
    expect(help('modi_jwks_failing')).toBe(
      'JWK Sets whose file or URL cannot be used, so that what is in hand stays in use.',
    );
    expect(help('modi_jwks_age_seconds')).toBe(
      'Time since the fetch of the JWK Set that was fetched longest ago; minus infinity without any.',
    );
  });
});

describe('what is told of a responder’s certificate', () => {
  const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
  const delegate = async (options: Partial<IssueOptions>, der?: Buffer) => {
    const issuer = issuerOf(parseCertificate(pki.root.der));
    const issued = await issueCertificate({ ...VALID, subject: 'CN=OCSP', issuer: pki.root, ...options });
    const read = readDelegate(der ?? issued.der, issuer);
    return typeof read === 'string' ? read : { link: read.link?.subject, until: read.notAfter };
  };
  const signing = { extendedKeyUsage: [OCSP_SIGNING] };

  it('that is one, and of others', async () => {
    expect(await delegate(signing)).toEqual({ link: 'CN=OCSP', until: VALID.notAfter.getTime() / 1000 });
    expect(await delegate({})).toBe('is not for signing answers (no OCSPSigning)');
    expect(await delegate({ ...signing, keyUsage: ['keyEncipherment'] })).toBe('may not sign (keyUsage)');
    expect(await delegate({ ...signing, without: ['keyUsage'] })).toMatchObject({ link: 'CN=OCSP' });
    expect(await delegate({ ...signing, keyUsage: ['nonRepudiation'] })).toMatchObject({ link: 'CN=OCSP' });
    expect(await delegate({ ...signing, hash: 'SHA-1' })).toBe(
      'is signed with SHA-1; accepted: SHA-256, SHA-384, SHA-512',
    );
    expect(await delegate({ ...signing, issuer: pki.intermediate })).toBe('its issuer has not issued');
    const misnamed = { ...pki.root, subject: 'CN=Somebody else' };
    expect(await delegate({ ...signing, issuer: misnamed })).toBe('names another issuer');
    expect(await delegate({}, Buffer.from('x'))).toBe('is no X.509 certificate in DER');
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(await delegate({ ...signing, key: weak })).toBe('has a key RSA of 1024 bits');
  });
});
