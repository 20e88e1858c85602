import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeCast, REFUSED, type Cast } from '../support/corpus';
import { packServer, startTestGateway } from '../support/gateways';
import { startEcho } from '../support/http';
import { corpusRoutes, kongYml } from '../support/kong-yml';
import { load } from '../support/load/load';
import { residentBytes } from '../support/load/process-facts';
import { rawRequest } from '../support/load/raw-request';

/** `npm run soak` sends 200,000; the suite fewer, and allows for a heap that is still finding its size. */
const REFUSALS = Number(process.env['SOAK_REFUSALS'] ?? 5000);
const GROWTH = REFUSALS >= 200_000 ? 1.05 : 1.35;

/**
 * Samples in each half. Between two collections the resident memory goes up and down by a tenth; what is kept for
 * ever would raise the floor, so the floors of both halves are compared.
 */
const SAMPLES = 10;

/** Requests that reach the plugin whatever the HTTP server in front thinks of repeated or long headers, and stay wrong. */
const pool = (cast: Cast): Buffer[] => {
  const now = Math.floor(Date.now() / 1000);
  return REFUSED.filter(({ name }) => !/two headers|TOO_LARGE|HEADER_DUPLICATE|FUTURE|NOT_YET/.test(name)).map((one) =>
    rawRequest(`/${one.route}`, one.make(cast, now)),
  );
};

function* repeated(requests: readonly Buffer[], count: number): Generator<Buffer> {
  for (let index = 0; index < count; index += 1) yield requests[index % requests.length]!;
}

it(
  `${REFUSALS} refused requests leave the memory of the plugin server as it was`,
  { timeout: 60_000 + REFUSALS * 3 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'modi-memory-'));
    const [cast, echo] = await Promise.all([makeCast(), startEcho()]);
    const routes = corpusRoutes(folder, cast).map((route) => ({ ...route, plugins: route.plugins.slice(0, 1) }));
    const gateway = await startTestGateway({
      folder,
      kongYml: kongYml(echo.url, routes),
      pluginServers: packServer(folder, ['modi-verify'], '--log-level', 'warn'),
    });
    onTestFinished(async () => {
      await gateway.stop();
      echo.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const requests = pool(cast);
    const port = Number(new URL(gateway.url).port);
    const run = (count: number) => load({ port, connections: 16, requests: repeated(requests, count) });

    await run(Math.ceil(REFUSALS / 4));
    const pid = (await gateway.pluginServerPid()) ?? 0;
    const samples: number[] = [];
    let answers = 0;
    for (let round = 0; round < 2 * SAMPLES; round += 1) {
      answers += (await run(REFUSALS / (2 * SAMPLES))).answers;
      samples.push(residentBytes(pid));
    }
    const [before, after] = [Math.min(...samples.slice(0, SAMPLES)), Math.min(...samples.slice(SAMPLES))];
    const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
    process.stderr.write(`refused ${answers}, resident MiB ${samples.map(mebibytes).join(' ')}\n`);

    expect(answers).toBe(REFUSALS);
    expect(echo.requests()).toBe(0);
    expect(await gateway.pluginServerPid()).toBe(pid);
    expect(after / before).toBeLessThan(GROWTH);
  },
);
