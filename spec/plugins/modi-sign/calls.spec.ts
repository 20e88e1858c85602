import { beforeAll, describe, expect, it } from 'vitest';
import { mockPki, type MockSigner } from '../../support/pki';
import { changesOf, recordOf, runResponse, signRoute } from '../../support/sign-route';

let signer: MockSigner;
beforeAll(async () => {
  signer = (await mockPki()).leaf('ec');
});

const READS = [
  ['kong.ctx.shared.get', 'modi'],
  ['kong.nginx.get_var', 'http_x_modi_request_id'],
  ['kong.service.response.get_status'],
  ['kong.nginx.get_var', 'sent_http_content_type'],
  ['kong.nginx.get_var', 'sent_http_content_encoding'],
];

const told = (outcome: string): unknown => [
  'kong.log.set_serialize_value',
  'modi.response',
  expect.objectContaining({ outcome }),
];
const MASK = ['kong.log.set_serialize_value', 'response.headers.agid-jwt-signature', 'REDACTED'];

describe('the calls on Kong', () => {
  it('of a signed answer are nine, one of them to keep the token out of the logs', async () => {
    const { calls } = await runResponse(signRoute(signer), { record: recordOf() });
    expect(calls.slice(0, -1)).toEqual([...READS, ['kong.service.response.get_raw_body'], told('signed'), MASK]);
    expect(calls.at(-1)?.[0]).toBe('kong.response.set_headers');
    expect(calls).toHaveLength(9);
  });

  it('are all asked before the first answer comes, so that they travel in one write', async () => {
    const { calls } = await runResponse(signRoute(signer, { signed_headers: ['x-a', 'x-b'] }));
    expect(calls.slice(0, -1)).toEqual([
      ...READS,
      ['kong.nginx.get_var', 'sent_http_x_a'],
      ['kong.nginx.get_var', 'sent_http_x_b'],
      ['kong.service.response.get_raw_body'],
      told('signed'),
      MASK,
    ]);
  });

  it('of an empty answer are two more: whether it answers HEAD, and what the service says of the body', async () => {
    const { calls } = await runResponse(signRoute(signer), { body: '' });
    expect(calls.slice(6, -1)).toEqual([
      ['kong.nginx.get_var', 'request_method'],
      ['kong.nginx.get_var', 'sent_http_digest'],
      told('unsigned'),
    ]);
  });

  it('never ask Kong for what it can mix up between requests', async () => {
    for (const answer of [{}, { body: '' }, { status: 500 }, { status: 206 }]) {
      const { calls } = await runResponse(signRoute(signer), { ...answer, record: recordOf() });
      const asked = calls.map(([method]) => method);
      expect(asked.filter((method) => /^kong\.(request|response)\.get_/.test(method))).toEqual([]);
      // Its list is empty in the response phase of a real Kong.
      expect(asked).not.toContain('kong.service.response.get_headers');
    }
  });

  it('of a refused answer end with the problem, and nothing of the service’s answer is left on it', async () => {
    const memory = await runResponse(signRoute(signer), { status: 206 });
    const { calls } = memory;
    expect(calls.slice(6)).toEqual([
      ['kong.nginx.get_var', 'kong_request_id'],
      ['kong.nginx.get_var', 'http_accept_language'],
      ['kong.log.set_serialize_value', 'modi.response', expect.objectContaining({ code: 'MODI_ANSWER_PARTIAL' })],
      ['kong.log.set_serialize_value', 'modi.outcome', 'failed'],
      ['kong.log.set_serialize_value', 'modi.code', 'MODI_ANSWER_PARTIAL'],
      ['kong.log.set_serialize_value', 'modi.status', 502],
      ['kong.response.exit', 502],
    ]);
    expect(memory.exited()?.headers).toMatchObject({
      Digest: [],
      'Content-Encoding': [],
      'Agid-JWT-Signature': [],
      ETag: [],
    });
  });

  it('replace what the service says under our names, whether the answer is signed or not', async () => {
    const headers = { 'content-type': 'application/json', digest: 'SHA-256=old', 'agid-jwt-signature': ['a', 'b'] };
    const signed = changesOf(await runResponse(signRoute(signer), { headers }));
    expect(signed['digest']).toMatch(/^SHA-256=[^o]/);
    expect(signed['agid-jwt-signature']).toMatch(/^ey/);
    expect(changesOf(await runResponse(signRoute(signer), { headers, status: 500 }))).toEqual({
      'agid-jwt-signature': [],
    });
    expect(changesOf(await runResponse(signRoute(signer), { headers, body: '' }))).toEqual({
      'agid-jwt-signature': [],
      digest: [],
    });
  });
});
