import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { makeCrl } from '../../support/crl';
import { listening } from '../../support/http-server';
import { mockPki, type MockPki } from '../../support/pki';
import { NO_RESPONDER, responderOf } from '../../support/responder';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
afterAll(directory.remove);

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
  writeFileSync(join(cwd, 'ca.pem'), pki.intermediate.pem);
  writeFileSync(join(cwd, 'caller.pem'), pki.leaf('ec').pem);
});

/** What is found about the pinned caller of a configuration, with --fetch; and the exit code. */
async function callerOf(trust: Record<string, unknown>, ...flags: readonly string[]) {
  const config = {
    patterns: ['ID_AUTH_REST_01'],
    audience: ['https://x.example'],
    trust: { anchors: ['ca.pem'], certificates: ['caller.pem'], private_hosts: ['localhost'], ...trust },
  };
  const plugins = [{ name: 'modi-verify', config }];
  writeFileSync(join(cwd, 'kong.yml'), stringify({ _format_version: '3.0', plugins }));
  const ran = await modi(['cert', 'check', '--output', 'json', ...flags], { cwd });
  const items = json(ran)['items'] as Record<string, unknown>[];
  return { code: ran.code, ...items.find(({ origin }) => origin === 'caller.pem') };
}

const serial = () => pki.leaf('ec').serialNumber;

it('a list behind a URL is fetched with --fetch, and not without', async () => {
  const revoked = [serial()];
  let asked = 0;
  const port = await listening((_request, response) => {
    asked += 1;
    response.end(makeCrl({ authority: pki.intermediate, thisUpdate: NOW - 60, revoked }));
  });
  const crls = [`http://localhost:${port}/ca.crl`];
  expect(await callerOf({ crls })).toMatchObject({ code: null, state: 'ok', revocation: null });
  expect(asked).toBe(0);
  expect(await callerOf({ crls }, '--fetch')).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED', state: 'revoked' });
});

it.each([
  ['good', { state: 'ok', revocation: 'good' }],
  ['revoked', { state: 'revoked', code: 'MODI_CERTIFICATE_REVOKED' }],
  ['unknown', { state: 'unknown', code: 'MODI_CERTIFICATE_STATUS_UNKNOWN' }],
] as const)('a responder is asked with --fetch: %s', async (status, found) => {
  const responders = [await responderOf(pki, NOW, serial(), { status })];
  expect(await callerOf({ ocsp: { responders } }, '--fetch')).toMatchObject(found);
  expect(await callerOf({ ocsp: { responders } })).toMatchObject({ state: 'ok', revocation: null });
});

it('a responder that is not there leaves it unknown, unless a list clears it', async () => {
  const ocsp = { responders: [NO_RESPONDER] };
  expect(await callerOf({ ocsp }, '--fetch')).toMatchObject({ state: 'unknown', code: 'MODI_REVOCATION_UNKNOWN' });
  writeFileSync(join(cwd, 'ca.crl'), makeCrl({ authority: pki.intermediate, thisUpdate: NOW - 60 }));
  expect(await callerOf({ ocsp, crls: ['ca.crl'] }, '--fetch')).toMatchObject({ state: 'ok', revocation: 'good' });
});

it('what cannot be fetched could not be told: exit 1', async () => {
  const crls = ['http://localhost:9/ca.crl'];
  const jwks = ['https://localhost:9/jwks'];
  expect(await callerOf({ crls, jwks }, '--fetch')).toMatchObject({ state: 'ok' });
  const all = await modi(['cert', 'check', '--fetch'], { cwd });
  expect(all.code).toBe(1);
  expect(all.out.match(/it could not be fetched/g)).toHaveLength(2);
});
