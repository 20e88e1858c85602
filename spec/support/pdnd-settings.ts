import type { KeyApiSettings, KeyApiVersion, PdndSettings } from '../../plugins/core/pdnd';
import { SAMPLE_PLATFORM, type RunningPlatform } from '../../plugins/dev/platform';
import { CAST } from './platform';

export interface SettingsRecipe extends Partial<Omit<PdndSettings, 'keyApi'>> {
  readonly version?: KeyApiVersion;
  readonly keyApi?: Partial<KeyApiSettings> | null;
}

/** The settings of a gateway on a mock platform. */
export function settingsFor(running: RunningPlatform, recipe: SettingsRecipe = {}): PdndSettings {
  const { version = 'v3', keyApi = {}, ...more } = recipe;
  return {
    jwksUri: running.jwksUri,
    jwksRefresh: 600,
    jwksCooldown: 30,
    maxStale: 86_400,
    privateHosts: ['127.0.0.1'],
    ca: null,
    ...more,
    keyApi: keyApi === null ? null : { ...apiSettings(running, version), ...keyApi },
  };
}

const apiSettings = (running: RunningPlatform, version: KeyApiVersion): KeyApiSettings => ({
  version,
  uri: running.apiUri(version),
  answerKeysUri: running.answerKeysUri,
  client: {
    id: SAMPLE_PLATFORM.apiClient,
    key: CAST.api.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    kid: null,
    tokenUri: running.tokenUri,
    audience: running.assertionAudience,
  },
  keyLife: 3600,
  unknownLife: 60,
  budget: 20,
  budgetPeriod: 60,
  events: null,
  parties: false,
});
