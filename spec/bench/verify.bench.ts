import { afterAll, beforeAll, it } from 'vitest';
import { verifyPlugin } from '../support/kong-yml';
import { COUNT, runBench, startBench, type Bench, type Row } from './harness';

const KIB = 1024;

function group(group: string, party: Row['party'], bodyBytes: number, count: number): Row[] {
  const row = (kind: Row['kind'], name: string): Row => ({
    name: `${name}, ${group}`,
    group,
    kind,
    path: `/${kind}/100`,
    party,
    bodyBytes,
    count,
    connections: 32,
  });
  return [row('plain', 'plain route'), row('empty', 'empty plugin, same calls'), row('real', 'modi-verify')];
}

const ROWS = [
  ...group('two ES256 tokens, 1 KiB', 'ec', KIB, COUNT),
  ...group('two RS256 tokens, 1 KiB', 'rsa', KIB, Math.floor(COUNT / 2)),
  ...group('two ES256 tokens, 1 MiB', 'ec', KIB * KIB, Math.max(100, Math.floor(COUNT / 30))),
];

let bench: Bench;

beforeAll(async () => {
  bench = await startBench(['modi-verify'], (folder, cast) => [
    { name: 'plain', plugins: [] },
    { name: 'empty', plugins: [{ name: 'bench-access', config: {} }] },
    { name: 'real', plugins: [verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] })] },
  ]);
}, 120_000);

afterAll(() => bench.stop());

it('modi-verify beside a plain route and an empty plugin that makes the same calls', { timeout: 3_600_000 }, () =>
  runBench(bench, 'modi-verify', ROWS),
);
