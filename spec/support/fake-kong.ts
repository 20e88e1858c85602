import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { PLUGIN_NAMES } from '../../plugins/runtime/registry';

/** What a fake Kong tells of itself. Everything is right by default. */
export interface FakeKong {
  readonly version?: string;
  /** Put over the good settings; undefined takes one away. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  readonly plugins?: readonly object[];
  readonly routes?: readonly object[];
  /** Versions of loaded plugins. */
  readonly available?: Readonly<Record<string, string>>;
  /** Its clock, in seconds since the epoch; default the machine's. */
  readonly now?: number;
  /** Seconds by which its Date is wrong. */
  readonly ahead?: number;
  /** Answers 500 at its first page, as Kong does that has started a plugin server. */
  readonly mute?: boolean;
  /** Entities on a page. */
  readonly pageSize?: number;
}

export const goodSettings = (socket: string): Record<string, string> => ({
  plugins: `bundled,${PLUGIN_NAMES.join(',')}`,
  pluginserver_names: PLUGIN_NAMES.join(','),
  ...Object.fromEntries(
    PLUGIN_NAMES.flatMap((name, index): [string, string][] => {
      const entry = `pluginserver_${name.replaceAll('-', '_')}`;
      return [
        [`${entry}_socket`, socket],
        [`${entry}_query_cmd`, `/usr/bin/node /opt/modi/main.js --describe ${name}`],
        ...(index === 0
          ? [[`${entry}_start_cmd`, `/usr/bin/node /opt/modi/main.js --socket ${socket}`] as [string, string]]
          : []),
      ];
    }),
  ),
  nginx_http_large_client_header_buffers: '8 32k',
  log_level: 'info',
  proxy_listen: '0.0.0.0:8000, 0.0.0.0:8443 http2 ssl',
});

/** Kong's Admin API as far as modi doctor asks it: a real server on a port of its own. Answers its URL. */
export async function startFakeKong(socket: string, kong: FakeKong, requests: string[] = []): Promise<string> {
  const { version = '3.9.1', plugins = [], routes = [], ahead = 0, pageSize = 1000 } = kong;
  const available = kong.available ?? Object.fromEntries(PLUGIN_NAMES.map((name) => [name, '0.1.0']));
  const settings = Object.entries({ ...goodSettings(socket), ...kong.settings });
  const configuration = Object.fromEntries(settings.filter(([, value]) => value !== undefined));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://kong');
    requests.push(`${request.method ?? ''} ${pathname}`);
    response.sendDate = false;
    response.setHeader('Date', new Date(((kong.now ?? Math.floor(Date.now() / 1000)) + ahead) * 1000).toUTCString());
    response.setHeader('Server', `kong/${version}`);
    const page = (all: readonly object[]): object => {
      const from = Number(searchParams.get('offset') ?? 0);
      const next = from + pageSize < all.length ? `${pathname}?offset=${from + pageSize}` : null;
      return { data: all.slice(from, from + pageSize), next };
    };
    const answers: Record<string, () => object> = {
      '/': () => ({
        version,
        configuration,
        plugins: {
          available_on_server: Object.fromEntries(
            Object.entries(available).map(([name, one]) => [name, { version: one, priority: 1 }]),
          ),
        },
      }),
      '/plugins/enabled': () => ({ enabled_plugins: ['acl', ...Object.keys(available)] }),
      '/plugins': () => page(plugins),
      '/routes': () => page(routes),
    };
    const answer = kong.mute === true && pathname === '/' ? undefined : answers[pathname];
    response.statusCode = answer === undefined ? 500 : 200;
    response.end(JSON.stringify(answer?.() ?? { message: 'An unexpected error occurred' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
