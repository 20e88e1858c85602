import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceRecord } from '../../plugins/core/evidence';
import { makeCast, type Cast } from '../support/corpus';
import { linesIn } from '../support/evidence';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { auditPlugin, gate, kongYml, signPlugin, verifyPlugin } from '../support/kong-yml';
import { BODY, digestOf, makeRequest } from '../support/requests';

let cast: Cast;
let gateway: TestGateway;
let echo: Awaited<ReturnType<typeof startEcho>>;
let folder: string;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-audit-e2e-'));
  [cast, echo] = await Promise.all([makeCast(), startEcho()]);
  const log = { name: 'file-log', config: { path: at('access.log') } };
  const verify = verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] });
  const sign = signPlugin(folder, cast.other, { audience: 'client_id', request_digest: true });
  const route = (name: string, config: Record<string, unknown>) => ({
    name,
    plugins: [verify, gate, sign, auditPlugin(at(name), config), log],
  });
  gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, [
      route('ahead', { durability: 'before_response' }),
      route('full', { durability: 'before_response', evidence: 'full' }),
      route('later', { durability: 'async' }),
      route('gone', { durability: 'before_response' }),
      { name: 'alone', plugins: [auditPlugin(at('alone'), { durability: 'before_response' })] },
    ]),
    pluginServers: packServer(folder, ['modi-verify', 'modi-sign', 'modi-audit'], '--log-level', 'warn'),
  });
  const deadline = Date.now() + 20_000;
  while ((await call('gone')).status !== 200 && Date.now() < deadline) await pause(100);
});

afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  echo.close();
  rmSync(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const now = (): number => Math.floor(Date.now() / 1000);

const call = (path: string, more = {}): Promise<HttpAnswer> =>
  send(`${gateway.url}/${path}`, makeRequest({ now: now(), party: cast.ec, integrity: true, ...more }), { agent });

const exchanges = async (name: string): Promise<EvidenceRecord[]> =>
  (await linesIn(at(name))).filter((one) => one.kind === 'line').filter(({ requestId }) => requestId !== undefined);

const idOf = (answer: HttpAnswer): string => String(answer.headers['x-kong-request-id'] ?? '');

describe(`evidence of exchanges (MODI_GATEWAY=${process.env['MODI_GATEWAY'] ?? 'embedded'})`, () => {
  it('is on the disk when the caller has the answer, and is what the caller sent and got', async () => {
    const request = makeRequest({ now: now(), party: cast.ec, integrity: true });
    const answer = await send(`${gateway.url}/ahead`, request, { agent });
    const found = (await exchanges('ahead')).filter(({ requestId }) => requestId === idOf(answer));
    expect(answer.status).toBe(200);
    expect(found.map(({ part }) => part)).toEqual(['request', 'answer']);
    const [sent, got] = found.map(({ members }) => members);
    expect(sent).toMatchObject({
      client: 'CF:IT-80012000000',
      tokens: { INTEGRITY: { token: request.headers['agid-jwt-signature'] } },
      headers: { digest: [digestOf(BODY)] },
    });
    expect(got).toMatchObject({
      status: 200,
      signature: answer.headers['agid-jwt-signature'],
      digest: answer.headers['digest'],
    });
  });

  it('joins the record of Kong’s log by the request id, and no log has a token', async () => {
    const request = makeRequest({ now: now(), party: cast.ec, integrity: true });
    const answer = await send(`${gateway.url}/ahead`, request, { agent });
    const log = (): string => readFileSync(at('access.log'), 'utf8');
    await expect.poll(log).toContain(idOf(answer));
    const line = log()
      .split('\n')
      .find((one) => one.includes(idOf(answer)));
    const { request: logged, response, modi } = JSON.parse(line ?? '{}') as Record<string, Record<string, unknown>>;
    expect(logged?.['id']).toBe(idOf(answer));
    expect(modi).toMatchObject({
      outcome: 'accepted',
      evidence: { organization: 'ente-di-esempio', durability: 'before_response' },
      response: { outcome: 'signed', digest: answer.headers['digest'], status: 200 },
    });
    expect((response?.['headers'] as Record<string, unknown>)['agid-jwt-signature']).toBe('REDACTED');
    for (const token of [
      request.headers['agid-jwt-signature'],
      request.headers['authorization'],
      answer.headers['agid-jwt-signature'],
    ]) {
      expect(log()).not.toContain(String(token).split('.')[2]);
    }
  });

  it('has whole bodies where asked: also those that nginx keeps in a file', async () => {
    for (const body of [BODY, Buffer.alloc(200_000, 'x')]) {
      const answer = await call('full', { body });
      expect(answer.status).toBe(200);
      const [sent, got] = (await exchanges('full')).filter(({ requestId }) => requestId === idOf(answer));
      const content = (record: EvidenceRecord | undefined): Buffer =>
        Buffer.from((record?.members['body'] as { content: string }).content, 'base64');
      expect(content(sent).equals(body)).toBe(true);
      expect(content(got).equals(answer.body)).toBe(true);
    }
  });

  it('comes later where that is enough', async () => {
    const answer = await call('later');
    expect(answer.status).toBe(200);
    await expect.poll(() => exchanges('later').catch(() => []), { timeout: 10_000 }).toHaveLength(2);
    expect((await exchanges('later')).map(({ requestId }) => requestId)).toEqual([idOf(answer), idOf(answer)]);
  });

  it('of a refused request is not kept, its record is', async () => {
    const answer = await call('ahead', { idAuth: { claims: { aud: 'other' } } });
    expect(answer.status).toBe(401);
    expect((await exchanges('ahead')).filter(({ requestId }) => requestId === idOf(answer))).toEqual([]);
  });

  it('that cannot be kept stops the call: 503, and the service is not asked', async () => {
    const before = echo.requests();
    const alone = await call('alone');
    expect([alone.status, alone.json()['code']]).toEqual([503, 'MODI_EVIDENCE_INCOMPLETE']);
    rmSync(at('gone'), { recursive: true });
    const gone = await call('gone');
    expect([gone.status, gone.json()['code']]).toEqual([503, 'MODI_EVIDENCE_UNAVAILABLE']);
    expect(gone.headers['retry-after']).toBeDefined();
    expect(echo.requests()).toBe(before);
  });

  it('of callers at the same time is kept for each of them', async () => {
    const answers = await Promise.all(Array.from({ length: 32 }, () => call('ahead')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const kept = await exchanges('ahead');
    for (const answer of answers) {
      expect(kept.filter(({ requestId }) => requestId === idOf(answer)).map(({ part }) => part)).toEqual([
        'request',
        'answer',
      ]);
    }
  });

  it('goes to where the directory has moved, for its files stay open', async () => {
    await call('later');
    renameSync(at('later'), at('moved'));
    const answer = await call('later');
    await expect
      .poll(async () => (await exchanges('moved')).some(({ requestId }) => requestId === idOf(answer)), {
        timeout: 10_000,
      })
      .toBe(true);
  });
});
