import { existsSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Instances } from '../../plugins/runtime/instances';
import type { Kong } from '../../plugins/runtime/kong';
import { NO_METRICS } from '../../plugins/runtime/metrics';
import { SocketError, startServer } from '../../plugins/runtime/server';
import { encodeFrames } from '../../plugins/runtime/wire/frames';
import { testPlugin, testServer } from '../support/plugin-server';
import { tempFolder } from '../support/temp';
import { WireClient, type Answer } from '../support/wire-client';

const nothing: Answer = () => undefined;

async function clientOf(path: string): Promise<WireClient> {
  const client = await WireClient.open(path);
  onTestFinished(() => {
    client.close();
  });
  return client;
}

async function runOnce(access: (kong: Kong) => Promise<void>, answer: Answer = nothing, options = {}) {
  const server = await testServer([testPlugin('probe', { access })], options);
  const client = await clientOf(server.path);
  const id = await client.startInstance('probe', {});
  return { ...server, client, id, end: await client.event(id, 'access', answer) };
}

const status = (end: { exit?: { status?: number } }): number | undefined => end.exit?.status;

describe('an event', () => {
  it('passes when the phase returns, and the connection serves the next one', async () => {
    const { client, id, end } = await runOnce(async () => undefined);
    expect(end).toEqual({ calls: [], end: 'returned' });
    expect(await client.event(id, 'access', nothing)).toEqual({ calls: [], end: 'returned' });
  });

  it('sends queries of one tick together and gives each its own answer', async () => {
    let seen: unknown;
    const { end } = await runOnce(
      async (kong) => {
        const [headers, value] = await Promise.all([kong.request.getHeaders(7), kong.nginx.getVar('host')]);
        seen = [headers.get('a'), value];
      },
      ({ method }) =>
        method === 'kong.request.get_headers'
          ? { fields: { A: { string_value: Buffer.from('1') } } }
          : { v: Buffer.from('example') },
    );
    expect(seen).toEqual([['1'], 'example']);
    expect(end.calls.map(({ method }) => method)).toEqual(['kong.request.get_headers', 'kong.nginx.get_var']);
  });

  it('sends commands with the end and takes their replies before the next call of the connection', async () => {
    const { client, id, end } = await runOnce(async (kong) => {
      kong.ctxShared.set('a', 'b');
      kong.log.setSerializeValue('modi', { x: 1 });
      kong.serviceRequest.setHeaders({ 'x-a': 'b', authorization: [] });
    });
    expect(end.end).toBe('returned');
    expect(end.calls.map(({ method }) => method)).toEqual([
      'kong.ctx.shared.set',
      'kong.log.set_serialize_value',
      'kong.service.request.set_headers',
    ]);
    expect((await client.event(id, 'access', nothing)).end).toBe('returned');
  });

  it('sends the questions that nobody waits for with the end, and hears their answers after it', async () => {
    let seen: Promise<unknown> | undefined;
    const { client, id, end } = await runOnce(
      async (kong) => {
        seen = kong.atEnd(() => Promise.all([kong.nginx.getVar('host'), kong.serviceResponse.getStatus()]));
        kong.ctxShared.set('a', 'b');
      },
      ({ method }) =>
        method === 'kong.nginx.get_var'
          ? { v: Buffer.from('example') }
          : method.endsWith('status')
            ? { v: 200 }
            : undefined,
    );
    expect(end.end).toBe('returned');
    expect(end.calls.map(({ method }) => method)).toEqual([
      'kong.ctx.shared.set',
      'kong.nginx.get_var',
      'kong.service.response.get_status',
    ]);
    expect(await seen).toEqual(['example', 200]);
    expect((await client.event(id, 'access', nothing)).end).toBe('returned');
  });

  it.each([
    ['an exit', (kong: Kong) => kong.response.exit(403, '', {})],
    ['a failure', () => Promise.reject(new Error('broken'))],
  ])('never asks them after %s, and says so to who hoped for them', async (_, fail) => {
    let hoped: Promise<unknown> | undefined;
    const { end } = await runOnce(async (kong) => {
      hoped = kong.atEnd(() => kong.nginx.getVar('host'));
      hoped.catch(() => undefined);
      await fail(kong);
    });
    expect(end.calls.map(({ method }) => method)).toEqual(['kong.response.exit']);
    await expect(hoped).rejects.toThrow('the phase ended with exit');
  });

  it('says so as well when Kong goes without answering them', async () => {
    let hoped: Promise<unknown> | undefined;
    const access = async (kong: Kong): Promise<void> => {
      hoped = kong.atEnd(() => kong.nginx.getVar('host'));
      hoped.catch(() => undefined);
    };
    await runOnce(access, () => 'hang-up');
    await expect(hoped).rejects.toThrow(/closed the connection/);
  });

  it('makes no further call after exit, and says nothing more on the connection', async () => {
    const { client, end } = await runOnce(async (kong) => {
      try {
        kong.response.exit(403, 'no', { 'x-a': 'b' });
      } finally {
        // A plugin that goes on after its exit is stopped by the port itself.
        expect(() => {
          kong.ctxShared.set('late', 1);
        }).toThrow('over');
      }
    });
    expect(end.calls.map(({ method }) => method)).toEqual(['kong.response.exit']);
    expect(status(end)).toBe(403);
    expect(client.unread).toBe(0);
  });

  it('ends in 500 when the phase throws, rejects, or throws no error at all', async () => {
    for (const failure of [new Error('broken'), 'a string', undefined]) {
      const { end, log } = await runOnce(async () => {
        throw failure as Error;
      });
      expect(status(end)).toBe(500);
      expect(Buffer.from(end.exit?.body ?? []).toString()).toContain('MODI_INTERNAL');
      expect(log.some(({ level }) => level === 50)).toBe(true);
    }
  });

  it('ends in 500 when a query is answered with garbage', async () => {
    const server = await testServer([
      testPlugin('probe', {
        access: async (kong) => {
          await kong.request.getHeaders(5);
        },
      }),
    ]);
    const client = await clientOf(server.path);
    const id = await client.startInstance('probe', {});
    client.call({ cmd_handle_event: { instance_id: id, event_name: 'access' } });
    await client.frame();
    await client.frame();
    client.sendRaw(encodeFrames([Buffer.from([0xff, 0xff, 0xff])]));
    expect((await client.frame()).toString()).toBe('kong.response.exit');
  });

  it('ends in 500 at the deadline, whatever it is waiting for', async () => {
    const { end } = await runOnce(
      async (kong) => {
        await kong.nginx.getVar('never');
      },
      () => 'silence',
      {
        deadlineMs: 30,
      },
    );
    expect(status(end)).toBe(500);
    expect(Buffer.from(end.exit?.body ?? []).toString()).toContain('MODI_DEADLINE');
  });

  it('ends in 500 when Kong announces a frame above the limit', async () => {
    const server = await testServer(
      [
        testPlugin('probe', {
          access: async (kong) => {
            await kong.request.getRawBody();
          },
        }),
      ],
      { maxFrameBytes: 100_000 },
    );
    const client = await clientOf(server.path);
    const id = await client.startInstance('probe', {});
    client.call({ cmd_handle_event: { instance_id: id, event_name: 'access' } });
    await client.frame();
    await client.frame();
    client.sendRaw(Buffer.from([0, 0, 0, 0x40, 1, 2, 3]));
    expect((await client.frame()).toString()).toBe('kong.response.exit');
  });

  it('removes headers that would lie about our body when a response phase fails', async () => {
    const server = await testServer([
      testPlugin('probe', {
        response: async () => {
          throw new Error('broken');
        },
      }),
    ]);
    const client = await clientOf(server.path);
    const end = await client.event(await client.startInstance('probe', {}), 'response', nothing);
    expect(status(end)).toBe(500);
    expect(end.calls.filter(({ method }) => method === 'kong.response.clear_header')).not.toHaveLength(0);
  });

  it('answers "no plugin instance" for an id it does not know, and the next connection works', async () => {
    const server = await testServer([testPlugin('probe', { access: async () => undefined })]);
    const client = await clientOf(server.path);
    const end = await client.event(12345, 'access', nothing);
    expect(end).toEqual({ calls: [{ method: 'no plugin instance', args: undefined }], end: 'error' });
    const next = await clientOf(server.path);
    expect((await next.event(await next.startInstance('probe', {}), 'access', nothing)).end).toBe('returned');
  });

  it('ends in 500 for a phase the plugin does not have', async () => {
    const server = await testServer([testPlugin('probe', {})]);
    const client = await clientOf(server.path);
    expect(status(await client.event(await client.startInstance('probe', {}), 'access', nothing))).toBe(500);
  });

  it('refuses every request of a configuration that cannot be honoured, and logs why', async () => {
    const plugin = {
      ...testPlugin('probe', {}),
      create: () => {
        throw new Error('config.audience: missing');
      },
    };
    const server = await testServer([plugin]);
    const client = await clientOf(server.path);
    const id = await client.startInstance('probe', {});
    expect(status(await client.event(id, 'access', nothing))).toBe(500);
    expect(JSON.stringify(server.log)).toContain('config.audience: missing');
  });
});

