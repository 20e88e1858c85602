import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessRecord } from '../../../plugins/core/audit';
import { daysIn } from '../../../plugins/cli/audit';
import { Counter } from '../../../plugins/cli/audit-report';
import { toPem } from '../../../plugins/core/pki';
import { openChain, signerOf } from '../../support/audit/chain';
import { kongLine } from '../../support/audit/kong-lines';
import { mockPki } from '../../support/pki';
import { modi, type Ran } from './support';

const home = mkdtempSync(join(tmpdir(), 'modi-report-'));
const HOSTILE = '=1+1</title><script>alert(1)</script>';
const CODES = ['MODI_TOKEN_EXPIRED', 'MODI_DIGEST_MISMATCH', 'MODI_AUDIENCE_MISMATCH'];
/** Ends of the callers' certificates, seen from the day of the report (2026-11-23). */
const ENDS = ['2027-11-23', '2026-11-20', '2026-12-01', '2028-01-01', '2026-11-24'].map(
  (day) => `${day}T12:00:00.000Z`,
);
const DAY = 86_400_000;
const BEGIN = Date.parse('2026-11-02T09:00:00Z');

/** Exchange number `index` of a quiet fortnight: every seventh is refused, Kong alone answers one of 25. */
function recordOf(index: number): object {
  const refused = index % 7 === 0;
  const client = index % 50 === 1 ? HOSTILE : `CF:IT-0000000000${index % 13}`;
  const modi = { outcome: refused ? 'refused' : 'accepted', client, purpose: `purpose-${index % 3}` };
  const certificate = {
    certificate_subject: `CN=sigillo ${index % 5}, O=Comune ${index % 5}`,
    certificate_sha256: `thumbprint-${index % 5}`,
    certificate_not_after: ENDS[index % 5],
  };
  const record = accessRecord(
    JSON.parse(
      kongLine(`request-${index}`, {
        started_at: BEGIN + (index % 14) * DAY,
        service: { name: ['anagrafe', 'avvisi', 'pagamenti'][index % 3] },
        response: { status: refused ? 401 : 200, size: 10 },
        latencies: { kong: index % 20, proxy: refused ? -1 : 10 + (index % 40), request: 12 + (index % 60) },
        ...(index % 25 === 0
          ? { modi: undefined, source: 'exit' }
          : { modi: refused ? { ...modi, code: CODES[index % 3] } : { ...modi, ...certificate } }),
      }),
    ) as Record<string, unknown>,
  );
  return { ...record, evidence: { state: refused ? 'none' : index % 9 === 0 ? 'absent' : 'complete' } };
}

