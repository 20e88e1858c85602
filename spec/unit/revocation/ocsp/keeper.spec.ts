import type { RequestListener, ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, type Issued, type IssueOptions } from '../../../../plugins/core/pki';
import { ocspKeeperOf, type CertificateLink } from '../../../../plugins/core/revocation';
import { OcspKeeper } from '../../../../plugins/core/revocation/ocsp/ocsp-keeper';
import type { OcspConfig } from '../../../../plugins/core/revocation/ocsp/types';
import { compileTrust, readDelegate, readTrustSource, trustedResponder } from '../../../../plugins/core/trust';
import { extension } from '../../../support/crl';
import { listening } from '../../../support/http-server';
import { recordNotices } from '../../../support/notices';
import { makeOcspResponse, ocspFailure, ocspServer, singleOf, type OcspRecipe } from '../../../support/ocsp';
import { mockPki, NOT_YET_VALID, PKI_NOW as NOW, VALID, type MockPki } from '../../../support/pki';
import { element } from '../../../support/pki/der';

const OCSP_SIGNING = ['1.3.6.1.5.5.7.3.9'];
const NO_CHECK = { oid: '1.3.6.1.5.5.7.48.1.5', critical: false, der: Buffer.from('0500', 'hex') };

let pki: MockPki;
let link: CertificateLink;
let other: CertificateLink;
let delegate: Issued;
const notices = recordNotices();

const issueDelegate = (change: Partial<IssueOptions> = {}) =>
  issueCertificate({
    ...VALID,
    subject: 'CN=OCSP di Prova, C=IT',
    issuer: pki.intermediate,
    extendedKeyUsage: OCSP_SIGNING,
    extensions: [NO_CHECK],
    ...change,
  });

beforeAll(async () => {
  pki = await mockPki();
  const trust = compileTrust(
    { anchors: [pki.anchorPem], certificates: null, maxChain: 6, extendedKeyUsage: null },
    NOW,
  );
  [link, other] = trust.byChain(pki.leaf('ec').chain, NOW).links as [CertificateLink, CertificateLink];
  delegate = await issueDelegate();
});

const config = (change: Partial<OcspConfig> = {}): OcspConfig => ({
  policy: 'required',
  responders: [],
  hosts: [],
  trustedResponders: [],
  nonce: false,
  timeoutMs: 20_000,
  refresh: 3600,
  maxAge: 86_400,
  privateHosts: ['127.0.0.1', 'localhost'],
  ...change,
});

interface Scene {
  readonly keeper: OcspKeeper;
  readonly asked: () => number;
}

async function scene(answer: RequestListener, change: Partial<OcspConfig> = {}, cleared = false): Promise<Scene> {
  let count = 0;
  const port = await listening((request, response) => {
    count += 1;
    answer(request, response);
  });
  const settings = config({ responders: [`http://127.0.0.1:${port}/ocsp`], ...change });
  const keeper = new OcspKeeper(settings, { readDelegate, isGoodByList: () => cleared });
  return { keeper, asked: () => count };
}

const recipe = (certId: Buffer, nonce: Buffer | undefined, change: Partial<OcspRecipe> = {}): OcspRecipe => ({
  certId,
  nonce,
  responder: pki.intermediate,
  thisUpdate: NOW - 60,
  nextUpdate: NOW + 1000,
  ...change,
});
const answering = (change: Partial<OcspRecipe> | (() => Partial<OcspRecipe>) = {}): RequestListener =>
  ocspServer(({ certId, nonce }) =>
    makeOcspResponse(recipe(certId, nonce, typeof change === 'function' ? change() : change)),
  );
const raw =
  (answer: (response: ServerResponse) => void): RequestListener =>
  (_request, response) => {
    answer(response);
  };

/** What is in hand after a question at `now`. */
async function verdictOf({ keeper }: Scene, now = NOW, about = link) {
  await keeper.prepare([about], now);
  await keeper.settled();
  return keeper.verdict(about, now);
}

const reasonOf = async (one: Scene) => {
  const verdict = await verdictOf(one);
  expect(verdict.status).toBe('none');
  const reason = verdict.status === 'none' ? verdict.reason : '';
  expect(reason).toMatch(/^[\x20-\x7e]{1,300}$/);
  return reason;
};