describe('instances', () => {
  it('start at a random 31-bit number and count up', () => {
    const firsts = Array.from({ length: 20 }, () => new Instances([testPlugin('p', {})]).start('p', {}).id);
    expect(new Set(firsts).size).toBeGreaterThan(15);
    expect(firsts.every((id) => id >= 1 && id < 2 ** 31)).toBe(true);
    const two = new Instances([testPlugin('p', {})], 10, 2 ** 31 - 1);
    expect([two.start('p', {}).id, two.start('p', {}).id]).toEqual([2 ** 31 - 1, 1]);
  });

  it('are bounded: the least used is forgotten and Kong is told so', () => {
    const few = new Instances([testPlugin('p', {})], 2, 1);
    const ids = [1, 2, 3].map(() => few.start('p', {}).id);
    expect(few.get(ids[0]!)).toBeUndefined();
    expect(few.get(ids[2]!)).toBeDefined();
  });

  it('close at Kong’s word', async () => {
    const { client, id, instances } = await runOnce(async () => undefined);
    client.call({ cmd_close_instance: { instance_id: id } });
    await client.frame();
    expect(instances.get(id)).toBeUndefined();
  });
});

describe('input that is not the protocol', () => {
  it('is answered by closing that connection only', async () => {
    const server = await testServer([testPlugin('probe', { access: async () => undefined })]);
    for (const bytes of [
      Buffer.from([3, 0, 0, 0, 0xff, 0xff, 0xff]),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      encodeFrames([Buffer.alloc(0)]),
      Buffer.alloc(64, 0xff),
    ]) {
      const client = await clientOf(server.path);
      client.sendRaw(bytes);
      await expect(client.frame()).rejects.toThrow('closed');
    }
    const client = await clientOf(server.path);
    expect((await client.event(await client.startInstance('probe', {}), 'access', nothing)).end).toBe('returned');
  });

  it('closes when an unknown plugin is started, so that Kong answers 500', async () => {
    const server = await testServer([]);
    const client = await clientOf(server.path);
    client.call({ cmd_start_instance: { name: 'other', config: Buffer.from('{}') } });
    await expect(client.frame()).rejects.toThrow('closed');
  });

  it('leaves nothing behind: half frames and 10,000 connections opened and dropped', async () => {
    const server = await testServer([testPlugin('probe', { access: async () => undefined })]);
    for (let round = 0; round < 200; round += 1) {
      await Promise.all(
        Array.from(
          { length: 50 },
          (_, index) =>
            new Promise<void>((resolve, reject) => {
              const socket = connect(server.path, () => {
                if (index % 2 === 0) socket.write(Buffer.from([200, 0, 0, 0, 1]));
                socket.destroy();
              });
              socket.once('close', () => {
                resolve();
              });
              socket.once('error', reject);
            }),
        ),
      );
      // Accepted in order: an answer here means that the whole round has been accepted.
      const marker = await WireClient.open(server.path);
      await marker.startInstance('probe', {});
      marker.close();
    }
    const client = await clientOf(server.path);
    expect((await client.event(await client.startInstance('probe', {}), 'access', nothing)).end).toBe('returned');
    await expect.poll(() => server.server.connections()).toBe(1);
  });
});

