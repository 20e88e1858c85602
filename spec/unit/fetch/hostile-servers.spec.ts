import type { ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fetchBytes, FetchError, type FetchRules } from '../../../plugins/core/fetch';
import { isPublicAddress } from '../../../plugins/core/fetch/address';
import { issueCertificate } from '../../../plugins/core/pki';
import { listening } from '../../support/http-server';
import { mockPki, VALID } from '../../support/pki';

/** Patient, so that a busy machine changes no verdict; those who are slow on purpose get less. */
const RULES: FetchRules = { timeoutMs: 20_000, maxBytes: 1000, privateHosts: new Set(['127.0.0.1', 'localhost']) };
const local = (port: number, path = '/') => new URL(`http://127.0.0.1:${port}${path}`);

async function problemOf(url: URL, rules: Partial<FetchRules> = {}): Promise<string> {
  const error: unknown = await fetchBytes(url, { ...RULES, ...rules }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FetchError);
  expect((error as FetchError).message).toMatch(/^[\x20-\x7e]{1,200}$/);
  return (error as FetchError).message;
}

it('a good answer is taken whole, and asked for without credentials or compression', async () => {
  const seen: unknown[] = [];
  const port = await listening((request, response) => {
    seen.push(request.method, request.headers['accept-encoding'], request.headers.authorization);
    response.writeHead(200, { 'Content-Type': 'Application/Pkix-CRL; x=y' }).end(Buffer.alloc(1000, 7));
  });
  const bytes = await fetchBytes(local(port), { ...RULES, types: ['application/pkix-crl'] });
  expect(bytes).toEqual(Buffer.alloc(1000, 7));
  expect(seen).toEqual(['GET', undefined, undefined]);
});

function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => {
    clearInterval(timer);
  });
}

function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(500);
  const pour = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.writeHead(200).on('drain', pour);
  pour();
}

describe('a server is given up on:', () => {
  it.each<[string, string, (response: ServerResponse) => void]>([
    ['it says nothing', 'no complete answer within 300 ms', () => undefined],
    ['it sends a byte now and then', 'no complete answer within 300 ms', drip],
    ['it never stops', 'larger than 1000 bytes', flood],
    [
      'it announces too much',
      'larger than 1000 bytes',
      (response) => response.writeHead(200, { 'Content-Length': 1001 }).end(),
    ],
    ['it redirects', 'redirects are not followed', (response) => response.writeHead(302, { Location: '/good' }).end()],
    [
      'it redirects inside',
      'redirects are not followed',
      (response) => response.writeHead(307, { Location: 'http://169.254.169.254/' }).end(),
    ],
    [
      'another type',
      'another media type',
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('x'),
    ],
    ['not found', 'answers 404', (response) => response.writeHead(404).end()],
    ['part of it', 'answers 206', (response) => response.writeHead(206).end('x')],
    ['no content', 'answers 204', (response) => response.writeHead(204).end()],
    ['compressed', 'compressed', (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x')],
    ['it hangs up at once', 'cannot be reached', (response) => response.destroy()],
    [
      'it hangs up in the middle',
      'cannot be reached',
      (response) => {
        response.writeHead(200, { 'Content-Length': 900 }).write('x', () => response.destroy());
      },
    ],
    [
      'headers without end',
      'cannot be reached',
      (response) => response.writeHead(200, { 'X-Long': 'x'.repeat(20_000) }).end(),
    ],
  ])('%s', async (_, says, answer) => {
    let asked = 0;
    const port = await listening((_request, response) => {
      asked += 1;
      answer(response);
    });
    const timeoutMs = says.includes('300 ms') ? 300 : RULES.timeoutMs;
    expect(await problemOf(local(port), { types: ['application/pkix-crl'], timeoutMs })).toContain(says);
    expect(asked).toBe(1);
  });

  it('nobody listens', async () => {
    expect(await problemOf(local(9))).toContain('cannot be reached');
  });
});

describe('an address inside is not connected to:', () => {
  const to =
    (...addresses: string[]): LookupFunction =>
    (_name, _options, callback) => {
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '172.31.255.255',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '224.0.0.1',
    '255.255.255.255',
  ])('a name that leads to %s', async (address) => {
    expect(isPublicAddress(address)).toBe(false);
    expect(await problemOf(new URL('http://crl.example/'), { resolver: to(address) })).toContain('not public');
  });

  it('a name that leads to a public and a private one', async () => {
    expect(await problemOf(new URL('http://crl.example/'), { resolver: to('8.8.8.8', '127.0.0.1') })).toContain(
      'not public',
    );
  });

  it.each(['http://127.0.0.1/', 'http://[::1]/', 'http://0x7f.1/', 'http://2130706433/'])('%s itself', async (url) => {
    expect(await problemOf(new URL(url), { privateHosts: new Set() })).toContain('not public');
  });

  it.each(['8.8.8.8', '2001:4860:4860::8888', '193.204.114.232'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('a name is asked for once: what was checked is what is connected to', async () => {
    let asked = 0;
    const port = await listening((_request, response) => response.end('first'));
    const rebinding = ((_name: string, _options: unknown, callback: (...answer: unknown[]) => void) => {
      asked += 1;
      callback(null, [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
    }) as unknown as LookupFunction;
    const rules = { ...RULES, resolver: rebinding, privateHosts: new Set(['crl.example']) };
    expect(String(await fetchBytes(new URL(`http://crl.example:${port}/`), rules))).toBe('first');
    expect(asked).toBe(1);
  });
});

describe('with https', () => {
  it('the certificate must be for the host, from an authority that is given', async () => {
    const { root, anchorPem } = await mockPki();
    const { pem, privateKey } = await issueCertificate({
      ...VALID,
      subject: 'CN=localhost',
      issuer: root,
      subjectAltNames: ['localhost'],
      keyUsage: ['digitalSignature'],
    });
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const port = await listening((_request, response) => response.end('good'), { cert: pem, key });
    const url = new URL(`https://localhost:${port}/`);
    expect(String(await fetchBytes(url, { ...RULES, ca: [anchorPem] }))).toBe('good');
    expect(await problemOf(url)).toContain('cannot be reached');
    expect(await problemOf(new URL(`https://127.0.0.1:${port}/`), { ca: [anchorPem] })).toContain(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });
});