describe('an answer is believed', () => {
  it('of the issuer itself, named by its name or by its key', async () => {
    expect(await verdictOf(await scene(answering()))).toMatchObject({ status: 'good' });
    expect(await verdictOf(await scene(answering({ byKey: true })))).toMatchObject({ status: 'good' });
  });

  it('that says revoked, with time and reason, and that it does not know', async () => {
    const verdict = await verdictOf(await scene(answering({ status: 'revoked' })));
    expect(verdict).toEqual({ status: 'revoked', revokedAt: NOW - 60, reason: 'keyCompromise' });
    expect(await verdictOf(await scene(answering({ status: 'unknown' })))).toEqual({ status: 'unknown' });
  });

  it('of whom the issuer has delegated, without asking about it when it says nocheck', async () => {
    const signed = answering(() => ({ responder: delegate, certificates: [delegate.der] }));
    expect(await verdictOf(await scene(signed))).toMatchObject({ status: 'good' });
  });

  it('of a delegate without nocheck, when a list clears it', async () => {
    const checked = await issueDelegate({ extensions: [] });
    const signed = answering({ responder: checked, certificates: [checked.der] });
    expect(await verdictOf(await scene(signed, {}, true))).toMatchObject({ status: 'good' });
    expect(await reasonOf(await scene(signed, {}, false))).toContain('no list of its issuer clears');
  });

  it('of a responder that is configured, whoever issued it', async () => {
    const own = await issueCertificate({ ...VALID, subject: 'CN=Nostro OCSP' });
    const trustedResponders = readTrustSource(own.pem, 'x').map(trustedResponder);
    const signed = answering({ responder: own });
    expect(await verdictOf(await scene(signed, { trustedResponders }))).toMatchObject({ status: 'good' });
    expect(await reasonOf(await scene(signed))).toContain('not signed by the issuer');
  });

  it('with the nonce that was sent, and without one where none was', async () => {
    let nonces: (Buffer | undefined)[] = [];
    const signed = ocspServer(({ certId, nonce }) => {
      nonces = [...nonces, nonce];
      return makeOcspResponse(recipe(certId, nonce));
    });
    expect(await verdictOf(await scene(signed, { nonce: true }))).toMatchObject({ status: 'good' });
    expect(await verdictOf(await scene(signed, { nonce: false }))).toMatchObject({ status: 'good' });
    expect(nonces.map((nonce) => nonce?.length)).toEqual([32, undefined]);
  });

  it('among others about other certificates', async () => {
    const signed = ocspServer(({ certId }) => {
      const someone = Buffer.from(certId);
      someone.writeUInt8((someone.at(-1) ?? 0) ^ 1, someone.length - 1);
      const more = [singleOf({ ...recipe(someone, undefined), status: 'revoked' })];
      return makeOcspResponse(recipe(certId, undefined, { more }));
    });
    expect(await verdictOf(await scene(signed))).toMatchObject({ status: 'good' });
  });
});

