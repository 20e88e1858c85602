import { afterAll, beforeAll, it } from 'vitest';
import { signPlugin, verifyPlugin } from '../support/kong-yml';
import { COUNT, runBench, startBench, type Bench, type Row } from './harness';

function group(key: 'ES256' | 'RS256', bytes: number, connections: number): Row[] {
  const group = `${key}, answer of ${bytes / 1024} KiB, ${connections} connections`;
  const row = (kind: Row['kind'], name: string, route: string): Row => ({
    name: `${name}, ${group}`,
    group,
    kind,
    path: `/${route}/${bytes}`,
    party: key === 'ES256' ? 'ec' : 'rsa',
    bodyBytes: 1024,
    count: Math.floor(COUNT / (bytes > 10_000 ? 4 : 2)),
    connections,
  });
  return [
    row('plain', 'plain route', 'plain'),
    row('empty', 'empty plugins, same calls', 'empty'),
    row('real', 'modi-verify and modi-sign', key),
  ];
}

const ROWS = [
  ...group('ES256', 1024, 32),
  ...group('RS256', 1024, 32),
  ...group('ES256', 102_400, 32),
  ...group('RS256', 102_400, 32),
  // Few connections: the delay that a caller sees when the gateway is not saturated.
  ...group('ES256', 1024, 4),
  ...group('RS256', 1024, 4),
];

let bench: Bench;

beforeAll(async () => {
  bench = await startBench(['modi-verify', 'modi-sign'], (folder, cast) => {
    const verify = verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] });
    const sign = { audience: 'client_id', request_digest: true };
    return [
      { name: 'plain', plugins: [] },
      { name: 'empty', plugins: ['bench-access', 'bench-response'].map((name) => ({ name, config: {} })) },
      { name: 'ES256', plugins: [verify, signPlugin(folder, cast.other, { ...sign, algorithm: 'ES256' })] },
      { name: 'RS256', plugins: [verify, signPlugin(folder, cast.rsa, { ...sign, issuer: 'rsa', subject: 'rsa' })] },
    ];
  });
}, 120_000);

afterAll(() => bench.stop());

it(
  'modi-verify and modi-sign beside a plain route and empty plugins that make the same calls',
  { timeout: 3_600_000 },
  () => runBench(bench, 'verify and sign', ROWS),
);
