import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestHeader, verifyAnswer } from '../support/answers';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, type HttpAnswer } from '../support/http';
import { gate, kongYml, signerPem, signPlugin, verifyPlugin } from '../support/kong-yml';
import { BODY, digestOf, makeRequest } from '../support/requests';

let cast: Cast;
let gateway: TestGateway;
let service: Server;
let folder: string;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** What the service answers, by the last part of the path. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  json: (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"esito":"OK"}'),
  chunked: (response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('one ');
    response.end('two');
  },
  gzip: (response) =>
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
      .end(gzipSync('{"a":1}')),
  large: (response) =>
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(Buffer.alloc(5_000_000, 7)),
  empty: (response) => response.writeHead(200).end(),
  none: (response) => response.writeHead(204).end(),
  created: (response) => response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"id":1}'),
  missing: (response) => response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end('{"status":404}'),
  broken: (response) => response.writeHead(503, { 'Content-Type': 'application/json' }).end('{"status":503}'),
  own: (response) =>
    response
      .writeHead(200, { 'Content-Type': 'text/plain', Digest: 'SHA-256=forged', 'Agid-JWT-Signature': 'a.b.c' })
      .end('forged'),
  events: (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: 1\n\n'),
  partial: (response) =>
    response.writeHead(206, { 'Content-Type': 'text/plain', 'Content-Range': 'bytes 0-1/9' }).end('ab'),
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-sign-e2e-'));
  cast = await makeCast();
  service = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const answer = ANSWERS[request.url?.split('/').pop() ?? ''];
      if (answer === undefined) response.writeHead(404).end();
      else answer(response);
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const verify = verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] });
  gateway = await startTestGateway({
    folder,
    kongYml: kongYml(url, [
      {
        name: 'proof',
        plugins: [verify, gate, signPlugin(folder, cast.other, { audience: 'client_id', request_digest: true })],
      },
      {
        name: 'errors',
        plugins: [verify, gate, signPlugin(folder, cast.other, { audience: 'anonymous', sign_errors: true })],
      },
      { name: 'open', plugins: [signPlugin(folder, cast.rsa, { audience: 'anonymous', empty_body: 'always' })] },
    ]),
    pluginServers: packServer(folder, ['modi-verify', 'modi-sign'], '--log-level', 'warn'),
  });
  const deadline = Date.now() + 20_000;
  while ((await call('proof/json')).status !== 200 && Date.now() < deadline) await pause(100);
});

afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  service.close();
  service.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const now = (): number => Math.floor(Date.now() / 1000);

const call = (path: string, more = {}, method = 'POST'): Promise<HttpAnswer> =>
  send(`${gateway.url}/${path}`, makeRequest({ now: now(), party: cast.ec, integrity: true, ...more }), {
    agent,
    method,
  });

const certificateOf = (party: { chain: readonly Buffer[] }): Buffer => party.chain[0] ?? Buffer.alloc(0);

describe(`signed answers (MODI_GATEWAY=${process.env['MODI_GATEWAY'] ?? 'embedded'})`, () => {
  it.each(['json', 'chunked', 'gzip', 'large', 'created', 'missing'])(
    '%s: signed over the bytes the client gets',
    async (path) => {
      const answer = await call(`proof/${path}`);
      const { header, claims } = await verifyAnswer(answer, certificateOf(cast.other));
      expect(header).toMatchObject({ alg: 'ES256', typ: 'JWT' });
      expect(answer.headers['digest']).toBe(digestHeader(answer.body));
      expect(claims).toMatchObject({ aud: 'comune-di-esempio/protocollo', request_digest: digestOf(BODY) });
      expect(Math.abs(Number(claims['iat']) - now())).toBeLessThan(5);
      const names = (claims['signed_headers'] as object[]).flatMap((entry) => Object.keys(entry));
      for (const name of ['digest', 'content-type', 'content-encoding']) {
        expect(names.includes(name)).toBe(answer.headers[name] !== undefined);
      }
    },
  );

  it('replaces what the service sent under our names', async () => {
    const answer = await call('proof/own');
    await verifyAnswer(answer, certificateOf(cast.other));
    expect(answer.headers['digest']).not.toContain('forged');
  });

  it('leaves an empty answer unsigned, or signs zero bytes, as configured', async () => {
    for (const path of ['proof/empty', 'proof/none']) {
      const answer = await call(path);
      expect([answer.status < 300, answer.headers['agid-jwt-signature']]).toEqual([true, undefined]);
    }
    const answer = await send(
      `${gateway.url}/open/empty`,
      { headers: {}, body: Buffer.alloc(0) },
      { agent, method: 'GET' },
    );
    await verifyAnswer(answer, certificateOf(cast.rsa));
    expect(answer.headers['digest']).toBe(digestHeader(Buffer.alloc(0)));
  });

  it('signs server errors only where told to', async () => {
    const plain = await call('proof/broken');
    expect([plain.status, plain.headers['agid-jwt-signature']]).toEqual([503, undefined]);
    const signed = await call('errors/broken');
    expect(signed.status).toBe(503);
    await verifyAnswer(signed, certificateOf(cast.other));
  });

  it.each([
    ['events', 'MODI_ANSWER_EVENT_STREAM'],
    ['partial', 'MODI_ANSWER_PARTIAL'],
  ])('turns %s into a problem instead of breaking it silently', async (path, code) => {
    const answer = await call(`proof/${path}`);
    expect([answer.status, answer.json()['code']]).toEqual([502, code]);
    expect(answer.headers['agid-jwt-signature']).toBeUndefined();
  });

  it('leaves the refusals of modi-verify as they are', async () => {
    const answer = await call('proof/json', { idAuth: { claims: { aud: 'other' } } });
    expect([answer.status, answer.json()['code']]).toEqual([401, 'MODI_AUDIENCE_MISMATCH']);
  });

  it('leaves HEAD unsigned: its digest would be that of the GET body', async () => {
    const answer = await send(
      `${gateway.url}/open/json`,
      { headers: {}, body: Buffer.alloc(0) },
      { agent, method: 'HEAD' },
    );
    expect([answer.status, answer.headers['agid-jwt-signature']]).toEqual([200, undefined]);
  });

  it('takes up a new key without a restart and without one failed or unverifiable answer', async () => {
    const next = cast.p384;
    const seen = new Set<string>();
    const began = Date.now();
    let swapped = false;
    while (seen.size < 2 && Date.now() - began < 20_000) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => call('errors/json')));
      for (const answer of answers) {
        expect(answer.status).toBe(200);
        const old = await verifyAnswer(answer, certificateOf(cast.other)).catch(() => undefined);
        const { header } = old ?? (await verifyAnswer(answer, certificateOf(next)));
        seen.add(String(header['alg']));
      }
      if (!swapped) {
        swapped = true;
        writeFileSync(join(folder, 'sign-audience-sign_errors.pem'), signerPem(next));
      }
    }
    expect([...seen]).toEqual(['ES256', 'ES384']);
  });
});