describe('an answer is not believed:', () => {
  it.each<[string, () => Promise<Partial<OcspRecipe>> | Partial<OcspRecipe>, string]>([
    ['signed by nobody we know', () => ({ key: pki.leaf('ec').privateKey }), 'not signed by the issuer'],
    ["signed by the issuer's issuer", () => ({ responder: pki.root }), 'not signed by the issuer'],
    [
      'signed by the caller itself',
      () => ({ responder: pki.leaf('ec'), certificates: [pki.leaf('ec').der] }),
      'no OCSPSigning',
    ],
    [
      'signed by a delegate of somebody else',
      async () => {
        const foreign = await issueDelegate({ issuer: pki.root });
        return { responder: foreign, certificates: [foreign.der] };
      },
      'its issuer has not issued',
    ],
    [
      'signed by a delegate outside its validity',
      async () => {
        const early = await issueDelegate(NOT_YET_VALID);
        return { responder: early, certificates: [early.der] };
      },
      'outside its validity',
    ],
    [
      'signed by a delegate that may not sign',
      async () => {
        const wrong = await issueDelegate({ keyUsage: ['keyEncipherment'] });
        return { responder: wrong, certificates: [wrong.der] };
      },
      'may not sign',
    ],
    [
      'signed by a delegate with something critical that nobody understands',
      async () => {
        const extensions = [NO_CHECK, { oid: '1.2.3.4', critical: true, der: Buffer.from('0500', 'hex') }];
        const odd = await issueDelegate({ extensions });
        return { responder: odd, certificates: [odd.der] };
      },
      'critical extension',
    ],
    [
      'with the certificate of a delegate that did not sign',
      () => ({ responder: delegate, certificates: [delegate.der], key: pki.leaf('ec').privateKey }),
      'does not hold',
    ],
    [
      'named after the issuer, with a delegate that did not sign',
      () => ({ certificates: [delegate.der], key: pki.leaf('ec').privateKey }),
      'another signer',
    ],
    [
      'with bytes for a certificate',
      () => ({ responder: delegate, certificates: [element(0x30, Buffer.from('x'))] }),
      'certificate that',
    ],
    ['from the future', () => ({ thisUpdate: NOW + 400, nextUpdate: NOW + 1000 }), 'dated in the future'],
    ['that has ended', () => ({ thisUpdate: NOW - 2000, nextUpdate: NOW - 301 }), 'has ended'],
    ['too old, though it goes on', () => ({ thisUpdate: NOW - 90_000 }), 'older than 86400 s'],
    ['that ends before it begins', () => ({ nextUpdate: NOW - 61 }), 'nextUpdate before'],
    ['with a status that is none', () => ({ status: element(0x83) }), 'status that is none'],
    ['good with something inside', () => ({ status: element(0x80, Buffer.of(1)) }), 'status that is none'],
    [
      'signed with SHA-1',
      () => ({ algorithm: element(0x30, element(0x06, Buffer.from('2a8648ce3d0401', 'hex'))) }),
      'not accepted',
    ],
    [
      'with something critical',
      () => ({ extensions: [extension('2a0304', Buffer.from('0500', 'hex'), true)] }),
      'critical extension',
    ],
    [
      'with something critical about the certificate',
      () => ({ singleExtensions: [extension('2a0304', Buffer.from('0500', 'hex'), true)] }),
      'critical extension',
    ],
    [
      'with too many certificates',
      () => ({ certificates: Array.from({ length: 9 }, () => delegate.der) }),
      'brings 9 certificates',
    ],
  ])('%s', async (_, change, says) => {
    const changed = await change();
    expect(await reasonOf(await scene(answering(changed)))).toContain(says);
  });

  it('about another certificate', async () => {
    const ids: Buffer[] = [];
    const collecting = await scene(
      ocspServer(({ certId, nonce }) => {
        ids.push(certId);
        return makeOcspResponse(recipe(certId, nonce));
      }),
    );
    await verdictOf(collecting, NOW, other);
    const [foreign = Buffer.alloc(0)] = ids;
    expect(await reasonOf(await scene(answering({ certId: foreign })))).toContain('about another certificate');
  });

  it('without our nonce, or with another one', async () => {
    const nonce = true;
    expect(await reasonOf(await scene(answering({ nonce: undefined }), { nonce }))).toContain(
      'does not repeat our nonce',
    );
    expect(await reasonOf(await scene(answering({ nonce: Buffer.alloc(32) }), { nonce }))).toContain('our nonce');
  });

  it('of two about one certificate the worse one is', async () => {
    const signed = ocspServer(({ certId }) => {
      const more = [singleOf({ ...recipe(certId, undefined), status: 'revoked' })];
      return makeOcspResponse(recipe(certId, undefined, { more }));
    });
    expect((await verdictOf(await scene(signed))).status).toBe('revoked');
  });
});

