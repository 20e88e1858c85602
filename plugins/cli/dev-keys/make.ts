import type { Localized } from '../../core/errors';
import { issueCertificate, issueCrl, type Issued, type IssueOptions } from '../../core/pki';
import { CLIENTS, clientFiles, subjectOf, type ClientName } from './cast';
import { date, DAY, makeAuthority, pair, type DevFile, type Validity } from './issue';
import { issueProvider } from './provider';

const LIFE_DAYS = 730;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

export interface DevKeys {
  readonly files: readonly DevFile[];
  /** When the authority and everything it vouches for end, in seconds since the epoch. */
  readonly notAfter: number;
}

/**
 * A local public key infrastructure for trying and teaching: an authority, five clients, a provider that signs
 * answers, a server certificate for localhost, a revocation list. The authority's own key is thrown away, so that nobody can ever issue another
 * certificate that this machine trusts.
 */
export async function makeDevKeys(now: number): Promise<DevKeys> {
  const notAfter = now + LIFE_DAYS * DAY;
  const current = { notBefore: date(now - DAY / 24), notAfter: date(notAfter) };
  const authority = await makeAuthority('Local development CA', now, notAfter);
  const stranger = await makeAuthority('Unknown CA', now, notAfter);
  const clients = await issueClients({
    ec: { issuer: authority, ...current },
    rsa: { issuer: authority, ...current },
    expired: { issuer: authority, notBefore: date(now - 60 * DAY), notAfter: date(now - 30 * DAY) },
    revoked: { issuer: authority, ...current },
    untrusted: { issuer: stranger, ...current },
  });
  const server = await issueServer(authority, current);
  const crl = await issueCrl({
    issuer: authority,
    revoked: [clients.revoked.serialNumber],
    thisUpdate: date(now),
    nextUpdate: date(notAfter),
  });
  const files = [
    { name: 'ca.pem', text: authority.pem, secret: false, about: ABOUT.authority },
    ...clientNames.flatMap((name) => clientPair(name, clients[name])),
    ...(await issueProvider(authority, current)),
    ...pair('server', server, ABOUT.server),
    { name: 'crl.pem', text: crl.pem, secret: false, about: ABOUT.crl },
  ];
  return { files, notAfter };
}

const clientNames = Object.keys(CLIENTS) as ClientName[];

async function issueClients(terms: Readonly<Record<ClientName, Validity & Pick<IssueOptions, 'issuer'>>>) {
  const issued = await Promise.all(
    clientNames.map(async (name) => {
      const { key } = CLIENTS[name];
      return [name, await issueCertificate({ subject: subjectOf(CLIENTS[name]), key, ...terms[name] })] as const;
    }),
  );
  return Object.fromEntries(issued) as Record<ClientName, Issued>;
}

const issueServer = (issuer: Issued, validity: Validity): Promise<Issued> =>
  issueCertificate({
    subject: 'C=IT, O=kong-plugin-modi, CN=localhost',
    issuer,
    ...validity,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [SERVER_AUTH],
    subjectAltNames: ['localhost', '127.0.0.1', '::1'],
  });

function clientPair(name: ClientName, issued: Issued): readonly DevFile[] {
  return pair(clientFiles(name).certificate.replace(/\.pem$/, ''), issued, CLIENTS[name].about);
}

const ABOUT = {
  authority: {
    en: 'the local authority: the anchor to configure',
    it: "l'autorità locale: l'ancora da configurare",
  },
  server: {
    en: 'TLS certificate for localhost, 127.0.0.1, ::1',
    it: 'certificato TLS per localhost, 127.0.0.1, ::1',
  },
  crl: { en: 'revocation list of the local authority', it: "lista di revoca dell'autorità locale" },
} as const satisfies Record<string, Localized>;
