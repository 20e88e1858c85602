import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { makeCast, type Cast } from '../../support/corpus';
import { BODY, makeRequest } from '../../support/requests';
import { tempFolder } from '../../support/temp';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const AUTH = { patterns: ['ID_AUTH_REST_02'] };
const BOTH = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };
const request = (more = {}) => makeRequest({ now: NOW, party: cast.ec, ...more });
const signed = (more = {}) => request({ integrity: true, ...more });

const serviceHeaders = ({ calls }: MemoryKong): Record<string, unknown> =>
  Object.assign(
    {},
    ...calls.filter(([method]) => method === 'kong.service.request.set_headers').map(([, headers]) => headers),
  ) as Record<string, unknown>;

describe('what the service is told', () => {
  it('is who called, by certificate and claims', async () => {
    const headers = serviceHeaders(
      await runAccess(verifyRoute(cast, BOTH), signed({ signature: { claims: { jti: 'message-1' } } })),
    );
    expect(headers).toMatchObject({
      'x-modi-client': 'CF:IT-80012000000',
      'x-modi-issuer': 'comune-di-esempio',
      'x-modi-subject': 'protocollo-app',
      'x-modi-client-id': 'comune-di-esempio/protocollo',
      'x-modi-jti': 'message-1',
      'x-modi-patterns': 'ID_AUTH_REST_02,INTEGRITY_REST_01',
      'x-modi-organization': 'CF:IT-80012000000',
    });
    expect(headers['x-modi-certificate-sha256']).toMatch(/^[\w-]{43}$/);
  });

  it('is never what the client said under our names, however spelled', async () => {
    const wire = {
      'x-modi-client': 'spoofed',
      x_modi_client: 'spoofed',
      'x-modi_organization': 'spoofed',
      'x-modi-made-up': 'spoofed',
    };
    const headers = serviceHeaders(await runAccess(verifyRoute(cast, AUTH), request({ wire })));
    expect(JSON.stringify(headers)).not.toContain('spoofed');
    expect(headers).toMatchObject({ x_modi_client: [], 'x-modi_organization': [], 'x-modi-made-up': [] });
  });

  it('is nothing but the removal of spoofed headers and the request id where it is switched off', async () => {
    const headers = serviceHeaders(
      await runAccess(
        verifyRoute(cast, { ...AUTH, upstream_headers: false }),
        request({ wire: { 'x-modi-client': 'x' } }),
      ),
    );
    expect(Object.keys(headers).sort()).toEqual(['authorization', 'x-modi-client', 'x-modi-request-id']);
    expect(headers['x-modi-client']).toEqual([]);
  });

  it('is printable whatever the claims hold: no line feed, nothing outside ASCII', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), async (text) => {
        const idAuth = { claims: { iss: text, sub: `${text}\r\nX-ModI-Client: spoofed` } };
        const headers = serviceHeaders(await runAccess(verifyRoute(cast, AUTH), request({ idAuth })));
        for (const value of Object.values(headers)) expect(String(value)).toMatch(/^[\x20-\x7e]*$/);
        const back = Buffer.from(decodeURIComponent(String(headers['x-modi-issuer'])), 'utf8');
        expect(back.equals(Buffer.from(text, 'utf8'))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the record for later phases', () => {
  it('holds the decision and the same request id that travels in the headers', async () => {
    const memory = await runAccess(verifyRoute(cast, BOTH), signed());
    const record = JSON.parse(memory.shared.get('modi') as string) as Record<string, unknown>;
    expect(record).toMatchObject({ version: 1, outcome: 'accepted', client: 'CF:IT-80012000000' });
    expect(record['request_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(record['request_id']).toBe(serviceHeaders(memory)['x-modi-request-id']);
    expect(record['digest']).toMatch(/^SHA-256=/);
  });
});

describe('identity', () => {
  it.each([
    ['certificate', 'CF:IT-80012000000'],
    ['client_id', 'comune-di-esempio/protocollo'],
    ['iss', 'comune-di-esempio'],
    ['sub', 'protocollo-app'],
  ])('comes from %s', async (claim, client) => {
    const memory = await runAccess(verifyRoute(cast, { ...AUTH, identity: { claim } }), request());
    expect(serviceHeaders(memory)['x-modi-client']).toBe(client);
  });

  it('is the subject of a certificate without organizationIdentifier', async () => {
    const memory = await runAccess(verifyRoute(cast, AUTH), request({ party: cast.p384 }));
    expect(serviceHeaders(memory)['x-modi-client']).toContain('CN=Comune P384');
  });

  it('is refused when a claim gives it no end, and a long claim that names nobody is left out', async () => {
    const long = 'x'.repeat(3000);
    const idAuth = { claims: { client_id: long } };
    const byClaim = await runAccess(
      verifyRoute(cast, { ...AUTH, identity: { claim: 'client_id' } }),
      request({ idAuth }),
    );
    expect(problemOf(byClaim)).toMatchObject({ code: 'MODI_IDENTITY_TOO_LONG', status: 403 });
    const byCertificate = await runAccess(verifyRoute(cast, AUTH), request({ idAuth }));
    expect(byCertificate.exited()).toBeUndefined();
    expect(serviceHeaders(byCertificate)).not.toHaveProperty('x-modi-client-id');
  });

  it('is a made-up consumer, the same each time, where asked for', async () => {
    const route = verifyRoute(cast, { ...AUTH, identity: { consumer: 'virtual' } });
    const authenticate = async () =>
      (await runAccess(route, request())).calls.find(([method]) => method === 'kong.client.authenticate');
    const [first, second] = [await authenticate(), await authenticate()];
    expect(first).toEqual(second);
    expect(first?.[1]).toMatchObject({ username: 'CF:IT-80012000000' });
    expect((first?.[1] as { id: string }).id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('is a registered consumer or nobody, where that is required', async () => {
    const route = verifyRoute(cast, { ...AUTH, identity: { consumer: 'registered' } });
    const consumers = [{ id: 'c1', username: 'CF:IT-80012000000' }];
    const known = await runAccess(route, { ...request(), consumers });
    expect(known.calls).toContainEqual([
      'kong.client.authenticate',
      consumers[0],
      expect.objectContaining({ consumer_id: 'c1' }),
    ]);
    expect(problemOf(await runAccess(route, request()))).toMatchObject({ code: 'MODI_CONSUMER_UNKNOWN', status: 403 });
  });
});

describe('groups', () => {
  it('are given as configured, and not at all when none are', async () => {
    expect(
      (await runAccess(verifyRoute(cast, { ...AUTH, groups: ['a', 'b'] }), request())).shared.get(
        'authenticated_groups',
      ),
    ).toEqual(['a', 'b']);
    expect(
      (await runAccess(verifyRoute(cast, { ...AUTH, groups: [] }), request())).shared.has('authenticated_groups'),
    ).toBe(false);
  });
});

describe('the body', () => {
  it('is hashed from nginx’s temporary file as from memory', async () => {
    const path = join(tempFolder(), 'body');
    writeFileSync(path, BODY);
    const good = await runAccess(verifyRoute(cast, BOTH), { ...signed(), body: { kind: 'file', path } });
    expect(good.exited()).toBeUndefined();
    writeFileSync(path, 'changed');
    const bad = await runAccess(verifyRoute(cast, BOTH), { ...signed(), body: { kind: 'file', path } });
    expect(problemOf(bad)['code']).toBe('MODI_DIGEST_MISMATCH');
  });

  it('is refused with 413 when it is longer than accepted, whatever Content-Length says', async () => {
    const path = join(tempFolder(), 'body');
    writeFileSync(path, Buffer.alloc(2000));
    const route = verifyRoute(cast, { ...BOTH, max_body_size: 1000 });
    const memory = await runAccess(route, { ...signed(), body: { kind: 'file', path } });
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_BODY_TOO_LARGE', status: 413 });
  });

  it.each([
    ['Kong cannot read', new Error('Kong could not read the body')],
    ['is gone', { kind: 'file', path: '/nonexistent/body' } as const],
  ])('that %s is our fault: 500', async (_, body) => {
    const memory = await runAccess(verifyRoute(cast, BOTH), { ...signed(), body });
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_BODY_UNREADABLE', status: 500 });
  });

  it('is not looked at without INTEGRITY_REST_01', async () => {
    const memory = await runAccess(verifyRoute(cast, AUTH), { ...request(), body: new Error('unread') });
    expect(memory.exited()).toBeUndefined();
  });

  it('is what comes, not what Content-Length says: with a body, 0 spares nobody the integrity token', async () => {
    const unsigned = request({ wire: { 'content-length': '0' } });
    const memory = await runAccess(verifyRoute(cast, BOTH), { ...unsigned, body: BODY });
    expect(problemOf(memory)['code']).toBe('MODI_SIGNATURE_HEADER_MISSING');
  });

  it('may not announce nonsense', async () => {
    const memory = await runAccess(verifyRoute(cast, BOTH), signed({ wire: { 'content-length': '12abc' } }));
    expect(problemOf(memory)['code']).toBe('MODI_CONTENT_LENGTH');
  });
});

describe('the answer to a refused request', () => {
  const refusal = (config: Record<string, unknown>, more = {}) =>
    runAccess(
      verifyRoute(cast, { ...AUTH, ...config }),
      request({ idAuth: { claims: { aud: 'https://other.example' } }, ...more }),
    );

  it('speaks the caller’s language', async () => {
    const memory = await refusal({}, { wire: { 'accept-language': 'it-IT' } });
    expect(problemOf(memory)['title']).toBe('Il token è destinato ad altri');
  });

  it('discloses as much as configured', async () => {
    expect(problemOf(await refusal({ disclosure: 'full' }))).toMatchObject({ found: 'https://other.example' });
    expect(problemOf(await refusal({}))).not.toHaveProperty('found');
    expect(problemOf(await refusal({ disclosure: 'none' }))).not.toHaveProperty('code');
  });

  it('names the realm', async () => {
    expect((await refusal({ realm: 'anagrafe' })).exited()?.headers['WWW-Authenticate']).toContain('realm="anagrafe"');
  });

  it('refuses a request whose headers may have been cut', async () => {
    const wire = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x-${index}`, 'a']));
    expect(problemOf(await runAccess(verifyRoute(cast, AUTH), request({ wire })))).toMatchObject({
      code: 'MODI_TOO_MANY_HEADERS',
      status: 431,
    });
  });
});

describe('replay protection', () => {
  it('does not mix the tokens of two issuers with the same jti', async () => {
    const route = verifyRoute(cast, AUTH);
    const jti = 'shared-jti';
    for (const iss of ['body-a', 'body-b', undefined]) {
      const memory = await runAccess(route, request({ idAuth: { claims: { iss, jti } } }));
      expect(memory.exited()).toBeUndefined();
    }
    const again = await runAccess(route, request({ idAuth: { claims: { iss: 'body-b', jti } } }));
    expect(problemOf(again)).toMatchObject({ code: 'MODI_REPLAY', status: 409 });
  });

  it('holds across routes of one process', async () => {
    const one = request();
    expect((await runAccess(verifyRoute(cast, AUTH), one)).exited()).toBeUndefined();
    expect(problemOf(await runAccess(verifyRoute(cast, { patterns: ['ID_AUTH_REST_01'] }), one))['code']).toBe(
      'MODI_REPLAY',
    );
  });
});
