import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { issueCertificate } from '../../../plugins/core/pki';
import { makeCast, type Cast } from '../../support/corpus';
import { makeCrl } from '../../support/crl';
import { mockPki, VALID, type MockPki } from '../../support/pki';
import { makeRequest } from '../../support/requests';
import { tempFolder } from '../../support/temp';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
let pki: MockPki;
beforeAll(async () => {
  [cast, pki] = [await makeCast(), await mockPki()];
});

const request = () => makeRequest({ now: NOW, party: cast.ec });

function file(name: string, content: string | Buffer): { path: string; replace(content: string | Buffer): void } {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return {
    path,
    replace: (next) => {
      writeFileSync(`${path}.new`, next);
      renameSync(`${path}.new`, path);
    },
  };
}

it('a caller it knows is refused as soon as the file of anchors no longer vouches for it, and accepted when it does again', async () => {
  const anchors = file('ca.pem', pki.anchorPem);
  const route = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], trust: { anchors: [anchors.path] } });
  expect((await runAccess(route, request())).exited()).toBeUndefined();
  const other = await issueCertificate({ ...VALID, subject: 'CN=Altra CA, C=IT', ca: true });
  anchors.replace(other.pem);
  void route.prepare(NOW + 2);
  await route.settled();
  expect(problemOf(await runAccess(route, request()))).toMatchObject({ code: 'MODI_CERTIFICATE_UNTRUSTED' });
  anchors.replace(pki.anchorPem);
  void route.prepare(NOW + 4);
  await route.settled();
  expect((await runAccess(route, request())).exited()).toBeUndefined();
});

it('a pinned caller taken off the file is refused by its x5t#S256, too', async () => {
  const pinned = file('callers.pem', pki.leaf('ec').pem + pki.leaf('rsa').pem);
  const route = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], trust: { certificates: [pinned.path] } });
  const byThumbprint = () => makeRequest({ now: NOW, party: cast.ec, idAuth: { reference: 'x5t#S256' } });
  expect((await runAccess(route, byThumbprint())).exited()).toBeUndefined();
  pinned.replace(pki.leaf('rsa').pem);
  void route.prepare(NOW + 2);
  await route.settled();
  expect(problemOf(await runAccess(route, byThumbprint()))).toMatchObject({ code: 'MODI_CERTIFICATE_UNKNOWN' });
});

it('the lists of an authority that was added later count', async () => {
  const anchors = file('ca.pem', pki.root.pem);
  const trust = {
    anchors: [anchors.path],
    crls: [
      file('root.crl', makeCrl({ authority: pki.root, thisUpdate: NOW - 60 })).path,
      file(
        'ca.crl',
        makeCrl({ authority: pki.intermediate, thisUpdate: NOW - 60, revoked: [pki.leaf('ec').serialNumber] }),
      ).path,
    ],
  };
  const route = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], trust });
  anchors.replace(pki.root.pem + pki.intermediate.pem);
  void route.prepare(NOW + 2);
  await route.settled();
  expect(problemOf(await runAccess(route, request()))).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED' });
});

it('a request is never judged half by the old trust and half by the new', async () => {
  const anchors = file('ca.pem', pki.anchorPem);
  const route = verifyRoute(cast, {
    patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
    trust: { anchors: [anchors.path] },
  });
  const { policy } = route;
  expect(route.policy).toBe(policy);
  anchors.replace(pki.anchorPem + pki.intermediate.pem);
  void route.prepare(NOW + 2);
  expect(route.policy).toBe(policy);
  await route.settled();
  expect(route.policy).not.toBe(policy);
  expect(route.policy.signerCache).not.toBe(policy.signerCache);
  expect(route.policy.signers.id).not.toBe(policy.signers.id);
});
