import type { Seed } from './types';

const ROUTE_AVVISI = '        paths: [/rest/avvisi/v1]\n        protocols: [https]\n';

/** Mistakes of routes, services, patterns, and of the kong.conf beside them. */
export const ROUTE_SEEDS: readonly Seed[] = [
  {
    code: 'PLAIN_HTTP',
    change: [ROUTE_AVVISI, ROUTE_AVVISI.replace('[https]', '[http, https]')],
    line: '[http, https]',
  },
  {
    code: 'PLAIN_HTTP',
    change: [ROUTE_AVVISI, ROUTE_AVVISI.replace(/ +protocols.*\n/, '')],
    line: '- name: avvisi',
    severity: 'note',
  },
  {
    code: 'PLAIN_HTTP',
    change: [ROUTE_AVVISI, ROUTE_AVVISI.replace(/ +protocols.*\n/, '')],
    line: '- name: avvisi',
    severity: 'warning',
    conf: ['0.0.0.0:8443 ssl', '0.0.0.0:8000, 0.0.0.0:8443 ssl'],
  },
  {
    code: 'HTTPS_REDIRECT',
    change: [ROUTE_AVVISI, `${ROUTE_AVVISI}        https_redirect_status_code: 301\n`],
    line: '301',
  },
  {
    code: 'SERVICE_TLS_UNVERIFIED',
    change: [
      'url: https://avvisi.internal.example:8443',
      'url: https://avvisi.internal.example:8443\n    tls_verify: false',
    ],
    line: 'tls_verify: false',
  },
  {
    code: 'PROTOCOL_UNSUPPORTED',
    change: ['protocols: [https]\n        methods', 'protocols: [https, grpcs]\n        methods'],
    line: 'grpcs',
  },
  {
    code: 'STREAMING_SIGNED',
    change: ['methods: [GET, POST, PUT]', 'response_buffering: false'],
    line: 'response_buffering: false',
  },
  {
    code: 'STREAMING_SIGNED',
    change: ['paths: [/rest/anagrafe/v1]', 'paths: [/rest/anagrafe/v1/events]'],
    line: '/events',
  },
  {
    code: 'STREAMING_SIGNED',
    change: ['methods: [GET, POST, PUT]', 'headers: { accept: [text/event-stream] }'],
    line: 'event-stream',
  },
  {
    code: 'AUDIENCE_SHARED',
    change: ['[https://api.ente.example/rest/avvisi/v1]', '[https://api.ente.example/rest/anagrafe/v1]'],
    line: '[https://api.ente.example/rest/anagrafe/v1]',
  },
  {
    code: 'AUDIENCE_FORM',
    change: ['[https://api.ente.example/rest/avvisi/v1]', '[api.ente.example/rest/avvisi/v1]'],
    line: '[api.ente',
  },
  {
    code: 'AUDIENCE_FORM',
    change: ['[https://api.ente.example/rest/avvisi/v1]', '[http://api.ente.example/rest/avvisi/v1]'],
    line: '[http://api',
  },
  { code: 'AUDIENCE_PATH', change: ['paths: [/rest/avvisi/v1]', 'paths: [/altro]'], line: 'audience:' },
  {
    code: 'STRIP_PATH',
    change: [
      '        strip_path: false\n        plugins:\n          - name: acl',
      '        plugins:\n          - name: acl',
    ],
    line: '- name: avvisi',
  },
  { code: 'METHOD_PATCH', change: ['[GET, POST, PUT]', '[GET, POST, PATCH]'], line: 'PATCH' },
  {
    code: 'RANGE_REQUESTED',
    change: ['methods: [GET, POST, PUT]', 'headers: { Range: ["~*bytes.*"] }'],
    line: 'Range',
  },
  {
    code: 'WITHOUT_EFFECT',
    change: ['patterns: [ID_AUTH_REST_01]', 'patterns: [ID_AUTH_REST_01]\n              digest_encodings: [hex]'],
    line: 'digest_encodings',
  },
  { code: 'WITHOUT_EFFECT', change: ['store: memory', 'redis: { host: r.example }'], line: 'redis:' },
  {
    code: 'WITHOUT_EFFECT',
    change: ['certificates: [FOLDER/caller.pem]', 'certificates: [FOLDER/caller.pem]\n                crl_grace: 60'],
    line: 'crl_grace',
  },
  {
    code: 'WINDOW_WIDE',
    change: ['patterns: [ID_AUTH_REST_01]', 'patterns: [ID_AUTH_REST_01]\n              clock_skew: 300'],
    line: 'clock_skew: 300',
  },
  {
    code: 'WINDOW_WIDE',
    change: ['patterns: [ID_AUTH_REST_01]', 'patterns: [ID_AUTH_REST_01]\n              max_age: 86400'],
    line: 'max_age: 86400',
  },
  {
    code: 'DISCLOSURE_FULL',
    change: ['patterns: [ID_AUTH_REST_01]', 'patterns: [ID_AUTH_REST_01]\n              disclosure: full'],
    line: 'disclosure: full',
  },
  {
    code: 'BODY_LIMIT_NGINX',
    change: ['max_body_size: 1048576', 'max_body_size: 20971520'],
    line: 'max_body_size: 20971520',
    conf: ['', ''],
  },
  { code: 'BODY_BUFFER_STOCK', change: ['', ''], line: 'max_body_size', settings: { server: 'stock' } },
  {
    code: 'PLUGIN_NOT_LOADED',
    change: ['', ''],
    line: 'modi-sign',
    conf: ['bundled,modi-verify,modi-sign', 'bundled,modi-verify'],
  },
  {
    code: 'PLUGIN_SERVER_MISSING',
    change: ['', ''],
    line: 'modi-sign',
    conf: ['pluginserver_names = modi-verify,modi-sign', 'pluginserver_names = modi-verify'],
  },
  { code: 'GZIP_SIGNED', change: ['', ''], line: 'modi-sign', conf: ['# Kong', 'nginx_proxy_gzip = on'] },
  {
    code: 'HTTP2_SIGNED',
    change: ['', ''],
    line: 'modi-sign',
    settings: { kong: [3, 8] },
    conf: ['8443 ssl', '8443 ssl http2'],
  },
];
