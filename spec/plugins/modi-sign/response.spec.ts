import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../../plugins/modi-sign/route';
import { mockPki, type MockPki, type MockSigner } from '../../support/pki';
import {
  CALLER,
  changesOf,
  claimsOf,
  joseOf,
  recordOf,
  runResponse,
  signRoute,
  type AnswerUnderTest,
} from '../../support/sign-route';
import { NOW, problemOf } from '../../support/verify-route';

let pki: MockPki;
let ec: MockSigner;
beforeAll(async () => {
  pki = await mockPki();
  ec = pki.leaf('ec');
});

const sha256 = (body: Buffer | string): string => `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
const EMPTY = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const signatureOf = async (route: Route, answer: AnswerUnderTest): Promise<unknown> =>
  changesOf(await runResponse(route, answer))['agid-jwt-signature'];
const codeOf = async (route: Route, answer: AnswerUnderTest): Promise<unknown> =>
  problemOf(await runResponse(route, answer))['code'];

describe('a signed answer', () => {
  it('carries Digest and a token that says everything it must', async () => {
    const memory = await runResponse(signRoute(ec, { request_digest: true, claims: { purpose: 'x' } }), {
      record: recordOf(),
    });
    expect(changesOf(memory)['digest']).toBe('SHA-256=TDCWJoZ54BnZ2LMsAIn5PbJqD7BpiWX3tZa37xma47E=');
    expect(claimsOf(memory)).toEqual({
      purpose: 'x',
      iss: 'ente-esempio',
      sub: 'anagrafe',
      client_id: CALLER,
      aud: CALLER,
      iat: NOW,
      nbf: NOW,
      exp: NOW + 60,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      signed_headers: [
        { digest: 'SHA-256=TDCWJoZ54BnZ2LMsAIn5PbJqD7BpiWX3tZa37xma47E=' },
        { 'content-type': 'application/json' },
      ],
      request_digest: 'SHA-256=Fn+5Cjw98WYMYJqmhp145NlNywNlDMZ5N7126nXr/j4=',
    });
    expect(joseOf(memory)).toEqual({ alg: 'ES256', typ: 'JWT', x5c: [ec.der.toString('base64')] });
  });

  it('has another jti each time', async () => {
    const route = signRoute(ec);
    const ids = await Promise.all(Array.from({ length: 20 }, async () => claimsOf(await runResponse(route))['jti']));
    expect(new Set(ids).size).toBe(20);
  });

  it('has whole seconds whatever the clock says', async () => {
    expect(claimsOf(await runResponse(signRoute(ec), {}, NOW + 0.987))).toMatchObject({ iat: NOW, exp: NOW + 60 });
  });

  it.each([
    ['x5t#S256', () => ({ 'x5t#S256': createHash('sha256').update(ec.der).digest('base64url') })],
    ['x5c_chain', () => ({ x5c: [ec.der.toString('base64'), pki.intermediate.der.toString('base64')] })],
    ['kid', () => ({ kid: 'chiave-1' })],
  ])('names its signer by %s', async (reference, members) => {
    const file = `${ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}${pki.root.pem}${ec.pem}${pki.intermediate.pem}`;
    const route = signRoute(ec, { key: { file, kid: 'chiave-1' }, key_reference: reference });
    expect(joseOf(await runResponse(route))).toEqual({ alg: 'ES256', typ: 'JWT', ...members() });
  });

  it.each(['SHA-256', 'SHA-384', 'SHA-512'])('hashes with %s', async (algorithm) => {
    const { digest } = changesOf(await runResponse(signRoute(ec, { digest_algorithm: algorithm })));
    const value = createHash(algorithm.replace('-', '')).update('{"esito":"OK"}').digest('base64');
    expect(digest).toBe(`${algorithm}=${value}`);
  });

  it('hashes compressed content as it is, and signs its encoding', async () => {
    const body = gzipSync('{"esito":"OK"}');
    const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
    const memory = await runResponse(signRoute(ec), { body, headers });
    expect(changesOf(memory)['digest']).toBe(sha256(body));
    expect(claimsOf(memory)['signed_headers']).toEqual([
      { digest: sha256(body) },
      { 'content-type': 'text/plain' },
      { 'content-encoding': 'gzip' },
    ]);
  });

  it('hashes every byte of a large body', async () => {
    const body = Buffer.alloc(50 * 1024 * 1024, 0xe9);
    body[body.length - 1] = 1;
    expect(changesOf(await runResponse(signRoute(ec), { body }))['digest']).toBe(sha256(body));
  });

  it('signs further headers when they are there, and sends a repeated one as the line that was signed', async () => {
    const route = signRoute(ec, { signed_headers: ['x-one', 'x-many', 'x-none', 'digest', 'x-one'] });
    const headers = { 'content-type': 'application/json', 'x-one': 'à'.normalize(), 'x-many': ['a', 'b'] };
    headers['x-one'] = Buffer.from('à').toString('latin1');
    const memory = await runResponse(route, { headers });
    expect((claimsOf(memory)['signed_headers'] as unknown[]).slice(2)).toEqual([
      { 'x-one': 'à' },
      { 'x-many': 'a, b' },
    ]);
    expect(changesOf(memory)['x-many']).toBe('a, b');
    expect(changesOf(memory)).not.toHaveProperty('x-one');
  });

  it.each([
    ['text/plain', 'text/plain; charset=UTF-8'],
    ['text/html', 'text/html; charset=UTF-8'],
    ['text/html; charset=ISO-8859-1', undefined],
    ['application/json', undefined],
  ])('has the Content-Type that nginx will send: %s', async (contentType, written) => {
    const memory = await runResponse(signRoute(ec), { headers: { 'content-type': contentType } });
    expect(changesOf(memory)['content-type']).toBe(written);
    expect((claimsOf(memory)['signed_headers'] as unknown[])[1]).toEqual({ 'content-type': written ?? contentType });
  });

  it('may come without any Content-Type', async () => {
    const memory = await runResponse(signRoute(ec), { headers: {} });
    expect(claimsOf(memory)['signed_headers']).toEqual([{ digest: sha256('{"esito":"OK"}') }]);
  });
});

describe('the audience', () => {
  it.each([
    ['client_id', CALLER],
    ['issuer', 'comune-di-esempio'],
    ['client', 'CF:IT-80012000000'],
    ['anonymous', 'anonymous'],
    ['https://caller.example', 'https://caller.example'],
  ])('by %s', async (audience, aud) => {
    expect(claimsOf(await runResponse(signRoute(ec, { audience }), { record: recordOf() }))['aud']).toBe(aud);
  });

  it.each(['client_id', 'issuer', 'client'])('by %s needs the record of the request', async (audience) => {
    const memory = await runResponse(signRoute(ec, { audience }));
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_ANSWER_NO_RECORD', status: 500 });
  });

  it('by a claim that the request did not carry is refused', async () => {
    const record = recordOf({ authorization: { iss: 'x' } });
    expect(await codeOf(signRoute(ec, { audience: 'client_id' }), { record })).toBe('MODI_ANSWER_AUDIENCE_UNKNOWN');
  });
});

describe('request_digest', () => {
  const route = (): Route => signRoute(ec, { request_digest: true });

  it('is the text that the caller sent', async () => {
    const record = recordOf({ digest_header: 'sha-256=abc' });
    expect(claimsOf(await runResponse(route(), { record }))['request_digest']).toBe('sha-256=abc');
  });

  it('is absent when the verified request had no body', async () => {
    const record = recordOf({ digest_header: undefined });
    expect(claimsOf(await runResponse(route(), { record }))).not.toHaveProperty('request_digest');
  });

  it('cannot be given when the body was not verified, or nothing was', async () => {
    expect(await codeOf(route(), { record: recordOf({ patterns: ['ID_AUTH_REST_02'] }) })).toBe(
      'MODI_ANSWER_NO_RECORD',
    );
    expect(await codeOf(route(), {})).toBe('MODI_ANSWER_NO_RECORD');
  });

  it('is not said unless asked for', async () => {
    expect(claimsOf(await runResponse(signRoute(ec), { record: recordOf() }))).not.toHaveProperty('request_digest');
  });
});

describe('another request’s record', () => {
  it.each<[string, Partial<AnswerUnderTest>]>([
    ['with another id', { record: recordOf({ request_id: 'f'.repeat(32) }) }],
    ['without the header', { record: recordOf(), requestId: undefined }],
    ['missing where the header is there', { record: undefined, requestId: 'a'.repeat(32) }],
    ['of another version', { record: recordOf({ version: 2 }) }],
    ['that is no JSON', { record: 'no json' }],
    ['that is no object', { record: '[1]' }],
    ['without id', { record: recordOf({ request_id: undefined }) }],
  ])('%s is refused, whether a signature is due or not', async (_, leak) => {
    for (const status of [200, 404, 503]) {
      const memory = await runResponse(signRoute(ec), { ...leak, status });
      expect(problemOf(memory)).toMatchObject({ code: 'MODI_ANSWER_FOREIGN_RECORD', status: 500 });
      expect(changesOf(memory)).toEqual({});
    }
  });
});

describe('an answer without a body', () => {
  it.each(['only_with_payload', 'any_request_response_payload'])('is not signed with %s', async (mode) => {
    expect(await signatureOf(signRoute(ec, { empty_body: mode }), { body: '' })).toEqual([]);
  });

  it.each(['always', 'request_payload_any_response'])('is signed with %s', async (mode) => {
    for (const status of [200, 204]) {
      const memory = await runResponse(signRoute(ec, { empty_body: mode }), { status, body: '', headers: {} });
      expect(changesOf(memory)['digest']).toBe(EMPTY);
      expect(claimsOf(memory)['signed_headers']).toEqual([{ digest: EMPTY }]);
    }
  });

  it('has no Content-Type with 204, because nginx sends none', async () => {
    const memory = await runResponse(signRoute(ec, { empty_body: 'always' }), { status: 204, body: '' });
    expect(claimsOf(memory)['signed_headers']).toEqual([{ digest: EMPTY }]);
  });

  it('is signed for its further headers, without Digest', async () => {
    const headers = { 'x-outcome': 'done', digest: EMPTY };
    const memory = await runResponse(signRoute(ec, { signed_headers: ['x-outcome'] }), { body: '', headers });
    expect(claimsOf(memory)['signed_headers']).toEqual([{ 'x-outcome': 'done' }]);
    expect(changesOf(memory)['digest']).toEqual([]);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 304],
  ])('to %s with %i is signed with the service’s own Digest, or not at all', async (method, status) => {
    for (const mode of ['always', 'only_with_payload']) {
      const route = signRoute(ec, { empty_body: mode, signed_headers: ['etag'] });
      const own = sha256('the body of GET');
      const told = await runResponse(route, { method, status, body: '', headers: { digest: own, etag: '"1"' } });
      expect(claimsOf(told)['signed_headers']).toEqual([{ digest: own }, { etag: '"1"' }]);
      for (const headers of [{}, { etag: '"1"' }, { digest: 'nonsense' }, { digest: `${own},${own}` }]) {
        expect(await signatureOf(route, { method, status, body: '', headers })).toEqual([]);
      }
    }
  });
});

describe('which answers are signed', () => {
  it.each([
    [200, {}, true],
    [201, {}, true],
    [302, {}, true],
    [404, {}, true],
    [500, {}, false],
    [503, {}, false],
    [500, { sign_errors: true }, true],
    [200, { statuses: ['200'] }, true],
    [201, { statuses: ['200'] }, false],
    [201, { statuses: ['20x'] }, true],
    [503, { statuses: ['5xx'] }, true],
    [404, { statuses: ['2xx'], sign_errors: true }, false],
  ])('status %i with %j: %s', async (status, config, signed) => {
    const signature = await signatureOf(signRoute(ec, config), { status });
    if (signed) expect(signature).toMatch(/^ey/);
    else expect(signature).toEqual([]);
  });

  it.each([
    ['application/json', ['application/json'], true],
    ['Application/JSON; charset=utf-8', ['application/json'], true],
    ['application/problem+json', ['application/*'], true],
    ['image/png', ['application/*', 'text/plain'], false],
    ['image/png', ['*/*'], true],
    [undefined, ['application/json'], true],
  ])('type %s with %j: %s', async (contentType, types, signed) => {
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    const signature = await signatureOf(signRoute(ec, { content_types: types }), { headers });
    if (signed) expect(signature).toMatch(/^ey/);
    else expect(signature).toEqual([]);
  });
});

describe('an answer that cannot be signed becomes a problem', () => {
  it.each<[string, number, string, AnswerUnderTest, Record<string, unknown>]>([
    ['part of a body', 502, 'MODI_ANSWER_PARTIAL', { status: 206 }, {}],
    ['events', 502, 'MODI_ANSWER_EVENT_STREAM', { headers: { 'content-type': 'text/event-stream' } }, {}],
    [
      'events that no signature is asked of',
      502,
      'MODI_ANSWER_EVENT_STREAM',
      { headers: { 'content-type': 'Text/Event-Stream; charset=utf-8' } },
      { content_types: ['application/json'] },
    ],
    ['too large', 502, 'MODI_ANSWER_TOO_LARGE', {}, { max_body_size: 13 }],
    ['unreadable', 502, 'MODI_ANSWER_BODY_UNAVAILABLE', { body: new Error('no body') }, {}],
    ['without a status', 502, 'MODI_ANSWER_BODY_UNAVAILABLE', { status: 0 }, {}],
    ['a header without text', 502, 'MODI_ANSWER_HEADER_UNSIGNABLE', { headers: { 'content-type': 'text/x-\xe9' } }, {}],
  ])('%s: %i %s', async (_, status, code, answer, config) => {
    const memory = await runResponse(signRoute(ec, config), answer);
    expect(memory.exited()?.status).toBe(status);
    expect(problemOf(memory)).toMatchObject({ code, status });
    expect(changesOf(memory)).toEqual({});
  });

  it('that names the request, unless Kong may not be heard any more', async () => {
    const { instance } = problemOf(await runResponse(signRoute(ec), { status: 206 }));
    expect(instance).toBe('urn:kong:request:r');
    const memory = await runResponse(signRoute(ec), { body: new Error('frame too large') });
    expect(memory.calls.map(([method]) => method).slice(6)).toEqual([
      ...Array.from({ length: 4 }, () => 'kong.log.set_serialize_value'),
      'kong.response.exit',
    ]);
  });

  it('when the certificate has ended since', async () => {
    const route = signRoute(ec);
    const memory = await runResponse(route, {}, Date.UTC(2050, 1, 1) / 1000);
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_SIGNING_CERTIFICATE_EXPIRED', status: 500 });
  });

  it('when the key fails', async () => {
    const route = signRoute(ec);
    const failing: Route = {
      ...route,
      keeper: {
        current: () => ({
          ...route.keeper.held,
          signer: { jose: route.keeper.held.signer.jose, sign: () => Promise.reject(new Error('no key')) },
        }),
      } as unknown as Route['keeper'],
    };
    expect(problemOf(await runResponse(failing))).toMatchObject({ code: 'MODI_SIGNING_FAILED', status: 500 });
  });

  it('in the caller’s language, and as briefly as configured', async () => {
    const vars = { http_accept_language: 'it' };
    expect(problemOf(await runResponse(signRoute(ec), { status: 206, vars }))['title']).toBe(
      'Una risposta parziale non è firmabile',
    );
    expect(problemOf(await runResponse(signRoute(ec, { disclosure: 'none' }), { status: 206 }))).toEqual({
      type: 'about:blank',
      title: 'Bad Gateway',
      status: 502,
      instance: 'urn:kong:request:r',
    });
  });

  it('206 passes unsigned where statuses leaves it out', async () => {
    expect(await signatureOf(signRoute(ec, { statuses: ['200'] }), { status: 206 })).toEqual([]);
  });
});
