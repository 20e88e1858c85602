import { beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutRsyslog, startRsyslog } from '../support/audit/rsyslog';
import { numbers, sent, SinkBench } from '../support/audit/sink-bench';
import { mockPki, type MockPki } from '../support/pki';
import { serverIdentity, type TlsIdentity } from '../support/tls-files';

let pki: MockPki;
let server: TlsIdentity;
beforeAll(async () => {
  [pki, server] = await Promise.all([mockPki(), serverIdentity()]);
});

/** rsyslog hands on the byte order mark, too. */
const FORM = /^\[modi@32473 id="([^"]+)" chain="[^"]+"\] \uFEFF(.*)$/;

describe.skipIf(skipWithoutRsyslog('audit records at rsyslog'))('rsyslog', () => {
  it.each(['ossl', 'gtls'] as const)(
    'gets every record once, whole, and its receipt is understood (%s)',
    async (driver) => {
      const bench = await SinkBench.make(40);
      const far = await startRsyslog({ driver, server, ca: pki.anchorPem });
      const settings = { kind: 'syslog', ca: pki.anchorPem, syslog: { host: 'localhost', port: far.port } };
      await bench.drain(settings);
      expect(bench.told).toEqual([]);
      await expect.poll(() => far.lines().length, { timeout: 20_000 }).toBe(bench.all.length);
      const records = far.lines().map((line) => sent(FORM.exec(line)?.[2] ?? '{}'));
      // Each connection is read by itself: what comes later may be written earlier.
      expect(numbers(records).toSorted((a, b) => a - b)).toEqual(bench.all);
      expect(far.lines().map((line) => FORM.exec(line)?.[1])).toEqual(records.map(({ id }) => id));
      await far.crash();
      await bench.append(1);
      await bench.drain(settings);
      expect(bench.waits).toEqual(['an audit sink waits: it cannot be reached (ECONNREFUSED)']);
    },
  );
});
