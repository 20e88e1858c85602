import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCast, type Cast } from '../../support/corpus';
import { makeCrl } from '../../support/crl';
import { listening } from '../../support/http-server';
import { mockPki, type MockPki } from '../../support/pki';
import { makeRequest } from '../../support/requests';
import { tempFolder } from '../../support/temp';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
let pki: MockPki;
beforeAll(async () => {
  [cast, pki] = [await makeCast(), await mockPki()];
});

const request = () => makeRequest({ now: NOW, party: cast.ec });

const list = (authority: 'root' | 'intermediate', revoked: readonly string[] = []) =>
  makeCrl({ authority: pki[authority], thisUpdate: NOW - 60, revoked });

function file(bytes: Buffer): string {
  const path = join(tempFolder(), 'ca.crl');
  writeFileSync(path, bytes);
  return path;
}

const route = (crls: readonly string[], more: Record<string, unknown> = {}) =>
  verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], trust: { anchors: [cast.anchor], crls, ...more } });

const serialOfCaller = () => pki.leaf('ec').serialNumber;

describe('modi-verify with revocation lists', () => {
  it('accepts, and writes down that revocation was looked at', async () => {
    const memory = await runAccess(route([file(list('root')), file(list('intermediate'))]), request());
    expect(memory.exited()).toBeUndefined();
    expect(JSON.stringify(memory.calls)).toContain('"revocation":"good"');
  });

  it('refuses a revoked caller with 401', async () => {
    const revoked = file(list('intermediate', [serialOfCaller()]));
    const problem = problemOf(await runAccess(route([file(list('root')), revoked]), request()));
    expect(problem).toMatchObject({ status: 401, code: 'MODI_CERTIFICATE_REVOKED', token: 'Authorization' });
  });

  it('refuses with 503 and Retry-After what cannot be established', async () => {
    const memory = await runAccess(route([file(list('root'))]), request());
    expect(problemOf(memory)).toMatchObject({ status: 503, code: 'MODI_REVOCATION_UNKNOWN' });
    expect(memory.exited()?.headers).toMatchObject({ 'Retry-After': '5' });
  });

  it('if_present lets it through, and writes down that it was not', async () => {
    const memory = await runAccess(route([file(list('root'))], { crl_policy: 'if_present' }), request());
    expect(memory.exited()).toBeUndefined();
    expect(JSON.stringify(memory.calls)).toContain('"revocation":"unchecked"');
  });

  it('off does not look at lists', async () => {
    const revoked = file(list('intermediate', [serialOfCaller()]));
    const memory = await runAccess(route([revoked], { crl_policy: 'off' }), request());
    expect(memory.exited()).toBeUndefined();
    expect(JSON.stringify(memory.calls)).not.toContain('revocation');
  });

  it('refuses a caller it knows as soon as a renewed list names it, also for another route with the same trust', async () => {
    const path = file(list('intermediate'));
    const [first, second] = [route([file(list('root')), path]), route([file(list('root')), path])];
    expect((await runAccess(first, request())).exited()).toBeUndefined();
    writeFileSync(path, makeCrl({ authority: pki.intermediate, thisUpdate: NOW, revoked: [serialOfCaller()] }));
    for (const one of [first, second]) {
      await one.prepare(NOW + 2);
      await one.settled();
      expect(problemOf(await runAccess(one, request()))).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED' });
    }
  });

  it('waits for the first fetch of a URL, with the request in hand', async () => {
    const port = await listening((_request, response) => response.end(list('intermediate', [serialOfCaller()])));
    const crls = [file(list('root')), `http://localhost:${port}/ca.crl`];
    const memory = await runAccess(route(crls, { private_hosts: ['localhost'] }), request());
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED' });
  });
});

describe('a configuration is refused:', () => {
  it.each(['required', 'if_present'])('%s without lists', (policy) => {
    expect(() => route([], { crl_policy: policy })).toThrow(/trust\.crl_policy: .* needs at least one list/);
  });

  it('a file that holds no list', () => {
    expect(() => route([file(Buffer.from('x'))])).toThrow(/trust\.crls\[1\]/);
  });
});
