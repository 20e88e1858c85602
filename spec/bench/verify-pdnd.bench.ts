import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import type { RunningPlatform } from '../../plugins/dev/platform';
import type { RouteSpec } from '../support/kong-yml';
import { makePdndRequest, PDND_CONFIGS, pdndCast, type PdndCast, type PdndRecipe } from '../support/pdnd';
import { apiClientPem, platformAddresses, startPdndPlatform } from '../support/pdnd/platform';
import { AUDIENCE } from '../support/requests';
import { COUNT, runBench, startBench, type Bench, type Row } from './harness';

const KIB = 1024;
const VOUCHER = PDND_CONFIGS['p-voucher'];
const THREE = ['AUDIT_REST_02', 'INTEGRITY_REST_02'];

/** What is added from row to row. */
const STEPS = {
  voucher: { config: VOUCHER, parts: {} },
  'voucher-integrity': { config: PDND_CONFIGS['p-integrity'], parts: { integrity: true } },
  'voucher-integrity-audit': { config: { ...VOUCHER, patterns: THREE }, parts: { integrity: true, audit: true } },
  'all-dpop': { config: PDND_CONFIGS['p-all'], parts: { integrity: true, audit: true, dpop: true } },
} as const;

let bench: Bench;
let platform: RunningPlatform;
let cast: PdndCast;
let folder: string;

function routes(): RouteSpec[] {
  const key = join(folder, 'api-client.pem');
  writeFileSync(key, apiClientPem(), { mode: 0o644 });
  const client = { id: '22222222-0000-4000-8000-000000000002', key_file: key };
  const real = Object.entries(STEPS).map(([name, { config }]) => {
    const pdnd = { ...platformAddresses(platform), client, ...config.pdnd };
    return { name, plugins: [{ name: 'modi-verify', config: { audience: [AUDIENCE], ...config, pdnd } }] };
  });
  return [{ name: 'plain', plugins: [] }, { name: 'empty', plugins: [{ name: 'bench-access', config: {} }] }, ...real];
}

function group(name: string, parts: Partial<PdndRecipe>): Row[] {
  const row = (kind: Row['kind'], route: string, title: string): Row => ({
    name: `${title}, ${name}`,
    group: name,
    kind,
    path: `/${route}/100`,
    party: 'rsa',
    make: (now, body) => makePdndRequest({ now, cast, path: `/${route}/100`, body, ...parts }),
    bodyBytes: KIB,
    count: Math.ceil(COUNT / 6),
    connections: 32,
  });
  return [row('plain', 'plain', 'plain'), row('empty', 'empty', 'empty plugin'), row('real', name, 'modi-verify')];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-bench-pdnd-'));
  platform = await startPdndPlatform();
  cast = pdndCast(platform.platform.voucherKeys.current);
  bench = await startBench(['modi-verify'], routes);
}, 120_000);

afterAll(async () => {
  await bench.stop();
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

it('tokens of the platform beside an empty plugin that makes the same calls', { timeout: 3_600_000 }, () =>
  runBench(
    bench,
    'modi-verify on the PDND, RS256',
    Object.entries(STEPS).flatMap(([name, { parts }]) => group(name, parts)),
  ),
);
