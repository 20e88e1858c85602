import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCrl } from '../../support/crl';
import { mockPki } from '../../support/pki';
import { makeRequest } from '../../support/requests';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const AUDIENCE = 'https://api.ente.example/v1';
const FLAGS = ['--pattern', 'ID_AUTH_REST_01', '--aud', AUDIENCE];

beforeAll(() => modi(['keygen', '--dev'], { cwd }));
afterAll(directory.remove);

const tokenOf = async (...argv: readonly string[]) => (await modi(['token', ...FLAGS, ...argv], { cwd })).out;

const verify = async (stdin: string, ...argv: readonly string[]) =>
  modi(['verify', '-', ...FLAGS, '--anchors', '.modi/ca.pem', '--output', 'json', ...argv], { cwd, stdin });

it('--crl accepts whom the list does not name, and says so', async () => {
  const answer = json(await verify(await tokenOf(), '--crl', '.modi/crl.pem'));
  expect(answer).toMatchObject({ outcome: 'accepted' });
  const checks = answer['checks'] as { id: string; detail: string }[];
  expect(checks.find(({ id }) => id === 'revocation')?.detail).toBe('no certificate of the path is revoked');
});

it('--crl refuses whom the list names; without it nothing is asked', async () => {
  const token = await tokenOf('--client', 'revoked');
  const ran = await verify(token, '--crl', '.modi/crl.pem');
  expect(json(ran)).toMatchObject({ outcome: 'refused', status: 401, code: 'MODI_CERTIFICATE_REVOKED' });
  expect(ran.code).toBe(3);
  expect(json(await verify(token))).toMatchObject({ outcome: 'accepted' });
});

it('--crl of somebody else leaves open what was asked', async () => {
  const { root } = await mockPki();
  writeFileSync(join(cwd, 'other.crl'), makeCrl({ authority: root, thisUpdate: NOW - 60 }));
  const ran = await verify(await tokenOf(), '--crl', 'other.crl');
  expect(json(ran)).toMatchObject({ outcome: 'refused', status: 503, code: 'MODI_REVOCATION_UNKNOWN' });
});

it('--at judges the list as of that time: before its date there is none', async () => {
  copyFileSync(join(cwd, '.modi/crl.pem'), join(cwd, 'later.crl'));
  const ran = await verify(await tokenOf(), '--crl', 'later.crl', '--at', String(NOW - 3600));
  expect(ran.code).toBe(1);
  expect(ran.err).toContain('dated in the future');
});

it('--at judges a token of the past by the lists of then, whatever became of its certificate since', async () => {
  const pki = await mockPki();
  const then = NOW - 400 * 86_400;
  const signer = await pki.issue({ notAfter: new Date((then + 86_400) * 1000) });
  const token = makeRequest({ now: then, party: signer, idAuth: { claims: { aud: AUDIENCE } } }).headers[
    'authorization'
  ];
  writeFileSync(join(cwd, 'then-ca.pem'), pki.anchorPem);
  const list = (name: string, authority: 'root' | 'intermediate', at: number, revoked: readonly string[] = []) => {
    writeFileSync(join(cwd, name), makeCrl({ authority: pki[authority], thisUpdate: at, revoked }));
    return ['--crl', name];
  };
  const root = list('then-root.crl', 'root', then - 60);
  const judged = async (...argv: readonly string[]) =>
    json(
      await modi(['verify', String(token), ...FLAGS, '--anchors', 'then-ca.pem', '--output', 'json', ...argv], { cwd }),
    );
  const at = ['--at', String(then)];
  const ofThen = list('then.crl', 'intermediate', then - 60);
  expect(await judged(...at, ...root, ...ofThen)).toMatchObject({ outcome: 'accepted' });
  const listed = list('listed.crl', 'intermediate', then - 60, [signer.serialNumber]);
  expect(await judged(...at, ...root, ...listed)).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED' });
  // A list of long before says nothing about that moment, and today the certificate has expired.
  const ended = list('ended.crl', 'intermediate', then - 2 * 86_400);
  expect(await judged(...at, ...root, ...ended)).toMatchObject({ code: 'MODI_REVOCATION_UNKNOWN' });
  expect(await judged(...root, ...ofThen)).toMatchObject({ code: 'MODI_CERTIFICATE_EXPIRED' });
});

it('--crl with anything else is no configuration', async () => {
  const ran = await verify(await tokenOf(), '--crl', '.modi/ca.pem');
  expect(ran.code).toBe(1);
  expect(ran.err).toContain('trust.crls[1]');
});

it('a list behind a URL is not fetched: it must be given', async () => {
  const trust = { anchors: [join(cwd, '.modi/ca.pem')], crls: ['http://crl.example/ca.crl'] };
  const config = { patterns: ['ID_AUTH_REST_01'], audience: [AUDIENCE], trust };
  const plugins = [{ name: 'modi-verify', config }];
  writeFileSync(join(cwd, 'kong.yml'), JSON.stringify({ _format_version: '3.0', plugins }));
  const stdin = await tokenOf();
  const ran = await modi(['verify', '-', '--config', 'kong.yml'], { cwd, stdin });
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('--crl');
  const given = await modi(['verify', '-', '--config', 'kong.yml', '--crl', '.modi/crl.pem'], { cwd, stdin });
  expect(given.code).toBe(0);
});

it('a responder is not asked: lists must be given in its place', async () => {
  const ocsp = { responders: ['http://ocsp.example/'] };
  const trust = { anchors: [join(cwd, '.modi/ca.pem')], ocsp };
  const plugins = [{ name: 'modi-verify', config: { patterns: ['ID_AUTH_REST_01'], audience: [AUDIENCE], trust } }];
  writeFileSync(join(cwd, 'ocsp.yml'), JSON.stringify({ _format_version: '3.0', plugins }));
  const stdin = await tokenOf();
  const ran = await modi(['verify', '-', '--config', 'ocsp.yml'], { cwd, stdin });
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('--crl');
  const given = await modi(['verify', '-', '--config', 'ocsp.yml', '--crl', '.modi/crl.pem'], { cwd, stdin });
  expect(given.code).toBe(0);
});
