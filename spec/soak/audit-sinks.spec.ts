import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChain } from '../../plugins/core/audit';
import { CollectorHome } from '../support/audit/collector-child';
import { listening } from '../support/http-server';

it('an outage of the far end, and kill -9 of the collector within: nothing lost, nothing doubled by id', async () => {
  const received = new Map<string, string>();
  let [up, refusals] = [true, 0];
  const port = await listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!up) refusals += 1;
      else {
        const items = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { id: string; entry: object }[];
        for (const { id, entry } of items) received.set(id, JSON.stringify(entry));
      }
      response.writeHead(up ? 200 : 503).end();
    });
  });
  const home = await CollectorHome.make(mkdtempSync(join(tmpdir(), 'modi-audit-sinks-')));
  onTestFinished(() => {
    home.remove();
  });
  appendFileSync(
    join(home.folder, 'audit.yml'),
    `sinks:\n  - name: siem\n    http_endpoint: http://127.0.0.1:${port}/\n    queue: {max_batch_size: 20, max_coalescing_delay: 0, max_retry_delay: 1}\n`,
  );
  const send = (from: number, to: number): void => {
    for (let number = from; number <= to; number += 1) home.exchange(`r${number}`);
  };

  send(1, 50);
  const first = home.start();
  await expect.poll(() => received.size, { timeout: 20_000 }).toBeGreaterThan(20);
  up = false;
  send(51, 150);
  await expect.poll(() => refusals, { timeout: 20_000 }).toBeGreaterThan(0);
  await first.stop('SIGKILL');
  send(151, 200);
  const second = home.start();
  await second.ready;
  up = true;
  await expect.poll(() => received.size, { timeout: 20_000 }).toBeGreaterThan(200);
  await second.stop('SIGTERM');
  expect(await home.start({ once: true }).ended).toBe(0);

  const wanted = new Map<string, string>();
  for await (const { node, seq, hash, members } of readChain(home.audit)) {
    wanted.set(`${node}/${seq}/${hash}`, JSON.stringify(members));
  }
  expect(received).toEqual(wanted);
});
