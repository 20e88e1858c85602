import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DescribeError, GatewayConfigError, startGateway } from '../../plugins/dev';
import {
  call,
  eventually,
  LogCollector,
  probe,
  probeEntry,
  startProbeGateway,
  startService,
} from '../support/embedded-gateway';
import { probeDump, TestPluginServer, type Step } from '../support/test-plugin-server';
import { testPluginServerCommand } from '../support/test-plugin-server-child';
import { tempFolder } from '../support/temp';

const routed = (url: string, ...plugins: string[]): string => `
_format_version: "3.0"
services: [{ url: "${url}", routes: [{ paths: [/], name: r }] }]
plugins: [${plugins.join(', ')}]
`;

describe('instances', () => {
  it("are one per configuration and worker, with Kong's bookkeeping in their configuration", async () => {
    const service = await startService();
    const { gateway, plugins } = await startProbeGateway(
      `
_format_version: "3.0"
services:
  - name: s
    id: 664b112a-d659-5b5f-b2b8-eaa21a643753
    url: ${service.url}
    routes:
      - { paths: [/a], id: 1f4e4ccd-3ba6-4b4c-8d1b-2d4e1f3ca111, plugins: [${probe({ label: 'a' })}] }
      - { paths: [/b] }
    plugins: [${probe({}).replace('{', '{"instance_name":"named","id":"8a388226-80e8-4027-a486-25e4f7db5d21",')}]
`,
      { workers: 2 },
    );
    for (let turn = 0; turn < 3; turn += 1) {
      for (const path of ['a', 'a', 'b', 'b']) await call(`${gateway.url}/${path}`);
    }
    expect(plugins.started.map(({ config }) => config['label'])).toEqual(['a', 'a', null, null]);
    const [a, , b] = plugins.started.map(({ config }) => config);
    expect(a).toMatchObject({
      route_id: '1f4e4ccd-3ba6-4b4c-8d1b-2d4e1f3ca111',
      __seq__: expect.any(Number),
      access: '[]',
    });
    expect(a).not.toHaveProperty('service_id');
    expect(b).toMatchObject({
      service_id: '664b112a-d659-5b5f-b2b8-eaa21a643753',
      __plugin_id: '8a388226-80e8-4027-a486-25e4f7db5d21',
      __key__: expect.stringContaining('plugins:probe::664b112a-d659-5b5f-b2b8-eaa21a643753:'),
      plugin_instance_name: 'named',
      label: null,
    });
    expect(plugins.connections).toBeLessThanOrEqual(2);
  });

  it('get references of the environment resolved, and an empty text for one that is not there', async () => {
    process.env['MODI_SPEC_LABEL'] = 'città';
    onTestFinished(() => {
      delete process.env['MODI_SPEC_LABEL'];
    });
    const service = await startService();
    const { gateway, plugins, log } = await startProbeGateway(`
_format_version: "3.0"
services:
  - url: ${service.url}
    routes:
      - { paths: [/a], plugins: [${probe({ label: '{vault://env/modi-spec-label}' })}] }
      - { paths: [/b], plugins: [${probe({ label: '{vault://env/modi-spec-missing}' })}] }
      - { paths: [/c], plugins: [${probe({ label: '{vault://hcv/x/y}' })}] }
`);
    for (const path of ['a', 'b', 'c']) await call(`${gateway.url}/${path}`);
    expect(plugins.started.map(({ config }) => config['label'])).toEqual(['città', '', '']);
    expect(plugins.started[0]?.config['$refs']).toEqual({ label: '{vault://env/modi-spec-label}' });
    expect(log.lines.join('\n')).toContain('unable to resolve reference {vault://env/modi-spec-missing}');
  });

  it('are closed when the configuration changes, and new ones serve', async () => {
    const service = await startService();
    const { gateway, plugins } = await startProbeGateway(routed(service.url, probe({ label: 'old' })));
    await call(gateway.url);
    await gateway.reload(routed(service.url, probe({ label: 'new' })));
    await call(gateway.url);
    expect(plugins.started.map(({ config }) => config['label'])).toEqual(['old', 'new']);
    await eventually(() => plugins.closed.length === 1);
    await expect(gateway.reload(routed(service.url, probe({}).replace('"probe"', '"prob"')))).rejects.toThrow(
      GatewayConfigError,
    );
    expect((await call(gateway.url)).status).toBe(200);
    expect(plugins.started).toHaveLength(2);
  });
});

