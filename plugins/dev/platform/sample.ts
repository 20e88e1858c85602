import type { PlatformData } from './data';

/** The ids of the sample, the same every time. All bodies are invented. */
export const SAMPLE_PLATFORM = {
  consumer: '11111111-0000-4000-8000-000000000001',
  producer: '11111111-0000-4000-8000-000000000002',
  /** The client that calls the e-service. */
  client: '22222222-0000-4000-8000-000000000001',
  /** The gateway's own client of the platform's API. */
  apiClient: '22222222-0000-4000-8000-000000000002',
  eservice: '33333333-0000-4000-8000-000000000001',
  descriptor: '44444444-0000-4000-8000-000000000001',
  purpose: '55555555-0000-4000-8000-000000000001',
} as const;

export interface SampleKeys {
  /** aud of the e-service. */
  readonly audience: string;
  /** Public keys in PEM. */
  readonly clientKey: string;
  readonly apiClientKey: string;
}

/** One consumer, one producer, one e-service, one purpose: enough for a whole call. */
export function samplePlatformData({ audience, clientKey, apiClientKey }: SampleKeys): PlatformData {
  const { consumer, producer, client, apiClient, eservice, descriptor, purpose } = SAMPLE_PLATFORM;
  return {
    organizations: [
      { id: consumer, name: 'Comune di Esempio', origin: 'IPA', code: 'c_esempio' },
      { id: producer, name: 'Ente Erogatore di Esempio', origin: 'IPA', code: 'e_esempio' },
    ],
    clients: [
      { id: client, name: 'protocollo-app', organization: consumer, kind: 'consumer', keys: [clientKey] },
      { id: apiClient, name: 'gateway', organization: producer, kind: 'api', keys: [apiClientKey] },
    ],
    eservices: [
      {
        id: eservice,
        name: 'Anagrafe di esempio',
        producer,
        descriptors: [{ id: descriptor, audience: [audience], lifespan: 600, state: 'PUBLISHED' }],
      },
    ],
    purposes: [
      {
        id: purpose,
        title: 'Verifica della residenza',
        consumer,
        eservice,
        descriptor,
        state: 'ACTIVE',
        clients: [client],
      },
    ],
  };
}