beforeAll(async () => {
  const party = (await mockPki()).leaf('ec');
  const certificate = party.chain.map((der) => toPem('CERTIFICATE', der)).join('\n');
  const signer = signerOf(party.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate);
  const writer = await openChain({ directory: join(home, 'audit'), signer: () => signer });
  // Ten at a time, as many as fit between two checkpoints: each time waits for the disk.
  for (let index = 0; index < 350; index += 10) {
    const ten = Array.from({ length: 10 }, (_, more) => ({
      kind: 'access',
      members: { record: recordOf(index + more) },
    }));
    await writer.append(ten, {});
  }
  await writer.append(
    [
      { kind: 'dropped', members: { count: 17 } },
      { kind: 'gap', members: { bytes: 5 } },
    ],
    {},
  );
  await writer.close({});
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const run = (...argv: readonly string[]): Promise<Ran> => modi(['audit', 'report', ...argv], { cwd: home });
const GROUP = (requests: number, results: object) => ({
  requests,
  results: expect.objectContaining(results) as object,
});

describe('modi audit report', () => {
  it('counts every request once in each division, as JSON', async () => {
    const ran = await run('audit', '--format', 'json');
    expect(ran.code, ran.err).toBe(0);
    const report = JSON.parse(ran.out) as { figures: Record<string, { requests: number }[]> };
    expect(report).toMatchObject({
      schema: 'modi.audit-report/1',
      organizations: ['Ente di prova'],
      chain_status: 'intact',
      chains: [{ node: 'kong-1', signers: [{ expires: expect.stringMatching(/Z$/) as string }] }],
      figures: { all: GROUP(350, { accepted: 288, refused: 48, gateway: 14 }), latency: { gateway: { max_ms: 19 } } },
    });
    for (const division of ['days', 'services', 'consumers', 'purposes', 'evidence'])
      expect(report.figures[division]?.reduce((sum, { requests }) => sum + requests, 0)).toBe(350);
    // The 48 that were refused, and two that Kong answered with 401 by itself.
    expect(report.figures['codes']?.reduce((sum, { requests }) => sum + requests, 0)).toBe(50);
  });

  it('lists the certificates of callers by their end, and counts those to renew', async () => {
    const report = JSON.parse((await run('audit', '--format', 'json')).out) as {
      figures: { certificates: { expires: string; sha256: string }[]; events: object };
    };
    expect(report.figures.certificates.map(({ expires }) => expires)).toEqual(ENDS.toSorted());
    expect(report.figures.certificates[0]).toMatchObject({
      subject: 'CN=sigillo 1, O=Comune 1',
      sha256: 'thumbprint-1',
    });
    const page = (await run('audit', '--lang', 'it')).out;
    expect(page).toMatch(/<b>3<\/b>certificati da rinnovare/);
    expect(page).toMatch(/2026-11-20<\/td><td>SCADUTO<\/td>/);
    expect(page).toMatch(/2026-11-24<\/td><td>! 1 giorno<\/td>/);
    expect(page).toMatch(/2027-11-23<\/td><td>365 giorni<\/td>/);
  });

  it('tells what else the chains say: lost log, dropped evidence, and on which days', async () => {
    const events = async (...more: string[]) =>
      (JSON.parse((await run('audit', '--format', 'json', ...more)).out) as { figures: { events: object } }).figures
        .events;
    expect(await events()).toEqual({
      ...{ starts: 1, gaps: 1, unreadable: 0, orphans: 0, dropped_lines: 17, removed_files: 0, timestamps: 0 },
    });
    expect(await events('--to', '2026-11-04')).toMatchObject({ starts: 0, gaps: 0, dropped_lines: 0 });
    expect((await run('audit', '--format', 'csv')).out).toMatch(/\nevent,,dropped_lines,17\n/);
  });

  it('has the same numbers as CSV, in which no name is a formula', async () => {
    const { out } = await run('audit', '--format', 'csv');
    expect(out).toMatch(/^table,name,measure,value\nchain,,status,intact\n/);
    expect(out).toMatch(/\nall,,requests,350\nall,,accepted,288\nall,,refused,48\n/);
    expect(out).toMatch(/\nconsumer,'=1\+1/);
    expect(out).not.toMatch(/,"?=/);
  });

  it('keeps to the days that it is told, both included', async () => {
    const { out } = await run('audit', '--format', 'json', '--from', '2026-11-03', '--to', '2026-11-04');
    const { figures } = JSON.parse(out) as { figures: object };
    expect(figures).toMatchObject({ all: { requests: 50 }, days: [{ name: '2026-11-03' }, { name: '2026-11-04' }] });
    const none = await run('audit', '--from', '2026-12-01', '--lang', 'it');
    expect(none.code).toBe(0);
    expect(none.out).toMatch(/Nulla in questo periodo/);
  });

  it.each([
    [['--from', 'monday'], /must be a day/],
    [['--from', '2026-11-04', '--to', '2026-11-03'], /--from is after --to/],
    [['--format', 'pdf'], /Allowed choices/],
  ])('refuses %j', async (argv, why) => {
    const ran = await run('audit', ...argv);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(why);
  });

  it('says of a chain that was changed that it was, where, and exits 5', async () => {
    const name = readdirSync(join(home, 'audit')).find((file) => file.endsWith('.jsonl')) ?? '';
    mkdirSync(join(home, 'spoilt'));
    const text = readFileSync(join(home, 'audit', name), 'utf8');
    writeFileSync(join(home, 'spoilt', name), text.replace('"id":"request-100"', '"id":"request-101"'));
    const page = await run('spoilt');
    expect(page.code).toBe(5);
    expect(page.out).toMatch(/class="status broken"[^\n]*AUDIT_RECORD_EDITED/);
    expect(JSON.parse((await run('spoilt', '--format', 'json')).out)).toMatchObject({ chain_status: 'broken' });
  });

  it('holds no script, and what others have named stays text', async () => {
    const { out } = await run('audit');
    expect(out).not.toMatch(/<script/i);
    expect(out).toMatch(/&lt;script&gt;alert/);
    expect(out).toMatch(/<html lang="en">/);
    expect((await run('audit', '--lang', 'it')).out).toMatch(/<h1>Rapporto di audit<\/h1>/);
  });
});

describe('Counter', () => {
  it('tells percentiles as a sorted list has them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 80 }), (values) => {
        const counter = new Counter(daysIn('UTC'), { from: undefined, to: undefined });
        for (const value of values) counter.add({ duration: { total_ms: value } });
        const sorted = values.toSorted((one, other) => one - other);
        const at = (share: number) => sorted[Math.ceil(values.length * share) - 1];
        expect(counter.figures().latency.total).toEqual({
          measured: values.length,
          ...{ p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1) },
        });
      }),
    );
  });

  it('shows days without a request between others', () => {
    const counter = new Counter(daysIn('UTC'), { from: undefined, to: undefined });
    for (const day of ['2026-11-03', '2026-11-01']) counter.add({ time: { accepted: `${day}T10:00:00.000Z` } });
    expect(counter.figures().days.map(({ name, requests }) => [name, requests])).toEqual([
      ['2026-11-01', 1],
      ['2026-11-02', 0],
      ['2026-11-03', 1],
    ]);
  });
});