describe('a dialogue', () => {
  it('may be one write of many calls, with the end of the event in it', async () => {
    const service = await startService();
    const set = (k: string): { call: string; args: unknown } => ({ call: 'kong.ctx.shared.set', args: { k, v: k } });
    const { gateway, plugins } = await startProbeGateway(
      routed(
        service.url,
        probe({
          access: [
            {
              pipeline: [
                set('a'),
                { call: 'kong.request.get_raw_body' },
                set('b'),
                { call: 'kong.service.request.set_headers', args: { 'X-Last': '1' } },
              ],
            },
          ],
          response: [{ call: 'kong.ctx.shared.get', args: { v: 'b' }, note: 'b' }],
        }),
      ),
    );
    const results: unknown[] = [];
    plugins.onResult = (result) => results.push(result);
    for (const body of ['', 'x'.repeat(100_000), 'y'])
      expect((await call(gateway.url, { method: 'POST', body })).status).toBe(200);
    expect(service.seen.map(({ headers }) => headers['x-last'])).toEqual(['1', '1', '1']);
    expect(results).toEqual(['b', 'b', 'b']);
    expect(plugins.connections).toBe(1);
  });

  it('uses one connection per event under way, and again afterwards', async () => {
    const service = await startService();
    const { gateway, plugins } = await startProbeGateway(
      routed(service.url, probe({ access: [{ call: 'kong.request.get_method' }] })),
    );
    await call(gateway.url);
    await Promise.all(Array.from({ length: 20 }, () => call(gateway.url)));
    expect(plugins.connections).toBeGreaterThan(1);
    expect(plugins.connections).toBeLessThanOrEqual(20);
    expect(plugins.started).toHaveLength(1);
  });

  it.each<[string, Step[], string]>([
    ['hangs', [{ misbehave: 'hang' }], 'timeout'],
    ['announces a frame beyond measure', [{ misbehave: 'garbage' }], 'bytes announced'],
    ['answers another call', [{ misbehave: 'sequence' }], 'sequence'],
    ['breaks off each time', [{ misbehave: 'close' }], 'closed'],
    ['resets', [{ misbehave: 'reset' }], 'closed'],
  ])('that %s is a 500 in access and in response', async (_, steps, message) => {
    const service = await startService();
    for (const phase of ['access', 'response']) {
      const { gateway, log } = await startProbeGateway(routed(service.url, probe({ [phase]: steps })), {
        pluginServerTimeout: 100,
      });
      const answer = await call(gateway.url);
      expect(answer.status).toBe(500);
      expect(answer.json()).toMatchObject({ message: 'An unexpected error occurred' });
      expect(answer.text).not.toContain('hello');
      expect(log.lines.join('\n')).toContain(message);
    }
    expect(service.seen).toHaveLength(1);
  });

  it('with a server that lost its instances starts them again, and the phase from its start', async () => {
    const service = await startService();
    const { gateway, plugins, log } = await startProbeGateway(
      routed(service.url, probe({ access: [{ call: 'kong.service.request.set_headers', args: { 'X-Ran': '1' } }] })),
    );
    await call(gateway.url);
    plugins.instances.clear();
    expect((await call(gateway.url)).status).toBe(200);
    expect(service.seen[1]?.headers['x-ran']).toBe('1');
    expect(plugins.started).toHaveLength(2);
    expect(log.lines.join('\n')).toContain('starting a new instance');
  });

  it('is given up after some new instances, where Kong would go on', async () => {
    const service = await startService();
    const { gateway, plugins } = await startProbeGateway(
      routed(service.url, probe({ access: [{ misbehave: 'close' }] })),
    );
    expect((await call(gateway.url)).status).toBe(500);
    expect(plugins.started).toHaveLength(4);
  });

  it('with an instance that cannot start is a 500, and started no second time for one request', async () => {
    const service = await startService();
    const { gateway, log, plugins } = await startProbeGateway(routed(service.url, probe({ label: 'refuse to start' })));
    expect((await call(gateway.url)).status).toBe(500);
    expect(log.lines.join('\n')).toContain('starting an instance of probe failed: closed');
    expect(plugins.started).toHaveLength(0);
    expect(service.seen).toHaveLength(0);
  });
});

describe('a plugin server that is down', () => {
  it('is a 500 for every route of its plugins, and for no other', async () => {
    const service = await startService();
    const { gateway, plugins } = await startProbeGateway(`
_format_version: "3.0"
services:
  - url: ${service.url}
    routes:
      - { paths: [/guarded], plugins: [${probe({})}] }
      - { paths: [/open] }
`);
    expect((await call(`${gateway.url}/guarded`)).status).toBe(200);
    await plugins.close();
    for (let turn = 0; turn < 3; turn += 1) expect((await call(`${gateway.url}/guarded`)).status).toBe(500);
    expect((await call(`${gateway.url}/open`)).status).toBe(200);
    const again = new TestPluginServer(plugins.socketPath);
    await again.listen();
    onTestFinished(() => again.close());
    expect((await call(`${gateway.url}/guarded`)).status).toBe(200);
  });
});

