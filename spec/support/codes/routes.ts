import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cast } from '../corpus';
import { makeCrl } from '../crl';
import { jwkOf, jwkSet } from '../jwks';
import { auditPlugin, corpusRoutes, gate, signFile, signPlugin, verifyPlugin, type RouteSpec } from '../kong-yml';
import type { MockPki } from '../pki';

const AUTH = { patterns: ['ID_AUTH_REST_02'] };
const BOTH = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };

const EXPIRING = { audience: 'client_id', subject: 'expires' };

/** The file of the key that the route `expiring` signs answers with. */
export const expiringKeyFile = (folder: string): string => signFile(folder, EXPIRING);

/** A port of this machine where nobody listens. */
const NOBODY = { host: '127.0.0.1', port: 9, timeout: 200 };

/** Servers beside the gateway. */
export interface Beside {
  /** Where x5u leads: `host:port`. */
  readonly chainHost: string;
  /** The URL of a responder that does not know the caller. */
  readonly responder: string;
  /** The port of a Redis whose memory is full, once it is started. */
  readonly fullStore: number;
}

/** A host where nobody listens. */
export const NO_HOST = 'localhost:9';

/** The routes of the corpus, and one more for each further way to be refused. */
export function codeRoutes(folder: string, cast: Cast, pki: MockPki, beside: Beside, now: number): RouteSpec[] {
  const verify = (name: string, config: Readonly<Record<string, unknown>>): RouteSpec => ({
    name,
    plugins: [verifyPlugin(folder, cast, config), gate],
  });
  const list = (file: string, authority: 'root' | 'intermediate', revoked: readonly string[] = []): string => {
    const path = join(folder, file);
    writeFileSync(
      path,
      makeCrl({ authority: pki[authority], thisUpdate: now - 60, nextUpdate: now + 86_400, revoked }),
    );
    return path;
  };
  const rootList = list('root.crl', 'root');
  const anchors = [join(folder, 'ca.pem')];
  const channelAnchor = join(folder, 'channel.pem');
  writeFileSync(channelAnchor, pki.intermediate.pem);
  return [
    ...corpusRoutes(folder, cast),
    verify('callers', {
      ...AUTH,
      identity: { callers: [{ organization_identifier: ['CF:IT-80012000000'], client_id: ['comune-di-esempio/*'] }] },
    }),
    verify('rules', { ...AUTH, authorization: [{ claim: 'purpose', value: 'agreed' }] }),
    verify('byclaim', { ...AUTH, identity: { claim: 'client_id' } }),
    verify('registered', {
      ...AUTH,
      identity: { claim: 'client_id', consumer: 'registered', consumer_custom_id: 'organization_identifier' },
    }),
    verify('resends', { ...BOTH, replay: { on_duplicate: 'allow_same_digest', max_resends: 1 } }),
    verify('storeless', { ...AUTH, replay: { store: 'redis', redis: NOBODY } }),
    verify('revoked', {
      ...AUTH,
      trust: { anchors, crls: [rootList, list('revoked.crl', 'intermediate', [pki.leaf('ec').serialNumber])] },
    }),
    verify('stranger', {
      ...AUTH,
      trust: { anchors, ocsp: { responders: [beside.responder] }, private_hosts: ['localhost'] },
    }),
    verify('keys', { ...AUTH, trust: { jwks: [jwkSet(jwkOf(pki.leaf('ec').publicKey, 'comune-2026'))] } }),
    verify('keyless', { ...AUTH, trust: { jwks: [`https://${NO_HOST}/jwks`], private_hosts: ['localhost'] } }),
    verify('x5u', {
      ...AUTH,
      trust: {
        anchors,
        x5u_hosts: [beside.chainHost, NO_HOST],
        x5u_ca: [pki.anchorPem],
        private_hosts: ['localhost'],
      },
    }),
    verify('unlisted', { ...AUTH, trust: { anchors, crls: [rootList] } }),
    verify('broken', { patterns: ['ID_AUTH_REST_01', 'ID_AUTH_REST_02'] }),
    verify('channel', {
      patterns: ['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02'],
      channel: {
        anchors: [channelAnchor],
        match: 'same_party',
        header: 'x-client-cert',
        trusted_addresses: ['127.0.0.1'],
      },
    }),
    verify('direct', {
      patterns: ['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02'],
      channel: { anchors: [channelAnchor], header: 'x-client-cert', trusted_addresses: ['192.0.2.1'] },
    }),
    {
      name: 'signed',
      plugins: [
        verifyPlugin(folder, cast, AUTH),
        gate,
        signPlugin(folder, cast.other, { audience: 'client_id', signed_headers: ['x-nota'], max_body_size: 1000 }),
      ],
    },
    verify('both', BOTH),
    verify('full', { ...AUTH, replay: { store: 'redis', redis: { host: '127.0.0.1', port: beside.fullStore } } }),
    {
      name: 'expiring',
      plugins: [verifyPlugin(folder, cast, AUTH), gate, signPlugin(folder, cast.other, EXPIRING)],
    },
    {
      name: 'unwritable',
      // modi-audit makes a folder one level deep, and no more.
      plugins: [
        verifyPlugin(folder, cast, AUTH),
        gate,
        auditPlugin(join(folder, 'no/such'), { durability: 'before_response' }),
      ],
    },
    { name: 'unjudged', plugins: [auditPlugin(join(folder, 'evidence'), { durability: 'before_response' })] },
    { name: 'alone', plugins: [signPlugin(folder, cast.other, { audience: 'client_id' })] },
  ];
}
