import { randomUUID } from 'node:crypto';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, type Issued } from '../../plugins/core/pki';
import { signJws } from '../../plugins/core/sign';
import { json, modi } from '../unit/cli/support';
import { newWorkplace, Running, sampleArguments } from './cli-support';
import { freePort } from '../support/free-port';

/** An answer on its way through the proxy; header values may be changed, exchanged, doubled, taken away. */
interface Passing {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

type Tamper = (answer: Passing) => Passing | Promise<Passing>;

const workplace = newWorkplace();
const leave: Tamper = (answer) => answer;
let tamper = leave;
let sample: Running;
let gatewayPort = 0;
let proxy: Server;
let url = '';

beforeAll(async () => {
  gatewayPort = await freePort();
  const service = await freePort();
  sample = new Running(sampleArguments(gatewayPort, service, await freePort()), workplace);
  await sample.ready();
  proxy = createServer((request, response) => {
    pass(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/rest/anagrafe/v1/persone`;
});
afterEach(() => {
  tamper = leave;
});
afterAll(async () => {
  await sample.stop('SIGTERM');
  proxy.closeAllConnections();
  proxy.close();
  workplace.remove();
});

/** Hands the request on as it is, and the answer as `tamper` has it. */
async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const upstream = httpRequest({
    port: gatewayPort,
    host: '127.0.0.1',
    method: incoming.method,
    path: incoming.url,
    headers: [...incoming.rawHeaders],
    agent: false,
  });
  upstream.end(await bytesOf(incoming));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve).once('error', reject);
  });
  const { rawHeaders, statusCode = 0 } = answer;
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 1 || /^(connection|content-length|transfer-encoding|date)$/i.test(name)
      ? []
      : [[name, rawHeaders[index + 1] ?? ''] as const],
  );
  const changed = await tamper({ status: statusCode, headers, body: await bytesOf(answer) });
  outgoing.writeHead(changed.status, [
    ...changed.headers.flat(),
    ...['Content-Length', String(changed.body.length), 'Connection', 'close'],
  ]);
  outgoing.end(changed.body);
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const TOKEN = 'agid-jwt-signature';

const valueOf = ({ headers }: Passing, wanted: string): string =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';

const changing =
  (wanted: string, change: (value: string) => readonly string[]): Tamper =>
  (answer) => ({
    ...answer,
    headers: answer.headers.flatMap(([name, value]) =>
      name.toLowerCase() === wanted ? change(value).map((one) => [name, one] as const) : [[name, value] as const],
    ),
  });

/** Another character at a place given as a fraction; the three masks leave what headers hold printable. */
const flipped = (text: string, where: number, mask: number): string => {
  const at = Math.min(text.length - 1, Math.floor(where * text.length));
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ mask) + text.slice(at + 1);
};

const PLACES = [0, 0.07, 0.21, 0.38, 0.5, 0.66, 0.83, 0.94, 1].map(
  (where, index) => [where, 1 << (index % 3)] as const,
);

interface Verdict {
  readonly exit: number;
  readonly outcome: string;
  readonly code: string | null | undefined;
}

async function call(body: string, ...more: readonly string[]): Promise<Verdict> {
  const audience = `http://127.0.0.1:${gatewayPort}/rest/anagrafe/v1/persone`;
  const argv = ['call', url, '--aud', audience, '--pattern', 'ID_AUTH_REST_02,INTEGRITY_REST_01', '--body', body];
  const ran = await modi([...argv, '--jti', randomUUID(), '--output', 'json', ...more], {
    cwd: workplace.path,
    now: Math.floor(Date.now() / 1000),
  });
  const { outcome, verification } = json(ran) as {
    outcome: string;
    verification: { outcome: string; code: string | null } | null;
  };
  return { exit: ran.code, outcome, code: verification?.code };
}

const BODY = '{"codice":"AB12"}';
const VERIFIED: Verdict = { exit: 0, outcome: 'accepted', code: null };
const refused = (code: unknown): Verdict => ({ exit: 3, outcome: 'unverified', code: code as string });

async function refusedWith(change: Tamper, codes: RegExp): Promise<void> {
  tamper = change;
  expect(await call(BODY)).toEqual(refused(expect.stringMatching(codes)));
}

describe('modi call through a proxy', () => {
  it('that changes nothing: verified', async () => {
    expect(await call(BODY, '--expect-request-digest')).toEqual(VERIFIED);
  });

  it.each(PLACES)('that flips a byte of the body, at %d', async (where, mask) => {
    const flip: Tamper = (answer) => ({
      ...answer,
      body: Buffer.from(flipped(answer.body.toString('latin1'), where, mask), 'latin1'),
    });
    await refusedWith(flip, /^MODI_DIGEST_MISMATCH$/);
  });

  it.each<[string, (body: Buffer) => Buffer, RegExp]>([
    ['adds a byte to', (body) => Buffer.concat([body, Buffer.from('\n')]), /^MODI_DIGEST_MISMATCH$/],
    ['cuts a byte off', (body) => body.subarray(0, -1), /^MODI_DIGEST_MISMATCH$/],
    ['takes away', () => Buffer.alloc(0), /^MODI_DIGEST_MISMATCH$/],
  ])('that %s the body', async (_, change, codes) => {
    await refusedWith((answer) => ({ ...answer, body: change(answer.body) }), codes);
  });

  it.each(PLACES)('that flips a byte of Digest, at %d', async (where, mask) => {
    const codes = /^MODI_(DIGEST_(MALFORMED|ALGORITHM|DUPLICATE|ENCODING)|SIGNED_HEADER_MISMATCH)$/;
    await refusedWith(
      changing('digest', (value) => [flipped(value, where, mask)]),
      codes,
    );
  });

  it.each(PLACES)('that flips a byte of Content-Type, at %d', async (where, mask) => {
    await refusedWith(
      changing('content-type', (value) => [flipped(value, where, mask)]),
      /^MODI_SIGNED_HEADER_MISMATCH$/,
    );
  });

  describe.each([
    [0, /^MODI_(TOKEN_|KEY_REFERENCE|X5C_|CERTIFICATE_|SIGNATURE_|ALG_KEY_MISMATCH)/],
    [1, /^MODI_(SIGNATURE_INVALID|TOKEN_MALFORMED)$/],
    [2, /^MODI_(SIGNATURE_|TOKEN_MALFORMED)/],
  ])('that flips a byte of part %i of the token', (part, codes) => {
    it.each(PLACES)('at %d', async (where, mask) => {
      const flip = (token: string) =>
        token.split('.').map((text, index) => (index === part ? flipped(text, where, mask) : text));
      await refusedWith(
        changing(TOKEN, (token) => [flip(token).join('.')]),
        codes,
      );
    });
  });

  it.each<[string, Tamper, RegExp]>([
    ['takes Digest away', changing('digest', () => []), /^MODI_SIGNED_HEADER_MISSING$/],
    ['takes Content-Type away', changing('content-type', () => []), /^MODI_SIGNED_HEADER_MISSING$/],
    ['doubles the token', changing(TOKEN, (token) => [token, token]), /^MODI_/],
    ['doubles Digest', changing('digest', (value) => [value, value]), /^MODI_DIGEST_DUPLICATE$/],
    [
      'claims an encoding',
      (answer) => ({ ...answer, headers: [...answer.headers, ['Content-Encoding', 'gzip']] }),
      /^MODI_HEADER_UNSIGNED$/,
    ],
    ['makes it a part', (answer) => ({ ...answer, status: 206 }), /^MODI_ANSWER_PARTIAL$/],
  ])('that %s', async (_, change, codes) => {
    await refusedWith(change, codes);
  });

  it('that takes the signature away: said, and refused where one is expected', async () => {
    tamper = changing(TOKEN, () => []);
    expect(await call(BODY)).toEqual({ exit: 0, outcome: 'accepted', code: undefined });
    for (const flag of ['--expect-signed', '--expect-request-digest']) {
      expect(await call(BODY, flag)).toEqual(refused('MODI_ANSWER_UNSIGNED'));
    }
    tamper = () => ({ status: 204, headers: [], body: Buffer.alloc(0) });
    expect(await call(BODY, '--expect-signed')).toEqual(refused('MODI_ANSWER_UNSIGNED'));
  });

  it('that exchanges two answers: neither is taken', async () => {
    const waiting: { readonly answer: Passing; readonly take: (answer: Passing) => void }[] = [];
    tamper = (answer) => {
      const other = waiting.pop();
      if (other === undefined) return new Promise((take) => waiting.push({ answer, take }));
      other.take(answer);
      return other.answer;
    };
    const verdicts = await Promise.all([call(BODY), call('{"codice":"CD34"}')]);
    expect(verdicts).toEqual(Array(2).fill(refused('MODI_ANSWER_REQUEST_DIGEST_MISMATCH')));
  });
});

describe('modi call through a proxy that signs request_digest anew', () => {
  let stranger: Issued;
  beforeAll(async () => {
    const now = Date.now();
    stranger = await issueCertificate({
      subject: 'C=IT, O=Ente Erogatore di Esempio, CN=anagrafe',
      notBefore: new Date(now - 60_000),
      notAfter: new Date(now + 3_600_000),
    });
  });

  const partOf = (token: string, part: number): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString()) as Record<string, unknown>;

  /** The same token for another request, under the stranger's key. */
  const signedAnew =
    (jose: Record<string, unknown>): Tamper =>
    async (answer) => {
      const token = valueOf(answer, TOKEN);
      const claims = { ...partOf(token, 1), request_digest: 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' };
      const jws = await signJws(
        { alg: 'ES256', typ: 'JWT', ...partOf(token, 0), ...jose },
        claims,
        stranger.privateKey,
      );
      return changing(TOKEN, () => [jws])(answer);
    };

  it("under the provider's certificate", async () => {
    await refusedWith(signedAnew({}), /^MODI_SIGNATURE_INVALID$/);
  });

  it('under a certificate of its own with the same name', async () => {
    const x5c = [stranger.der.toString('base64')];
    await refusedWith(signedAnew({ x5c }), /^MODI_CERTIFICATE_UNTRUSTED$/);
  });

  it('or takes it out', async () => {
    const without: Tamper = (answer) => {
      const token = valueOf(answer, TOKEN);
      const claims = { ...partOf(token, 1), request_digest: undefined };
      const [header = '', , signature = ''] = token.split('.');
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return changing(TOKEN, () => [[header, payload, signature].join('.')])(answer);
    };
    await refusedWith(without, /^MODI_SIGNATURE_INVALID$/);
  });
});