describe('the description of a plugin', () => {
  const start = async (dump: string) => {
    const directory = tempFolder();
    const gateway = await startGateway({
      configFile: { name: 'kong.yml', text: '_format_version: "3.0"' },
      listen: [],
      pluginServers: [
        {
          ...probeEntry('x', join(directory, 's'), []),
          queryCommand: ['printf', '%s', dump],
        },
      ],
      logger: new LogCollector(),
    });
    await gateway.close();
  };
  const altered = (change: (plugin: Record<string, unknown>) => void): string => {
    const dump = JSON.parse(probeDump('probe', ['access'])) as { Plugins: Record<string, unknown>[] };
    change(dump.Plugins[0] ?? {});
    return JSON.stringify(dump);
  };

  it.each([
    ['not JSON', 'x', 'JSON'],
    ['another protocol', '{"Plugins":[{}]}', 'protocol "MsgPack:1" needs Kong'],
    ['no plugin', '{"Protocol":"ProtoBuf:1"}', 'Plugins[1]'],
    ['a version that Kong refuses', altered((plugin) => (plugin['Version'] = '1.0.0-rc1')), 'Version must be x.y.z'],
    ['a priority that is none', altered((plugin) => (plugin['Priority'] = 1.5)), 'Priority'],
    [
      'a phase that this gateway has not',
      altered((plugin) => (plugin['Phases'] = ['preread'])),
      'phase preread needs Kong',
    ],
    ['a schema without config', altered((plugin) => (plugin['Schema'] = { fields: [] })), 'no config'],
    [
      'a schema not understood',
      altered(
        (plugin) => (plugin['Schema'] = { fields: [{ config: { type: 'record', fields: [{ a: { type: 'x' } }] } }] }),
      ),
      'unknown type',
    ],
  ])('with %s stops the start', async (_, dump, message) => {
    const stopped = start(dump);
    await expect(stopped).rejects.toThrow(DescribeError);
    await expect(stopped).rejects.toThrow(message);
  });

  it('is asked by a command that must succeed', async () => {
    const entry = {
      name: 'x',
      socket: '/nowhere',
      queryCommand: [process.execPath, '-e', 'console.error("no such plugin"); process.exit(2)'],
    };
    const options = {
      configFile: { name: 'k', text: '_format_version: "3.0"' },
      listen: [],
      pluginServers: [entry],
      logger: new LogCollector(),
    };
    await expect(startGateway(options)).rejects.toThrow('plugin server x: no such plugin');
  });
});

describe('a plugin server that the gateway starts', () => {
  it('is started, logged, started again when it ends, and ended with the gateway', async () => {
    const service = await startService();
    const socket = join(tempFolder(), 'child.sock');
    const log = new LogCollector();
    const gateway = await startGateway({
      configFile: {
        name: 'kong.yml',
        text: routed(service.url, probe({ access: [{ call: 'kong.nginx.get_var', args: { v: 'http_x' } }] })),
      },
      listen: [{ host: '127.0.0.1', port: 0 }],
      pluginServers: [{ ...probeEntry('probe', socket, ['access']), startCommand: testPluginServerCommand(socket) }],
      logger: log,
    });
    onTestFinished(() => gateway.close());
    expect((await call(gateway.url)).status).toBe(200);
    const first = gateway.pluginServerPid();
    expect(log.lines).toContain(`info [probe:${String(first)}] listening`);
    process.kill(Number(first), 'SIGKILL');
    await eventually(() => gateway.pluginServerPid() !== first);
    expect((await call(gateway.url)).status).toBe(500);
    await eventually(() => log.lines.filter((line) => line.endsWith('] listening')).length === 2);
    expect((await call(gateway.url)).status).toBe(200);
    expect(gateway.stats.pluginServerStarts).toBe(2);
    const last = Number(gateway.pluginServerPid());
    await gateway.close();
    expect(() => process.kill(last, 0)).toThrow('ESRCH');
  });
});

describe("the pack's own plugin server", () => {
  const MODI_VERIFY = `{ name: modi-verify, config: { patterns: [ID_AUTH_REST_01], audience: [a], trust: { anchors: [/no/such/file] } } }`;

  it('is started when a plugin of the pack is used, also after a reload, and fails closed', async () => {
    const service = await startService();
    const gateway = await startGateway({
      configFile: { name: 'kong.yml', text: routed(service.url) },
      listen: [{ host: '127.0.0.1', port: 0 }],
      logger: new LogCollector(),
    });
    onTestFinished(() => gateway.close());
    expect(gateway.pluginServerPid()).toBeUndefined();
    expect((await call(gateway.url)).status).toBe(200);
    await gateway.reload(routed(service.url, MODI_VERIFY));
    expect(gateway.pluginServerPid()).toBeGreaterThan(0);
    const refused = await call(gateway.url);
    expect(refused.status).toBe(500);
    expect(service.seen).toHaveLength(1);
    const wrong = gateway.reload(routed(service.url, MODI_VERIFY.replace('patterns', 'patern')));
    await expect(wrong).rejects.toThrow('plugins[1].config.patern: unknown field (did you mean "patterns"?)');
    const unknown = gateway.reload(routed(service.url, '{ name: modi-verfy }'));
    await expect(unknown).rejects.toThrow(
      'needs Kong: the embedded gateway does not have it (did you mean "modi-verify"?)',
    );
  });
});
