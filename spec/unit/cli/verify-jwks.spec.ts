import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jwkOf, jwkSet } from '../../support/jwks';
import { mockPki, type MockPki } from '../../support/pki';
import { commonClaims, makeToken } from '../../support/requests';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const AUDIENCE = 'https://api.ente.example/v1';
const FLAGS = ['--pattern', 'ID_AUTH_REST_01', '--aud', AUDIENCE];

let pki: MockPki;
let token: string;
beforeAll(async () => {
  pki = await mockPki();
  writeFileSync(join(cwd, 'keys.json'), jwkSet(jwkOf(pki.leaf('ec').publicKey, 'one')));
  token = makeToken(
    pki.leaf('ec'),
    { ...commonClaims(NOW), aud: AUDIENCE },
    { reference: 'none', header: { kid: 'one' } },
  );
});
afterAll(directory.remove);

it('--jwks verifies a token by its kid, and tells the key', async () => {
  const ran = await modi(['verify', '-', ...FLAGS, '--jwks', 'keys.json', '--output', 'json'], { cwd, stdin: token });
  const answer = json(ran);
  expect(answer).toMatchObject({ outcome: 'accepted' });
  const checks = answer['checks'] as { id: string; detail: string }[];
  expect(checks.find(({ id }) => id === 'certificate')?.detail).toMatch(/^kid:one \(jwk\), thumbprint [\w-]{43}$/);
  expect(checks.find(({ id }) => id === 'key-reference')?.detail).toBe('kid one');
});

it('a set behind a URL is not fetched: it must be given', async () => {
  const trust = { jwks: ['https://keys.example/jwks.json'] };
  const plugins = [{ name: 'modi-verify', config: { patterns: ['ID_AUTH_REST_01'], audience: [AUDIENCE], trust } }];
  writeFileSync(join(cwd, 'kong.yml'), JSON.stringify({ _format_version: '3.0', plugins }));
  const ran = await modi(['verify', '-', '--config', 'kong.yml'], { cwd, stdin: token });
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('--jwks');
  const given = await modi(['verify', '-', '--config', 'kong.yml', '--jwks', 'keys.json'], { cwd, stdin: token });
  expect(given.code).toBe(0);
});
