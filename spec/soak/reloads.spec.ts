import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ModiCode } from '../../plugins/core/errors';
import { issueCertificate } from '../../plugins/core/pki';
import { makeCast } from '../support/corpus';
import { makeCrl } from '../support/crl';
import { packServer, startTestGateway } from '../support/gateways';
import { send, startEcho } from '../support/http';
import { jwkOf, jwkSet } from '../support/jwks';
import { kongYml, verifyPlugin } from '../support/kong-yml';
import { mockPki, VALID } from '../support/pki';
import { makeRequest, type RequestRecipe } from '../support/requests';
import { random } from '../support/soak/random';
import { replace, WAYS } from '../support/soak/replaced-file';
import { tempFolder } from '../support/temp';

/** `npm run soak` replaces each file two hundred times; the suite a few. SOAK_SEED: in other ways. */
const ROUNDS = Number(process.env['SOAK_RELOADS'] ?? 3);
const SEED = Number(process.env['SOAK_SEED'] ?? 1);

const PATIENCE = { timeout: 60_000, interval: 20 };
const now = (): number => Math.floor(Date.now() / 1000);

/** A file of trust that vouches for one caller always, and for another by turns. */
interface Source {
  readonly route: string;
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The file, with the other caller in it or out of it. */
  readonly content: (isIn: boolean) => Buffer;
  readonly constant: Partial<RequestRecipe>;
  readonly other: Partial<RequestRecipe>;
  /** What the other one is refused with while it is out. */
  readonly code: ModiCode;
  /** What the log says when a change is taken up. */
  readonly told: string;
}

async function sourcesIn(folder: string): Promise<readonly Source[]> {
  const [cast, pki] = await Promise.all([makeCast(), mockPki()]);
  const authority = await issueCertificate({ ...VALID, subject: 'CN=Altra CA, C=IT', ca: true });
  const guest = await pki.issue({ issuer: authority, behind: [] });
  const anchors = join(folder, 'anchors');
  mkdirSync(anchors);
  const rootList = join(folder, 'root.crl');
  writeFileSync(rootList, makeCrl({ authority: pki.root, thisUpdate: now() - 60, nextUpdate: now() + 86_400 }));
  const list = join(folder, 'signers.crl');
  const keys = join(folder, 'keys.json');
  const named = (kid: string) => ({ idAuth: { reference: 'none', header: { kid } } }) as const;
  const constant = { party: cast.ec };
  return [
    {
      route: 'folder',
      path: join(anchors, 'ca.pem'),
      config: { anchors: [anchors] },
      content: (isIn) => Buffer.from(pki.anchorPem + (isIn ? authority.pem : '')),
      constant,
      other: { party: guest },
      code: 'MODI_CERTIFICATE_UNTRUSTED',
      told: 'changed trust is in use',
    },
    {
      route: 'list',
      path: list,
      config: { anchors: [pki.anchorPem], crls: [rootList, list] },
      content: (isIn) =>
        makeCrl({
          authority: pki.intermediate,
          thisUpdate: now(),
          nextUpdate: now() + 86_400,
          revoked: isIn ? [] : [pki.leaf('rsa').serialNumber],
        }),
      constant,
      other: { party: cast.rsa },
      code: 'MODI_CERTIFICATE_REVOKED',
      told: 'a revocation list is in use',
    },
    {
      route: 'keys',
      path: keys,
      config: { jwks: [keys] },
      content: (isIn) =>
        Buffer.from(
          jwkSet(
            jwkOf(pki.leaf('ec').publicKey, 'constant'),
            ...(isIn ? [jwkOf(pki.leaf('rsa').publicKey, 'other')] : []),
          ),
        ),
      constant: { party: cast.ec, ...named('constant') },
      other: { party: cast.rsa, ...named('other') },
      code: 'MODI_KEY_UNKNOWN',
      told: 'changed JWK Sets are in use',
    },
  ];
}

const countIn = (text: string, words: string): number => text.split(words).length - 1;

it(
  `trust replaced ${ROUNDS} times under load, also by halves (SOAK_SEED=${SEED}): who is in is never refused, who is out never accepted once that is told`,
  { timeout: 120_000 + ROUNDS * 20_000 },
  async () => {
    const folder = tempFolder();
    const [cast, echo, sources] = await Promise.all([makeCast(), startEcho(), sourcesIn(folder)]);
    onTestFinished(echo.close);
    for (const { path, content } of sources) writeFileSync(path, content(false));
    const gateway = await startTestGateway({
      folder,
      workers: 1,
      kongYml: kongYml(
        echo.url,
        sources.map(({ route, config: trust }) => ({
          name: route,
          plugins: [verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02'], trust })],
        })),
      ),
      pluginServers: packServer(folder, ['modi-verify'], '--log-level', 'info'),
    });
    onTestFinished(() => gateway.stop());
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => {
      agent.destroy();
    });
    const call = (route: string, recipe: Partial<RequestRecipe>) =>
      send(`${gateway.url}/${route}`, makeRequest({ now: now(), party: cast.ec, ...recipe }), { agent });
    // A configuration that starts while its file is broken is refused: all of them have started before that.
    for (const { route, constant } of sources) {
      await vi.waitUntil(async () => (await call(route, constant)).status === 200, PATIENCE);
    }

    let [answers, isOver] = [0, false];
    const refused: string[] = [];
    const callers = sources.map(async ({ route, constant }) => {
      while (!isOver) {
        const answer = await call(route, constant);
        answers += 1;
        if (answer.status !== 200) refused.push(`${route}: ${answer.body.toString()}`);
      }
    });
    onTestFinished(async () => {
      isOver = true;
      await Promise.allSettled(callers);
    });
    /** A few answers later. */
    const meanwhile = async (): Promise<void> => {
      const until = answers + 30;
      await vi.waitUntil(() => answers >= until, PATIENCE);
    };

    const numbers = random(SEED);
    const mistaken: string[] = [];
    const turn = async ({ path, content, route, other, code, told }: Source, isIn: boolean): Promise<void> => {
      const way = WAYS[Math.floor(numbers() * WAYS.length)] ?? 'renamed';
      const before = countIn(gateway.log(), told);
      await replace(path, content(isIn), way, meanwhile);
      await vi.waitUntil(() => countIn(gateway.log(), told) > before, PATIENCE);
      for (let time = 0; time < 5; time += 1) {
        const answer = await call(route, other);
        const found = answer.status === 200 ? 'accepted' : answer.json()['code'];
        if (found !== (isIn ? 'accepted' : code))
          mistaken.push(`${route} ${isIn ? 'in' : 'out'}, ${way}: ${String(found)}`);
      }
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(sources.map((source) => turn(source, round % 2 === 0)));
    }
    isOver = true;
    await Promise.all(callers);
    process.stderr.write(`reloads ${ROUNDS} of ${sources.length} sources, seed ${SEED}, good requests ${answers}\n`);

    expect(refused).toEqual([]);
    expect(mistaken).toEqual([]);
    expect(answers).toBeGreaterThan(30 * ROUNDS);
  },
);