describe('a responder is given up on:', () => {
  const type = { 'Content-Type': 'application/ocsp-response' };
  const good = () => makeOcspResponse(recipe(Buffer.from('3000', 'hex'), undefined));
  it.each<[string, (response: ServerResponse) => void, string, Partial<OcspConfig>?]>([
    ['it says nothing', () => undefined, 'no complete answer within 300 ms', { timeoutMs: 300 }],
    ['it never stops', (response) => response.writeHead(200, type).end(Buffer.alloc(65_537)), 'larger than 65536'],
    [
      'it redirects',
      (response) => response.writeHead(302, { Location: 'http://169.254.169.254/' }).end(),
      'redirects are not followed',
    ],
    [
      'another type',
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(good()),
      'another media type',
    ],
    ['an error page', (response) => response.writeHead(500, type).end(good()), 'answers 500'],
    ['half of it', (response) => response.writeHead(200, type).end(good().subarray(0, 40)), 'is cut off'],
    [
      'more than it',
      (response) => response.writeHead(200, type).end(Buffer.concat([good(), Buffer.of(0)])),
      'more than it should',
    ],
    ['nothing', (response) => response.writeHead(200, type).end(), 'is cut off'],
    ['malformedRequest', (response) => response.writeHead(200, type).end(ocspFailure(1)), 'says malformedRequest'],
    ['internalError', (response) => response.writeHead(200, type).end(ocspFailure(2)), 'says internalError'],
    ['tryLater', (response) => response.writeHead(200, type).end(ocspFailure(3)), 'says tryLater'],
    ['sigRequired', (response) => response.writeHead(200, type).end(ocspFailure(5)), 'says sigRequired'],
    ['unauthorized', (response) => response.writeHead(200, type).end(ocspFailure(6)), 'says unauthorized'],
    ['a status of its own', (response) => response.writeHead(200, type).end(ocspFailure(9)), 'says an unknown status'],
    ['success without an answer', (response) => response.writeHead(200, type).end(ocspFailure(0)), 'is cut off'],
  ])('%s', async (_, answer, says, change = {}) => {
    const one = await scene(raw(answer), change);
    expect(await reasonOf(one)).toContain(says);
    expect(one.keeper.failing).toBe(1);
    expect(notices.map(({ level }) => level)).toEqual(['error']);
  });

  it('it is inside, and was not named', async () => {
    const one = await scene(answering(), { privateHosts: [] });
    expect(await reasonOf(one)).toContain('not public');
    expect(one.asked()).toBe(0);
  });
});

describe('who is asked', () => {
  it('the next responder, when one gives no usable answer', async () => {
    const port = await listening(answering());
    const bad = await listening(raw((response) => response.writeHead(500).end()));
    const responders = [`http://127.0.0.1:${bad}/`, `http://127.0.0.1:${port}/`];
    expect(await verdictOf(await scene(answering(), { responders }))).toMatchObject({ status: 'good' });
  });

  it('whom the certificate names, where its host is allowed, and nobody else', async () => {
    const port = await listening(answering());
    const named = { ...link, responders: ['ldap://localhost/', `http://localhost:${port}/`, 'http://other.example/'] };
    const allowed = await scene(answering(), { responders: [], hosts: [`localhost:${port}`] });
    expect(await verdictOf(allowed, NOW, named)).toMatchObject({ status: 'good' });
    const refused = await scene(answering(), { responders: [], hosts: ['ocsp.example'] });
    expect(await verdictOf(refused, NOW, named)).toEqual({
      status: 'none',
      reason: 'no responder is configured for it',
    });
    expect(refused.keeper.prepare([named], NOW)).toBeUndefined();
  });
});

describe('a host that certificates may name', () => {
  it.each<[string, string, boolean]>([
    ['ocsp.example', 'http://ocsp.example/', true],
    ['ocsp.example', 'https://ocsp.example/', true],
    ['OCSP.example', 'http://ocsp.example:80/', true],
    ['ocsp.example', 'http://ocsp.example:8080/', false],
    ['ocsp.example', 'http://ocsp.example:443/', false],
    ['ocsp.example:8080', 'http://ocsp.example:8080/', true],
    ['ocsp.example:8080', 'http://ocsp.example/', false],
    ['ocsp.example:443', 'https://ocsp.example/', true],
    ['ocsp.example:443', 'http://ocsp.example/', false],
    ['ocsp.example', 'ldap://ocsp.example/', false],
    ['ocsp.example:389', 'ldap://ocsp.example:389/', false],
  ])('%s, for %s: %s', (host, url, isAsked) => {
    const keeper = new OcspKeeper(config({ hosts: [host], privateHosts: [] }), {
      readDelegate,
      isGoodByList: () => false,
    });
    const { status, ...verdict } = keeper.verdict({ ...link, responders: [url] }, NOW);
    expect(status).toBe('none');
    expect(verdict).toEqual({ reason: isAsked ? 'its responder was not asked' : 'no responder is configured for it' });
  });
});

