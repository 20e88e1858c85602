import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { auditPlugin, signPlugin, verifyPlugin } from '../support/kong-yml';
import { COUNT, runBench, startBench, type Bench, type Row } from './harness';

function group(connections: number): Row[] {
  const group = `${connections} connections`;
  const row = (kind: Row['kind'], name: string, route: string): Row => ({
    name: `${name}, ${group}`,
    group,
    kind,
    path: `/${route}/1024`,
    party: 'ec',
    bodyBytes: 1024,
    count: connections === 1 ? Math.floor(COUNT / 10) : Math.floor(COUNT / 2),
    connections,
  });
  return [
    row('plain', 'plain route', 'plain'),
    row('empty', 'empty plugins, calls of verify and sign', 'empty'),
    row('real', 'audit off', 'off'),
    row('real', 'evidence none', 'none'),
    row('real', 'evidence async', 'async'),
    row('real', 'evidence before_response', 'ahead'),
    row('real', 'evidence before_response, encrypted', 'sealed'),
  ];
}

const ROWS = [...group(1), ...group(32)];

/** X25519, its private key kept nowhere. */
const RECIPIENT = '{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench(['modi-verify', 'modi-sign', 'modi-audit'], (folder, cast) => {
    const signed = [
      verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] }),
      signPlugin(folder, cast.other, { audience: 'client_id', request_digest: true, algorithm: 'ES256' }),
    ];
    const audited = (name: string, config: Record<string, unknown>) => ({
      name,
      plugins: [...signed, auditPlugin(join(folder, `evidence-${name}`), config)],
    });
    return [
      { name: 'plain', plugins: [] },
      { name: 'empty', plugins: ['bench-access', 'bench-response'].map((name) => ({ name, config: {} })) },
      { name: 'off', plugins: signed },
      audited('none', { evidence: 'none' }),
      audited('async', { durability: 'async' }),
      audited('ahead', { durability: 'before_response' }),
      audited('sealed', { durability: 'before_response', encryption: { key: RECIPIENT } }),
    ];
  });
}, 120_000);

afterAll(() => bench.stop());

it('what evidence costs, beside the same routes without it', { timeout: 3_600_000 }, () =>
  runBench(bench, 'modi-audit', ROWS),
);
