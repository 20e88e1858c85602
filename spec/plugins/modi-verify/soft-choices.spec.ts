import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GAUGES } from '../../../plugins/core/gauges';
import { makeCast, type Cast } from '../../support/corpus';
import { makeCrl } from '../../support/crl';
import { recordNotices } from '../../support/notices';
import { mockPki, type MockPki, type MockSigner } from '../../support/pki';
import { makeRequest } from '../../support/requests';
import { NO_RESPONDER } from '../../support/responder';
import { tempFolder } from '../../support/temp';
import { contextOf, NOW, recordOf, runAccess, verifyRoute } from '../../support/verify-route';

type Json = Record<string, unknown>;

let cast: Cast;
let pki: MockPki;
let holder: MockSigner;
const notices = recordNotices();
beforeAll(async () => {
  [cast, pki] = await Promise.all([makeCast(), mockPki()]);
  holder = await pki.issue({ keyUsage: ['digitalSignature'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] });
});

const gauge = (name: string): number => GAUGES.find((one) => one.name === name)?.read() ?? NaN;

/** A list of the authority whose nextUpdate is as far from now as said. */
function list(authority: 'root' | 'intermediate', end: number): string {
  const path = join(tempFolder(), `${authority}.crl`);
  writeFileSync(path, makeCrl({ authority: pki[authority], thisUpdate: NOW - 86_400, nextUpdate: NOW + end }));
  return path;
}

interface Soft {
  readonly revocation: () => Json;
  readonly outcome: 'unchecked' | 'grace';
  /** Configurations that can let something through. */
  readonly soft: string;
  /** What was let through. */
  readonly passes: string;
  readonly says: string;
}

const CHOICES: readonly (readonly [name: string, choice: Soft])[] = [
  [
    'crl_policy: if_present, and no list covers',
    {
      revocation: () => ({ crls: [list('root', -60)], crl_policy: 'if_present', crl_grace: 61 }),
      outcome: 'unchecked',
      soft: 'modi_revocation_soft',
      passes: 'modi_revocation_unchecked',
      says: 'tokens pass with a certificate that no current revocation list covers',
    },
  ],
  [
    'crl_grace, and the list has ended',
    {
      revocation: () => ({ crls: [list('root', 60), list('intermediate', -60)], crl_grace: 61 }),
      outcome: 'grace',
      soft: 'modi_revocation_soft',
      passes: 'modi_revocation_grace',
      says: 'tokens pass by a revocation list that has ended, within crl_grace',
    },
  ],
  [
    'ocsp.policy: if_present, and nobody answers',
    {
      revocation: () => ({ ocsp: { responders: [NO_RESPONDER], policy: 'if_present' }, private_hosts: ['localhost'] }),
      outcome: 'unchecked',
      soft: 'modi_ocsp_soft',
      passes: 'modi_ocsp_unchecked',
      says: 'tokens pass with a certificate about which no responder has answered',
    },
  ],
  [
    'a list in its grace behind a responder that is down',
    {
      revocation: () => ({
        ocsp: { responders: [NO_RESPONDER] },
        private_hosts: ['localhost'],
        crls: [list('root', 60), list('intermediate', -60)],
        crl_grace: 61,
      }),
      outcome: 'grace',
      soft: 'modi_revocation_soft',
      passes: 'modi_revocation_grace',
      says: 'tokens pass by a revocation list that has ended, within crl_grace',
    },
  ],
];

/** The same choice for the signers of tokens, and for the channel. */
const PLACES = [
  [
    'trust',
    (revocation: Json): Json => ({ patterns: ['ID_AUTH_REST_02'], trust: { anchors: [cast.anchor], ...revocation } }),
    (record: Json): unknown => record['revocation'],
  ],
  [
    'channel',
    (revocation: Json): Json => ({
      patterns: ['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02'],
      channel: { anchors: [pki.intermediate.pem], ...revocation },
    }),
    (record: Json): unknown => (record['channel'] as Json)['revocation'],
  ],
] as const;

describe.each(PLACES)('a soft choice of %s shows in metrics, log and decision record:', (_, configure, outcomeIn) => {
  it.each(CHOICES)('%s', async (_name, { revocation, outcome, soft, passes, says }) => {
    const [softBefore, passesBefore] = [gauge(soft), gauge(passes)];
    const route = verifyRoute(cast, configure(revocation()));
    expect(gauge(soft)).toBe(softBefore + 1);
    const call = () =>
      runAccess(route, {
        ...makeRequest({ now: NOW, party: cast.ec }),
        vars: { kong_request_id: 'r', ssl_client_verify: 'SUCCESS', ssl_client_raw_cert: holder.pem },
      });

    const memory = await call();
    expect(memory.exited()).toBeUndefined();
    expect(outcomeIn(recordOf(memory))).toBe(outcome);
    expect(outcomeIn(contextOf(memory))).toBe(outcome);
    expect(gauge(passes)).toBe(passesBefore + 1);
    expect(notices.filter(({ message }) => message === says)).toMatchObject([
      { level: 'warn', fields: { since_start: 1 } },
    ]);

    // The next ones count, and do not fill the log.
    for (let request = 0; request < 3; request += 1) await call();
    expect(gauge(passes)).toBe(passesBefore + 4);
    expect(notices.filter(({ message }) => message === says)).toHaveLength(1);
  });
});
