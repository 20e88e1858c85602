import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig, type CheckSettings, type Finding } from '../../../../plugins/check';
import { forbidFetches } from '../../../../plugins/core/fetch';
import { openssl } from '../../../support/openssl';
import { mockPki } from '../../../support/pki';

// As the command does: a kong.yml under examination must not make anybody ask the addresses that it names.
forbidFetches();

/** A configuration with two services and a bit of everything, in which nothing is wrong. FOLDER holds its material. */
export const GOOD = `_format_version: '3.0'

services:
  - name: anagrafe
    url: https://anagrafe.internal.example:8443
    plugins:
      # The gate.
      - name: acl
        config:
          allow: [modi]
          always_use_authenticated_groups: true
      - name: file-log
        config:
          path: /var/log/kong/modi.log
    routes:
      - name: persone
        paths: [/rest/anagrafe/v1]
        protocols: [https]
        methods: [GET, POST, PUT]
        strip_path: false
        plugins:
          - name: modi-verify
            instance_name: verify-persone
            config:
              patterns: [ID_AUTH_REST_02, INTEGRITY_REST_01]
              audience: [https://api.ente.example/rest/anagrafe/v1]
              trust:
                anchors: [FOLDER/ca.pem]
              identity:
                consumer: virtual
              max_body_size: 1048576
              replay:
                store: memory
          - name: modi-sign
            config:
              key:
                file: FOLDER/key.pem
              algorithm: ES256
              issuer: ente
              audience: client_id
              request_digest: true
              signed_headers: [x-esito]
          - name: rate-limiting
            config:
              minute: 60
              limit_by: consumer

  - name: avvisi
    url: https://avvisi.internal.example:8443
    routes:
      - name: avvisi
        paths: [/rest/avvisi/v1]
        protocols: [https]
        strip_path: false
        plugins:
          - name: acl
            config: { allow: [modi] }
          - name: modi-verify
            config:
              patterns: [ID_AUTH_REST_01]
              audience: [https://api.ente.example/rest/avvisi/v1]
              trust:
                certificates: [FOLDER/caller.pem]
          - name: http-log
            config:
              http_endpoint: https://log.ente.example/kong
`;

/** A kong.conf that fits. */
export const GOOD_CONF = `# Kong
plugins = bundled,modi-verify,modi-sign
pluginserver_names = modi-verify,modi-sign
pluginserver_modi_verify_socket = /usr/local/kong/modi.sock
pluginserver_modi_verify_query_cmd = /usr/bin/node /opt/modi/bin/modi-pluginserver --describe modi-verify
pluginserver_modi_sign_socket = /usr/local/kong/modi.sock
pluginserver_modi_sign_query_cmd = /usr/bin/node /opt/modi/bin/modi-pluginserver --describe modi-sign
proxy_listen = 0.0.0.0:8443 ssl
nginx_http_client_max_body_size = 10m
`;

export const NOW = Math.floor(Date.now() / 1000);
const DAY = 86_400;

/** Keys and certificates for `GOOD`, and some that are not. */
export async function writeMaterial(folder: string): Promise<void> {
  const pki = await mockPki();
  const { privateKey, pem } = pki.leaf('ec');
  const [expired, expiring] = await Promise.all(
    [-1, 10].map((days) =>
      pki.issue({ notBefore: new Date((NOW - 100 * DAY) * 1000), notAfter: new Date((NOW + days * DAY + 60) * 1000) }),
    ),
  );
  mkdirSync(folder, { recursive: true });
  const put = (name: string, text: string | Buffer, mode = 0o600) => {
    writeFileSync(join(folder, name), text, { mode });
  };
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  put('ca.pem', pki.anchorPem);
  put('key.pem', key + pem);
  put('caller.pem', pem);
  put('open.pem', key + pem, 0o644);
  put('expired.pem', expired!.pem);
  put('expired.der', expired!.der);
  put('expired.p12', openssl(['pkcs12', '-export', '-nokeys', '-passout', 'pass:segreto'], expired!.pem));
  mkdirSync(join(folder, 'callers'), { recursive: true });
  put('callers/good.pem', pem);
  put('callers/expired.crt', expired!.pem);
  put('expiring.pem', expiring!.pem);
  put('no-key.pem', pem);
}

export const SETTINGS: CheckSettings = {
  now: NOW,
  server: 'own',
  kong: undefined,
  nodes: 1,
  kongConf: undefined,
  expiresWithin: 30 * DAY,
  filesAreHere: false,
  home: '/',
};

export async function findingsOf(text: string, settings: Partial<CheckSettings> = {}): Promise<readonly Finding[]> {
  const { findings } = await checkConfig({ name: 'kong.yml', text }, { ...SETTINGS, ...settings });
  return findings;
}
