import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { samplePlatformData, startPlatform, type RunningPlatform } from '../../../plugins/dev/platform';
import { AUDIENCE } from '../requests';
import { IDS, pdndCast } from './cast';

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