describe('the keeper of a configuration', () => {
  it('is another one for a configured certificate that was renewed with its key', async () => {
    const before = await issueDelegate();
    const renewed = await issueDelegate({ key: before, subject: 'CN=OCSP nuovo, C=IT' });
    const keeperFor = ({ pem }: Issued) => {
      const trustedResponders = readTrustSource(pem, 'x').map(trustedResponder);
      return ocspKeeperOf(config({ trustedResponders }), { readDelegate, isGoodByList: () => false }, 'scope');
    };
    const first = keeperFor(before);
    expect(keeperFor(before)).toBe(first);
    expect(keeperFor(renewed)).not.toBe(first);
  });
});

describe('what is in hand', () => {
  it('is used without a question until it ends, and is one question for all that wait', async () => {
    const one = await scene(answering());
    await Promise.all([one.keeper.prepare([link], NOW), one.keeper.prepare([link], NOW)]);
    expect(one.asked()).toBe(1);
    expect(one.keeper.prepare([link], NOW + 100)).toBeUndefined();
    expect(one.keeper.verdict(link, NOW + 100)).toMatchObject({ status: 'good' });
    expect(one.keeper.verdict(link, NOW + 1300)).toMatchObject({ status: 'good' });
    expect(one.keeper.verdict(link, NOW + 1301).status).toBe('none');
    expect(one.asked()).toBe(1);
  });

  it('is renewed ahead of its end in the background, where it is in use, and not elsewhere', async () => {
    let thisUpdate = NOW - 60;
    const one = await scene(answering(() => ({ thisUpdate, nextUpdate: thisUpdate + 1000 })));
    await verdictOf(one);
    one.keeper.look(NOW + 100);
    expect(one.asked()).toBe(1);
    thisUpdate = NOW + 840;
    one.keeper.look(NOW + 845);
    await one.keeper.settled();
    expect(one.asked()).toBe(2);
    expect(one.keeper.verdict(link, NOW + 1500)).toMatchObject({ status: 'good' });
    const idle = await scene(answering());
    await idle.keeper.prepare([link], NOW);
    idle.keeper.look(NOW + 900);
    await idle.keeper.settled();
    expect(idle.asked()).toBe(1);
  });

  it('is asked about at least every `refresh`, so that a revocation counts then', async () => {
    let status: OcspRecipe['status'] = 'good';
    let now = NOW;
    const one = await scene(
      answering(() => ({ status: status ?? 'good', thisUpdate: now, nextUpdate: now + 80_000 })),
      { refresh: 600 },
    );
    await verdictOf(one);
    status = 'revoked';
    now = NOW + 600;
    expect(one.keeper.prepare([link], now)).toBeUndefined();
    await one.keeper.settled();
    expect(one.keeper.verdict(link, now).status).toBe('revoked');
    expect(one.keeper.verdict(link, NOW + 1_000_000).status).toBe('revoked');
  });

  it('is not replaced by an older answer', async () => {
    let thisUpdate = NOW;
    const one = await scene(
      answering(() => ({ thisUpdate, nextUpdate: NOW + 5000 })),
      { refresh: 60 },
    );
    await verdictOf(one);
    thisUpdate = NOW - 1;
    await one.keeper.prepare([link], NOW + 60);
    await one.keeper.settled();
    expect(one.keeper.failing).toBe(1);
    expect(one.keeper.verdict(link, NOW + 60)).toMatchObject({ status: 'good' });
  });

  it('after a failure nobody is asked again at once, and nobody waits', async () => {
    const one = await scene(raw((response) => response.writeHead(503).end()));
    await verdictOf(one);
    for (let count = 0; count < 50; count += 1) expect(one.keeper.prepare([link], NOW + 4)).toBeUndefined();
    expect(one.asked()).toBe(1);
    await verdictOf(one, NOW + 5);
    expect(one.asked()).toBe(2);
    expect(notices).toHaveLength(1);
  });

  it('without nextUpdate counts for an hour', async () => {
    const one = await scene(
      ocspServer(({ certId }) => makeOcspResponse({ certId, responder: pki.intermediate, thisUpdate: NOW - 60 })),
    );
    await verdictOf(one);
    expect(one.keeper.verdict(link, NOW + 3600)).toMatchObject({ status: 'good' });
    expect(one.keeper.verdict(link, NOW + 4000).status).toBe('none');
  });
});
