import { writeFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import type { ModiCode } from '../../../plugins/core/errors';
import type { RunningPlatform } from '../../../plugins/dev/platform';
import type { Cast } from '../corpus';
import type { TestGateway } from '../gateways';
import { send, type HttpAnswer } from '../http';
import { signerPem } from '../kong-yml';
import { makePdndRequest, type PdndCast } from '../pdnd';
import { IDS, rsaParty, type PdndParty } from '../pdnd/cast';
import type { MockPki } from '../pki';
import { makeRequest } from '../requests';
import { expiringKeyFile } from './routes';

/** The gateway, and what is around it. */
interface Stage {
  readonly gateway: TestGateway;
  readonly folder: string;
  readonly cast: Cast;
  readonly pki: MockPki;
  readonly platform: RunningPlatform;
  readonly platformCast: PdndCast;
}

const PATIENCE = { timeout: 60_000, interval: 50 };
/** Beyond what a gateway keeps in memory. */
const LARGE = Buffer.alloc(40_000, 'x');

const now = (): number => Math.floor(Date.now() / 1000);

/** Refusals for which something must happen while a request is on its way, or between two. To add one, add a member. */
export const ACTS: Readonly<Partial<Record<ModiCode, (stage: Stage) => Promise<HttpAnswer>>>> = {
  MODI_DEADLINE: ({ gateway, cast }) =>
    send(`${gateway.url}/both`, makeRequest({ now: now(), party: cast.ec, integrity: true }), {
      rest: () => vi.waitUntil(() => gateway.log().includes('deadline passed'), PATIENCE),
    }),

  // The file is open and has a name no more: what nginx writes is lost.
  MODI_BODY_UNREADABLE: ({ gateway, cast }) =>
    send(`${gateway.url}/both`, makeRequest({ now: now(), party: cast.ec, integrity: true, body: LARGE }), {
      rest: async () => unlink(await vi.waitUntil(() => gateway.bodyFiles()[0], PATIENCE)),
    }),

  MODI_SIGNING_CERTIFICATE_EXPIRED: async ({ gateway, cast, folder, pki }) => {
    // Taken up a moment after it was written; a machine that takes longer gets one that lives longer.
    for (let life = 4; ; life *= 2) {
      const until = now() + life;
      const signer = await pki.issue({ notAfter: new Date(until * 1000) });
      writeFileSync(expiringKeyFile(folder), signerPem(signer));
      while (now() < until + 3) {
        const answer = await send(`${gateway.url}/expiring`, makeRequest({ now: now(), party: cast.ec }));
        if (answer.status !== 200) return answer;
        await pause(100);
      }
    }
  },

  MODI_PARTICIPANT_KEY_DELETED: async ({ gateway, platform, platformCast }) => {
    const { registry } = platform.platform;
    const signer = rsaParty();
    registry.addKey(IDS.client, signer.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const call = (): Promise<HttpAnswer> => bySigner('p-events', signer, { gateway, platformCast });
    await vi.waitUntil(async () => (await call()).status === 200, PATIENCE);
    registry.deleteKey(signer.kid);
    // While the events are read for the first time, the key is merely one that the platform does not have.
    const isUnknown = (answer: HttpAnswer): boolean =>
      (answer.json() as { code?: string }).code === 'MODI_PARTICIPANT_KEY_UNKNOWN';
    return vi.waitUntil(async () => {
      const answer = unlessAccepted(await call());
      return answer === undefined || isUnknown(answer) ? undefined : answer;
    }, PATIENCE);
  },

  // The platform takes no such key: one that it has all the same.
  MODI_PARTICIPANT_KEY_WEAK: ({ gateway, platform, platformCast }) => {
    const weak = rsaParty(1024);
    const { kid, publicKey: key } = weak;
    const jwk = { ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
    platform.platform.registry.clientKeys.set(kid, { kid, owner: IDS.client, key, jwk });
    return bySigner('p-integrity', weak, { gateway, platformCast });
  },
};

const unlessAccepted = (answer: HttpAnswer): HttpAnswer | undefined => (answer.status === 200 ? undefined : answer);

/** A request of the platform's world whose integrity token this party has signed. */
const bySigner = (
  path: string,
  signatureParty: PdndParty,
  { gateway, platformCast: cast }: Pick<Stage, 'gateway' | 'platformCast'>,
): Promise<HttpAnswer> =>
  send(
    `${gateway.url}/${path}`,
    makePdndRequest({ now: now(), cast, path: `/${path}`, integrity: true, signatureParty }),
  );
