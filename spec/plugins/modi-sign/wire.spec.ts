import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { modiSign } from '../../../plugins/modi-sign';
import { mockPki, type MockSigner } from '../../support/pki';
import { testServer } from '../../support/plugin-server';
import { CALLER, pemOf } from '../../support/sign-route';
import { WireClient, type Answer } from '../../support/wire-client';

let signer: MockSigner;
beforeAll(async () => {
  signer = (await mockPki()).leaf('ec');
});

async function start(config: Record<string, unknown> = {}): Promise<{ client: WireClient; id: number }> {
  const server = await testServer([modiSign]);
  const client = await WireClient.open(server.path);
  onTestFinished(() => {
    client.close();
  });
  const id = await client.startInstance('modi-sign', { key: { file: pemOf(signer) }, audience: CALLER, ...config });
  return { client, id };
}

/** Kong's side: what is not set is an empty frame. */
const kong =
  (body: Buffer | 'hang-up'): Answer =>
  ({ method, args }) => {
    const name = (args as { v?: Uint8Array }).v;
    if (method === 'kong.service.response.get_status') return { v: 200 };
    if (method === 'kong.service.response.get_raw_body') return body === 'hang-up' ? body : { v: body };
    if (method === 'kong.nginx.get_var' && Buffer.from(name ?? []).toString() === 'sent_http_content_type') {
      return { v: Buffer.from('application/json') };
    }
    return undefined;
  };

describe('modi-sign on the wire of the plugin server', () => {
  it('reads in one write and ends with the headers', async () => {
    const { client, id } = await start();
    const { calls, end } = await client.event(id, 'response', kong(Buffer.from('{}')));
    expect(end).toBe('returned');
    expect(calls.map(({ method }) => method)).toEqual([
      'kong.ctx.shared.get',
      'kong.nginx.get_var',
      'kong.service.response.get_status',
      'kong.nginx.get_var',
      'kong.nginx.get_var',
      'kong.service.response.get_raw_body',
      'kong.log.set_serialize_value',
      'kong.log.set_serialize_value',
      'kong.response.set_headers',
    ]);
  });

  it('answers at once when the body is more than the wire carries', async () => {
    const server = await testServer([modiSign], { maxFrameBytes: 100_000 });
    const client = await WireClient.open(server.path);
    onTestFinished(() => {
      client.close();
    });
    const id = await client.startInstance('modi-sign', { key: { file: pemOf(signer) }, audience: CALLER });
    const { exit } = await client.event(id, 'response', kong(Buffer.alloc(200_000)));
    // However Kong's writes were cut: the replies before the body were heard.
    const { code } = JSON.parse(Buffer.from(exit?.body ?? []).toString()) as { code: string };
    expect([exit?.status, code]).toEqual([502, 'MODI_ANSWER_BODY_UNAVAILABLE']);
  });

  it('leaves it to Kong when the connection breaks: no answer is made up', async () => {
    const { client, id } = await start();
    const { end, calls } = await client.event(id, 'response', kong('hang-up'));
    expect(end).toBe('closed');
    expect(calls.map(({ method }) => method)).not.toContain('kong.response.set_headers');
  });

  it('answers 500 to every request while its configuration cannot be honoured', async () => {
    const { client, id } = await start({ key_reference: 'kid' });
    const { end, exit } = await client.event(id, 'response', kong(Buffer.from('{}')));
    expect([end, exit?.status]).toEqual(['exit', 500]);
  });
});
