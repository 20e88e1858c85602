import type { Localized } from '../../core/errors';
import type { KeyKind } from '../../core/pki';

/** The clients of the local authority. All bodies are invented. */
export type ClientName = 'ec' | 'rsa' | 'expired' | 'revoked' | 'untrusted';

export interface Client {
  readonly key: KeyKind;
  readonly organization: string;
  readonly organizationIdentifier: string;
  readonly unit: string;
  readonly application: string;
  readonly about: Localized;
}

const body = (key: KeyKind, number: number, organization: string, application: string, about: Localized): Client => ({
  key,
  organization,
  organizationIdentifier: `CF:IT-0000000000${number}`,
  unit: `IPAIT-UO_ESEMP${number}`,
  application,
  about,
});

export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  ec: body('EC-P256', 1, 'Comune di Esempio', 'protocollo-app', {
    en: 'trusted client, EC P-256, signs ES256',
    it: 'client fidato, EC P-256, firma ES256',
  }),
  rsa: body('RSA-2048', 2, 'Provincia di Prova', 'anagrafe-app', {
    en: 'trusted client, RSA 2048, signs RS256',
    it: 'client fidato, RSA 2048, firma RS256',
  }),
  expired: body('EC-P256', 3, 'Consorzio Scaduto', 'vecchia-app', {
    en: 'certificate expired a month ago',
    it: 'certificato scaduto da un mese',
  }),
  revoked: body('EC-P256', 4, 'Ente Revocato', 'revocata-app', {
    en: 'certificate listed in crl.pem',
    it: 'certificato elencato in crl.pem',
  }),
  untrusted: body('EC-P256', 5, 'Ente Sconosciuto', 'estranea-app', {
    en: 'issued by an authority nobody here trusts',
    it: "emesso da un'autorità di cui qui nessuno si fida",
  }),
};

/** Who answers: the service behind the sample gateway. Invented like the others. */
export const PROVIDER: Client = body('EC-P256', 6, 'Ente Erogatore di Esempio', 'anagrafe', {
  en: 'provider that signs the answers, EC P-256, signs ES256',
  it: 'erogatore che firma le risposte, EC P-256, firma ES256',
});

export const PROVIDER_FILES = {
  certificate: 'provider.pem',
  key: 'provider.key',
  /** Only beside keys that were made before there was a provider. */
  authority: 'provider-ca.pem',
} as const;

export const isClientName = (name: string): name is ClientName => Object.hasOwn(CLIENTS, name);

export const clientFiles = (name: ClientName) => ({ certificate: `client-${name}.pem`, key: `client-${name}.key` });

/** RFC 4514 order as certification authorities of the domain write it, most specific last. */
export const subjectOf = ({ organization, organizationIdentifier, unit, application }: Client): string =>
  `C=IT, O=${organization}, 2.5.4.97=${organizationIdentifier}, OU=${unit}, CN=${application}`;
