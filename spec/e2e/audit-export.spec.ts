import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyBundle } from '../support/audit/third-party';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { auditPlugin, gate, kongYml, signerPem, signPlugin, verifyPlugin } from '../support/kong-yml';
import { makeRequest } from '../support/requests';
import { newWorkplace, shell, type Ran } from './cli-support';

const workplace = newWorkplace();
const at = (name: string): string => join(workplace.path, name);
const audit = (rest: string): Promise<Ran> => shell(`modi audit ${rest}`, workplace);
const agent = new Agent({ keepAlive: true });
let cast: Cast;
let gateway: TestGateway;
let echo: Awaited<ReturnType<typeof startEcho>>;
let answer: HttpAnswer;

const call = (): Promise<HttpAnswer> => {
  const now = Math.floor(Date.now() / 1000);
  return send(`${gateway.url}/full`, makeRequest({ now, party: cast.rsa, integrity: true }), { agent });
};

beforeAll(async () => {
  [cast, echo] = await Promise.all([makeCast(), startEcho()]);
  const folder = at('gateway');
  mkdirSync(folder);
  gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, [
      {
        name: 'full',
        plugins: [
          verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] }),
          gate,
          signPlugin(folder, cast.other, { audience: 'client_id', request_digest: true }),
          auditPlugin(at('evidence'), { durability: 'before_response', evidence: 'full' }),
          { name: 'file-log', config: { path: at('access.log') } },
        ],
      },
    ]),
    pluginServers: packServer(folder, ['modi-verify', 'modi-sign', 'modi-audit'], '--log-level', 'warn'),
  });
  // Until the plugin server listens, Kong answers 500.
  await vi.waitFor(
    async () => {
      answer = await call();
      expect(answer.status).toBe(200);
    },
    { timeout: 20_000, interval: 100 },
  );
  await call();
  writeFileSync(at('chain.pem'), signerPem(cast.ec), { mode: 0o600 });
  const settings = [
    'node: kong-1',
    'organization: Ente di prova',
    'spool: [access.log]',
    'evidence: {directory: evidence, wait: 1}',
    'chain: {directory: audit, key: {file: chain.pem}}',
  ];
  writeFileSync(at('audit.yml'), `${settings.join('\n')}\n`);
  const log = (): string => (existsSync(at('access.log')) ? readFileSync(at('access.log'), 'utf8') : '');
  await vi.waitFor(
    () => {
      expect(log()).toContain(String(answer.headers['x-kong-request-id']));
    },
    { timeout: 20_000, interval: 100 },
  );
}, 60_000);

afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  echo.close();
  workplace.remove();
});

describe(`a bundle of an exchange through the gateway (MODI_GATEWAY=${process.env['MODI_GATEWAY'] ?? 'embedded'})`, () => {
  it(
    'is verified by its own verify.sh, with openssl alone, and holds what the caller got',
    { timeout: 60_000 },
    async () => {
      const collected = await audit('collect --once');
      expect(collected.code, collected.err).toBe(0);
      const id = String(answer.headers['x-kong-request-id']);
      const exported = await audit(`export ${id} --chains audit --evidence evidence --out bundle`);
      expect(exported.code, exported.err).toBe(0);
      writeFileSync(at('ca.pem'), cast.anchor);
      const verdict = verifyBundle(at('bundle'), '--chain-ca', '../ca.pem');
      expect(verdict.out).toMatch(/^VERIFIED: /m);
      expect(verdict.out).not.toMatch(/FAIL/);
      expect(verdict.out).toMatch(/request\/INTEGRITY: the signature holds/);
      expect(verdict.out).toMatch(/the signed answer names the digest of the request/);
      expect(verdict.code).toBe(0);
      expect(readFileSync(at('bundle/exchange-1/answer/body.bin')).equals(answer.body)).toBe(true);
      expect(readFileSync(at('bundle/exchange-1/answer/ANSWER/token.txt'), 'utf8')).toBe(
        answer.headers['agid-jwt-signature'],
      );
    },
  );
});
