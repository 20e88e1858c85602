import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeToken, tokenFromPaste } from '../../../plugins/cli/inspect';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
let header = '';
let token = '';

beforeAll(async () => {
  await modi(['keygen', '--dev'], { cwd });
  const argv = ['--pattern', 'ID_AUTH_REST_01', '--aud', 'https://x.example/', '--reference', 'x5c_chain'];
  header = (await modi(['token', ...argv], { cwd })).out;
  token = header.replace('Authorization: Bearer ', '').trim();
});
afterAll(directory.remove);

describe('modi inspect', () => {
  it('says NOT VERIFIED first, and never that a token is valid', async () => {
    for (const lang of ['en', 'it']) {
      const { out, code } = await modi(['inspect', token, '--lang', lang], { cwd });
      expect(code).toBe(0);
      expect(out.split('\n')[0]).toMatch(/^(NOT VERIFIED|NON VERIFICATO)/);
      expect(out).not.toMatch(/\b(is valid|valido|accepted|trusted|ok)\b/i);
    }
  });

  it('shows times in UTC and relative, and the chain from the signer up', async () => {
    const { out } = await modi(['inspect', token], { cwd, now: NOW + 10 });
    expect(out).toContain('2026-11-23T10:00:00Z (10 seconds ago)');
    expect(out).toContain('2026-11-23T10:01:00Z (in 50 seconds)');
    expect(out.indexOf('CN=protocollo-app')).toBeLessThan(out.indexOf('CN=Local development CA'));
    expect(out).toContain('issued by itself');
  });

  it('a chain that is not one is shown as it is', async () => {
    const x5c = ['client-ec', 'client-untrusted'].map((name) =>
      readFileSync(join(cwd, '.modi', `${name}.pem`), 'utf8').replaceAll(/-----[^-]+-----|\s/g, ''),
    );
    const { out } = await modi(['inspect', `${encoded({ alg: 'ES256', x5c })}.${encoded({})}.AAAA`], { cwd });
    expect(out).toMatch(/issued by CN=Local development CA.*not in the token/);
  });

  it.each([
    ['as argument', () => ({ argv: [token] })],
    ['from stdin', () => ({ argv: ['-'], stdin: token })],
    ['from a pipe without argument', () => ({ argv: [], stdin: token })],
    ['with Bearer and line breaks', () => ({ argv: [`Bearer ${token.replaceAll(/(.{50})/g, '$1\n')}`] })],
    ['among header lines', () => ({ argv: [], stdin: `Content-Type: text/plain\r\n${header}X-After: 1\r\n` })],
  ])('takes the token %s', async (_, input) => {
    const { argv, stdin }: { argv: string[]; stdin?: string } = input();
    const ran = await modi(['inspect', ...argv, '--output', 'json'], {
      cwd,
      ...(stdin === undefined ? {} : { stdin }),
    });
    expect(json(ran)).toMatchObject({
      schema: 'modi.inspect/1',
      verified: false,
      header: { alg: 'ES256' },
      claims: { aud: 'https://x.example/' },
      times: { iat: '2026-11-23T10:00:00Z', nbf: null, exp: '2026-11-23T10:01:00Z' },
      certificates: [{ issued_by_next: true, key: 'EC P-256' }, { issued_by_next: false }],
      signature_bytes: 64,
      problems: [],
    });
  });

  it('decodes what is unsigned or half broken, and names the fault; exit 1', async () => {
    const unsigned = await modi(['inspect', `${encoded({ alg: 'none' })}.${encoded({ iss: 'x' })}.`], { cwd });
    expect(unsigned.code).toBe(1);
    expect(unsigned.out).toMatch(/iss +x/);
    expect(unsigned.out).toMatch(/malformed no signature/);
    const broken = await modi(['inspect', `${encoded({ alg: 'ES256', x5c: ['AAAA'] })}.e30=.AA`], { cwd });
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/malformed the payload is not base64url/);
    expect(broken.out).toMatch(/x5c\[0\] is no certificate/);
  });

  it.each(['', 'abc', 'a.b', 'a.b.c.d', '....'])('%j is no token: exit 1', async (text) => {
    const ran = await modi(['inspect', '-'], { cwd, stdin: text });
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/no compact JWS.*CLI_INPUT\n$/);
  });

  it('asks for a token when there is neither argument nor pipe', async () => {
    expect(await modi(['inspect'], { cwd })).toMatchObject({ code: 2 });
  });

  it('claims cannot play tricks on the terminal', async () => {
    const claims = { iss: '\u001b[31mred', '\u202ekey': '\u0007' };
    const { out } = await modi(['inspect', `${encoded({ alg: 'x' })}.${encoded(claims)}.AA`], { cwd });
    for (const trick of ['\u0007', '\u001b', '\u202e']) expect(out).not.toContain(trick);
  });

  it('--html writes a page for the owner that stands alone and is no credential', async () => {
    const evil = `${encoded({ alg: 'x' })}.${encoded({ iss: '<script>alert(1)</script>"\'&' })}.AAAA`;
    const { code } = await modi(['inspect', evil, '--html', 'page.html'], { cwd });
    expect(code).toBe(0);
    const page = readFileSync(join(cwd, 'page.html'), 'utf8');
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('NOT VERIFIED');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(src|href)=/);
    expect(statSync(join(cwd, 'page.html')).mode & 0o777).toBe(0o600);
    await modi(['inspect', token, '--html', 'real.html'], { cwd });
    expect(readFileSync(join(cwd, 'real.html'), 'utf8')).not.toContain(token.split('.')[2]);
    expect(await modi(['inspect', token, '--html', 'no/such/page.html'], { cwd })).toMatchObject({ code: 1 });
    expect(existsSync(join(cwd, 'no'))).toBe(false);
  });

  it('whatever the bytes, decoding ends in an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const decoded = decodeToken(tokenFromPaste(text));
        expect(decoded.header !== undefined || decoded.problems.length > 0).toBe(true);
      }),
    );
  });
});
