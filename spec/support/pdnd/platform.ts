import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { samplePlatformData, startPlatform, type RunningPlatform } from '../../../plugins/dev/platform';
import { gate, type RouteSpec } from '../kong-yml';
import { AUDIENCE } from '../requests';
import { IDS, pdndCast } from './cast';
import { PDND_CONFIGS } from './route';

let apiKeys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined;

const apiPair = () => (apiKeys ??= generateKeyPairSync('rsa', { modulusLength: 2048 }));

const spki = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();

/** The private key of the gateway's own client. */
export const apiClientPem = (): string => apiPair().privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** A mock platform that knows the cast of the corpus: its client, another client, and the gateway's own. */
export function startPdndPlatform(): Promise<RunningPlatform> {
  const cast = pdndCast();
  const clientKey = spki(cast.client.publicKey);
  const sample = samplePlatformData({ audience: AUDIENCE, clientKey, apiClientKey: spki(apiPair().publicKey) });
  const [consumer] = sample.organizations;
  const other = {
    id: IDS.otherClient,
    name: 'altra-app',
    organization: consumer?.id ?? '',
    kind: 'consumer',
    keys: [spki(cast.otherClient.publicKey)],
  } as const;
  return startPlatform({ data: { ...sample, clients: [...sample.clients, other] } });
}

/** `pdnd` of a route whose platform is the mock. */
export const platformAddresses = (running: RunningPlatform) => ({
  issuer: running.issuer,
  jwks_uri: running.jwksUri,
  token_uri: running.tokenUri,
  assertion_audience: running.assertionAudience,
  api_uri: running.apiUri('v3'),
  api_jwks_uri: running.answerKeysUri,
  private_hosts: ['127.0.0.1'],
});

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';

/** What else may befall a route: keys that cannot be had, one unknown key for all that strangers ask, deletions at once. */
const TROUBLED = {
  'p-no-voucher-keys': { ...PDND_CONFIGS['p-voucher'], pdnd: { jwks_uri: `${NOWHERE}/jwks.json` } },
  'p-no-client-keys': { ...PDND_CONFIGS['p-integrity'], pdnd: { api_uri: NOWHERE } },
  'p-budget': { ...PDND_CONFIGS['p-integrity'], pdnd: { unknown_key_budget: 1 } },
  'p-events': { ...PDND_CONFIGS['p-integrity'], pdnd: { events: { interval: 1 } } },
} as const;

/** One gated route per configuration of the corpus, its platform the mock, each logging to `access.log`. */
export function platformRoutes(folder: string, running: RunningPlatform): RouteSpec[] {
  const key = join(folder, 'api-client.pem');
  writeFileSync(key, apiClientPem(), { mode: 0o644 });
  const client = { id: IDS.apiClient, key_file: key };
  return Object.entries({ ...PDND_CONFIGS, ...TROUBLED }).map(([name, config]) => {
    // The corpus asks for more unknown keys than a client may by default.
    const pdnd = { ...platformAddresses(running), client, unknown_key_budget: 1000, parties: true, ...config.pdnd };
    const plugins = [
      { name: 'modi-verify', config: { audience: [AUDIENCE], ...config, pdnd } },
      gate,
      { name: 'file-log', config: { path: join(folder, 'access.log') } },
    ];
    return { name, plugins };
  });
}