const noBrowser = spawnSync('chromium', ['--version']).error !== undefined;
if (noBrowser) process.stderr.write('not run, no chromium here: the report in a browser\n');

/** What a run leaves to be looked at; `.ci/run` says where. */
const ARTEFACTS = process.env['CI_ARTIFACTS'] ?? 'reports';

describe.skipIf(noBrowser)('the report in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await puppeteer.launch({ executablePath: chromium(), args: ['--no-sandbox', '--disable-gpu'] });
  }, 60_000);
  afterAll(() => browser.close());

  it.each(['en', 'it'])(
    'draws its charts in %s, asks the network for nothing, and prints on A4',
    async (language) => {
      const file = join(home, `report-${language}.html`);
      writeFileSync(file, (await run('audit', '--lang', language)).out);
      const page = await browser.newPage();
      const [requests, complaints]: [string[], string[]] = [[], []];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`));
      await page.setViewport({ width: 900, height: 1200 });
      await page.goto(`file://${file}`);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([`file://${file}`]);
      expect(complaints).toEqual([]);
      const charts = (await page.evaluate(CHARTS)) as readonly Chart[];
      expect(charts).toHaveLength(6);
      for (const chart of charts)
        expect(chart).toMatchObject({ name: expect.stringMatching(/./) as string, outside: 0, table: true });
      expect(Math.min(...charts.map(({ bars }) => bars))).toBeGreaterThanOrEqual(3);
      mkdirSync(ARTEFACTS, { recursive: true });
      await page.screenshot({ path: join(ARTEFACTS, `audit-report-${language}.png`), fullPage: true });
      // Nothing is wider than the sheet: the browser would print it smaller, or cut it off.
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(900);
      const pdf = Buffer.from(
        await page.pdf({ preferCSSPageSize: true, path: join(ARTEFACTS, `audit-report-${language}.pdf`) }),
      );
      const sheets = [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)];
      // A4 is 595.28 by 841.89 points; the browser rounds to its own pixels.
      const sizes = sheets.map(([, width, height]) => `${Math.round(Number(width))} ${Math.round(Number(height))}`);
      expect(new Set(sizes)).toEqual(new Set(['595 842']));
      expect(sizes.length).toBeLessThanOrEqual(6);
      await page.close();
    },
    60_000,
  );
});

interface Chart {
  readonly name: string | null;
  /** Bars that have a size. */
  readonly bars: number;
  /** Parts beyond its right edge. */
  readonly outside: number;
  /** Whether a table stands beside it. */
  readonly table: boolean;
}

/** Runs in the page: a text, as these sources know no document. */
const CHARTS = `[...document.querySelectorAll('svg[role=img]')].map((chart) => {
  const edge = chart.getBoundingClientRect().right + 1;
  const bars = [...chart.querySelectorAll('rect')].filter((bar) => bar.getBoundingClientRect().height > 1);
  const parts = [...chart.querySelectorAll('rect, text')];
  return {
    name: chart.getAttribute('aria-label'),
    bars: bars.length,
    outside: parts.filter((part) => part.getBoundingClientRect().right > edge).length,
    table: chart.parentElement.querySelector('table') !== null,
  };
})`;

const chromium = (): string => spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim();
