import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { digestHeader, verifyAnswer } from '../support/answers';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho } from '../support/http';
import { gate, kongYml, signPlugin, verifyPlugin } from '../support/kong-yml';
import { makeRequest } from '../support/requests';

/** `npm run soak` sends 20,000 per mode, well over a minute each; the suite a few hundred. */
const ANSWERS = Number(process.env['SOAK_ANSWERS'] ?? 600);
const CALLERS = 200;

interface Tally {
  right: number;
  /** Answers that the gateway itself refused, by status. */
  readonly refused: Map<number, number>;
  /** 2xx answers that are unsigned, or signed for another request or caller. Must stay empty. */
  readonly wrong: string[];
}

async function gatewayWith(cast: Cast, faults?: Record<string, unknown>): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'modi-answers-'));
  const echo = await startEcho();
  const gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, [
      {
        name: 'proof',
        plugins: [
          verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] }),
          gate,
          signPlugin(folder, cast.other, { audience: 'client_id', request_digest: true }),
        ],
      },
    ]),
    pluginServers: packServer(folder, ['modi-verify', 'modi-sign'], '--log-level', 'silent'),
    ...(faults === undefined ? {} : { faults }),
  });
  onTestFinished(async () => {
    await gateway.stop();
    echo.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return gateway;
}

/** Two hundred callers at once, each with a client_id of its own and another body in every request. */
async function callers(gateway: TestGateway, cast: Cast, onRight = (): void => undefined): Promise<Tally> {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const tally: Tally = { right: 0, refused: new Map(), wrong: [] };
  let sent = 0;
  const caller = async (_: unknown, index: number): Promise<void> => {
    const party = index % 4 === 0 ? cast.rsa : cast.ec;
    while (sent < ANSWERS) {
      sent += 1;
      const body = Buffer.from(JSON.stringify({ caller: index, message: sent }));
      const claims = { client_id: `caller-${index}` };
      const now = Math.floor(Date.now() / 1000);
      const request = makeRequest({ now, party, integrity: true, body, idAuth: { claims }, signature: { claims } });
      const answer = await send(`${gateway.url}/proof`, request, { agent }).catch(() => undefined);
      if (answer === undefined) continue;
      if (answer.status >= 300) {
        tally.refused.set(answer.status, (tally.refused.get(answer.status) ?? 0) + 1);
        // As a caller would: what is down now need not be asked again at once.
        await pause(50);
        continue;
      }
      const problem = await verifyAnswer(answer, cast.other.chain[0] ?? Buffer.alloc(0)).then(
        ({ claims: { aud, request_digest: digest } }) =>
          aud === `caller-${index}` && digest === digestHeader(body)
            ? undefined
            : `for ${String(aud)}, not caller-${index}`,
        String,
      );
      if (problem === undefined) {
        tally.right += 1;
        onRight();
      } else tally.wrong.push(problem);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  agent.destroy();
  return tally;
}

const report = (mode: string, { right, refused, wrong }: Tally): void => {
  process.stderr.write(
    `answers, ${mode}: right ${right}, wrong ${wrong.length}, refused ${JSON.stringify([...refused])}\n`,
  );
};

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function killEverySecond(gateway: TestGateway, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(1000);
    const pid = await gateway.pluginServerPid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }
}

const LIMIT = { timeout: 60_000 + ANSWERS * 20 };

it('two hundred concurrent callers each get the answer to their own request', LIMIT, async () => {
  const cast = await makeCast();
  const tally = await callers(await gatewayWith(cast), cast);
  report('undisturbed', tally);
  expect(tally.wrong).toEqual([]);
  expect(tally.right).toBeGreaterThan(ANSWERS * 0.9);
});

it('also while the plugin server is killed every second: refused, never wrong, never unsigned', LIMIT, async () => {
  const cast = await makeCast();
  const gateway = await gatewayWith(cast);
  const stop = new AbortController();
  let firstRight: () => void = () => undefined;
  const killing = new Promise<void>((resolve) => {
    firstRight = resolve;
  }).then(() => killEverySecond(gateway, stop.signal));
  const tally = await callers(gateway, cast, () => {
    firstRight();
  });
  firstRight();
  stop.abort();
  await killing;
  report('killed every second', tally);
  expect(tally.wrong).toEqual([]);
  expect(tally.right).toBeGreaterThan(0);
  expect([...tally.refused.keys()].every((status) => status >= 500)).toBe(true);
});

it('also when the gateway hands a response phase the context of another request', LIMIT, async ({ skip }) => {
  if (process.env['MODI_GATEWAY'] === 'kong') {
    process.stderr.write('skipped: only the embedded gateway can be told to mix requests up\n');
    skip();
  }
  const cast = await makeCast();
  const tally = await callers(await gatewayWith(cast, { crossRequestLeak: true }), cast);
  report('requests mixed up', tally);
  expect(tally.wrong).toEqual([]);
  expect(tally.refused.get(500) ?? 0).toBeGreaterThan(0);
});