describe('the socket', () => {
  const options = (socketPath: string) => ({
    instances: new Instances([]),
    logger: pino({ level: 'silent' }),
    recorder: NO_METRICS,
    deadlineMs: 100,
    maxFrameBytes: 1000,
    socketPath,
  });

  it('has mode 0660 and is gone after close', async () => {
    const path = join(tempFolder(), 's');
    const server = await startServer(options(path));
    expect(statSync(path).mode & 0o777).toBe(0o660);
    await server.close(0);
    expect(existsSync(path)).toBe(false);
  });

  it('is refused while another process listens, and when the path is no socket', async () => {
    const path = join(tempFolder(), 's');
    const server = await startServer(options(path));
    await expect(startServer(options(path))).rejects.toThrow(SocketError);
    await server.close(0);
    const file = join(tempFolder(), 'file');
    writeFileSync(file, 'precious');
    await expect(startServer(options(file))).rejects.toThrow('is no socket');
    expect(existsSync(file)).toBe(true);
    await expect(startServer(options(join(tempFolder(), 'missing', 's')))).rejects.toThrow('cannot listen');
  });

  it('lets an event in flight finish when it closes', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = false;
    const access = (): Promise<void> => {
      begun = true;
      return gate;
    };
    const server = await testServer([testPlugin('probe', { access })]);
    const client = await clientOf(server.path);
    const id = await client.startInstance('probe', {});
    const ending = client.event(id, 'access', nothing);
    await expect.poll(() => begun).toBe(true);
    const closing = server.server.close(5000);
    release();
    expect((await ending).end).toBe('returned');
    await closing;
    expect(client.isClosed || client.unread === 0).toBe(true);
  });
});
