import { expect, it } from 'vitest';
import { readPlatformData, SAMPLE_PLATFORM } from '../../plugins/dev/platform';
import { askVoucher, CAST, claimsOf, clientAssertion, mockPlatform } from '../support/platform';
import { readPage } from './support/pages';

const page = readPage('docs/mock-pdnd.md');

it('the data of docs/mock-pdnd.md makes a platform that issues vouchers', async () => {
  const [fence] = page.fences.filter(({ language }) => language === 'yml');
  const keys: Record<string, string> = { 'client.pem': CAST.client.pem, 'gateway.pem': CAST.api.pem };
  const running = await mockPlatform({ data: readPlatformData(fence?.text ?? '', (path) => keys[path] ?? '') });
  const answer = await askVoucher(running, clientAssertion(running, Math.floor(Date.now() / 1000)));
  const { access_token: voucher } = (await answer.json()) as { access_token: string };
  expect(claimsOf(voucher)).toMatchObject({ iss: 'pdnd.localhost', purposeId: SAMPLE_PLATFORM.purpose });
});

it('the names and paths of docs/mock-pdnd.md are those of the mock', async () => {
  const text = page.prose.map((line) => line.text).join('\n');
  const running = await mockPlatform();
  const told = [running.issuer, running.assertionAudience, `${running.issuer}/m2m`];
  const uris = [running.tokenUri, running.jwksUri, running.answerKeysUri, running.apiUri('v1'), running.apiUri('v3')];
  for (const name of [...told, ...uris.map((uri) => uri.slice(running.url.length))])
    expect(text).toContain(`\`${name}\``);
  const calls = [...text.matchAll(/^\| `(GET|PUT|POST|DELETE) (\/mock\S*)`/gm)];
  expect(calls).toHaveLength(6);
  for (const [, method = '', path = ''] of calls) {
    const filled = path.replace('KID', CAST.client.kid).replace('PART', 'jwks');
    expect((await fetch(running.url + filled, { method })).status).toBe(200);
  }
});
