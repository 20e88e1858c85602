import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, type FieldSpec, type Fields } from '../../../plugins/core/schema';
import { modiSign } from '../../../plugins/modi-sign';
import { modiSignSchema } from '../../../plugins/modi-sign/schema';
import { issueCertificate } from '../../../plugins/core/pki';
import { EXPIRED, mockPki, NOT_YET_VALID, VALID, type MockPki, type MockSigner } from '../../support/pki';
import { pemOf, signRoute } from '../../support/sign-route';

let pki: MockPki;
let ec: MockSigner;
beforeAll(async () => {
  pki = await mockPki();
  ec = pki.leaf('ec');
});

function problemWith(config: Record<string, unknown>): ConfigError {
  try {
    signRoute(ec, config);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const keyPem = (signer: MockSigner): string => signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('the configuration of modi-sign', () => {
  it.each([
    [{ key: {} }, 'key.file'],
    [{ key: { file: '' } }, 'key.file'],
    [{ key: { file: 'no/such/key.pem' } }, 'key.file'],
    [{ key: { file: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' } }, 'key.file'],
    [{ key: { file: '{"kty":"EC"}' } }, 'key.file'],
    [{ audience: undefined }, 'audience'],
    [{ algorithm: 'HS256' }, 'algorithm'],
    [{ algorithm: 'none' }, 'algorithm'],
    [{ algorithm: 'RS256' }, 'algorithm'],
    [{ key_reference: 'jku' }, 'key_reference'],
    [{ key_reference: 'kid' }, 'key.kid'],
    [{ ttl: 0 }, 'ttl'],
    [{ statuses: [] }, 'statuses'],
    [{ statuses: ['2xx', '206'] }, 'statuses[2]'],
    [{ content_types: ['text/event-stream'] }, 'content_types[1]'],
    [{ content_types: ['application/json', 'multipart/byteranges'] }, 'content_types[2]'],
    [{ signed_headers: ['x-a', 'set-cookie'] }, 'signed_headers[2]'],
    [{ signed_headers: ['agid-jwt-signature'] }, 'signed_headers[1]'],
    [{ claims: { aud: 'x' } }, 'claims.aud'],
    [{ claims: { request_digest: 'x' } }, 'claims.request_digest'],
    [{ empty_body: 'never' }, 'empty_body'],
  ])('%j is refused at %s', (config, field) => {
    expect(problemWith(config).field).toBe(field);
  });

  it('refuses a key whose certificate is missing, another’s, expired or not yet valid, and says which', async () => {
    expect(problemWith({ key: { file: keyPem(ec) } }).field).toBe('key.certificate');
    const stranger = problemWith({ key: { file: keyPem(ec), certificate: pki.leaf('rsa').pem } });
    expect(stranger.field).toBe('key.certificate');
    expect(stranger.message).toContain('Comune di Prova');
    for (const validity of [EXPIRED, NOT_YET_VALID]) {
      const signer = await pki.issue({ ...validity, subject: 'CN=Fuori validità, O=Ente' });
      const problem = problemWith({ key: { file: pemOf(signer) } });
      expect(problem.field).toBe('key.file');
      expect(problem.message).toMatch(/Fuori validit.* (expired at|is valid only from) /);
    }
  });

  it('refuses two passwords, and two private keys', () => {
    expect(problemWith({ key: { file: pemOf(ec), password: 'a', password_file: 'b' } }).field).toBe(
      'key.password_file',
    );
    expect(problemWith({ key: { file: keyPem(ec) + keyPem(ec) } }).message).toContain('2 private keys');
  });

  it('refuses weak keys', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const weak = await issueCertificate({
      ...VALID,
      subject: 'CN=Debole',
      key: generateKeyPairSync('rsa', { modulusLength: 1024 }),
    });
    expect(problemWith({ key: { file: pemOf({ ...weak, chain: [] }) } }).message).toContain('1024 bits');
  });

  it('never says what the key or the password is', () => {
    const secret = 'hunter2-hunter2';
    const encrypted = ec.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: secret });
    const { message } = problemWith({
      key: { file: encrypted.toString(), certificate: ec.pem, password: 'wrong-one' },
    });
    expect(message).toContain('password');
    expect(message).not.toMatch(/wrong-one|hunter2|BEGIN/);
  });
});

describe('the description for Kong', () => {
  const all = (fields: Fields): readonly FieldSpec[] =>
    Object.values(fields).flatMap((field) => [
      field,
      ...(field.type === 'record' ? all(field.fields) : []),
      ...('elements' in field ? [field.elements] : []),
      ...('values' in field ? [field.values] : []),
    ]);

  it('has descriptions that Kong accepts, and hides secrets', () => {
    for (const { description } of all(modiSignSchema.fields)) {
      expect(description.length).toBeGreaterThanOrEqual(10);
      expect(description.length).toBeLessThanOrEqual(500);
    }
    const { file, password } = modiSignSchema.fields.key.fields;
    for (const secret of [file, password]) expect(secret).toMatchObject({ referenceable: true, encrypted: true });
  });

  it('declares the response phase alone', () => {
    expect(modiSign).toMatchObject({ name: 'modi-sign', priority: 758, phases: ['response'] });
  });
});
