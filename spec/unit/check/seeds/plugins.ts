import type { Seed } from './types';

const GATE = '            config: { allow: [modi] }\n';
const NO_GATE: Seed['change'] = [`          - name: acl\n${GATE}`, ''];
const SIGN = '          - name: modi-sign\n';
const beside = (plugin: string): Seed['change'] => [SIGN, `          - name: ${plugin}\n${SIGN}`];
const besideAvvisi = (plugin: string): Seed['change'] => [
  '          - name: http-log',
  `          - name: ${plugin}\n          - name: http-log`,
];
const VERIFY_AVVISI = '          - name: modi-verify\n            config:\n              patterns: [ID_AUTH_REST_01]';

/** What plugins do to one another: gate, scopes, conflicts, limits. */
export const PLUGIN_SEEDS: readonly Seed[] = [
  { code: 'GATE_MISSING', change: NO_GATE, line: '- name: modi-verify' },
  {
    code: 'GATE_MISSING',
    change: NO_GATE,
    line: '- name: modi-verify',
    severity: 'error',
    settings: { server: 'stock' },
  },
  { code: 'GATE_MISSING', change: NO_GATE, line: '- name: modi-verify', severity: 'error', settings: { kong: [3, 4] } },
  { code: 'GATE_OPEN', change: ['{ allow: [modi] }', '{ deny: [evil] }'], line: 'deny: [evil]' },
  { code: 'GATE_CLOSED', change: ['{ allow: [modi] }', '{ allow: [mody] }'], line: 'mody' },
  {
    code: 'GATE_BY_CONSUMER',
    change: ['          always_use_authenticated_groups: true\n', ''],
    line: 'allow: [modi]',
  },
  {
    code: 'ROUTE_UNVERIFIED',
    change: [
      '    routes:\n      - name: persone',
      '    routes:\n      - name: stato\n        paths: [/stato]\n      - name: persone',
    ],
    line: '- name: stato',
  },
  {
    code: 'ROUTE_UNVERIFIED',
    change: [
      '    routes:\n      - name: avvisi',
      '    routes:\n      - name: stato\n        paths: [/stato]\n      - name: avvisi',
    ],
    line: '- name: stato',
    severity: 'error',
  },
  {
    code: 'SCOPE_CONSUMER',
    change: [
      '\nservices:',
      '\nconsumers:\n  - username: c\n    plugins:\n      - name: modi-sign\n        config: { key: { file: FOLDER/key.pem }, audience: x }\n\nservices:',
    ],
    line: '- name: modi-sign',
  },
  {
    code: 'SCOPE_GLOBAL',
    change: [
      '\nservices:',
      '\nplugins:\n  - name: modi-sign\n    config: { key: { file: FOLDER/key.pem }, audience: x }\n\nservices:',
    ],
    line: '- name: modi-sign',
  },
  { code: 'PLUGIN_DISABLED', change: ['instance_name: verify-persone', 'enabled: false'], line: 'enabled: false' },
  { code: 'PLUGIN_DISABLED', change: [GATE, `            enabled: false\n${GATE}`], line: 'enabled: false' },
  {
    code: 'PLUGIN_PROTOCOLS',
    change: ['instance_name: verify-persone', 'protocols: [http]'],
    line: 'protocols: [http]',
  },
  {
    code: 'WEAKER_OVERRIDE',
    change: [
      '    routes:\n      - name: avvisi',
      '    plugins:\n      - name: modi-verify\n        config:\n          patterns: [ID_AUTH_REST_02]\n          audience: [https://api.ente.example/x]\n          trust: { anchors: [FOLDER/ca.pem] }\n    routes:\n      - name: avvisi',
    ],
    line: 'patterns: [ID_AUTH_REST_01]',
  },
  {
    code: 'SIGNED_ANSWER_CHANGED',
    change: beside('response-transformer\n            config: { add: { json: ["a:b"] } }'),
    line: 'response-transformer',
  },
  {
    code: 'SIGNED_ANSWER_CHANGED',
    change: beside('response-transformer\n            config: { remove: { headers: [Digest] } }'),
    line: 'response-transformer',
  },
  {
    code: 'SIGNED_ANSWER_CHANGED',
    change: beside('response-transformer-advanced\n            config: { replace: { headers: ["x-esito:0"] } }'),
    line: 'response-transformer-advanced',
  },
  { code: 'SIGNED_ANSWER_CHANGED', change: beside('ai-response-transformer'), line: 'ai-response-transformer' },
  { code: 'CACHE_SIGNED', change: beside('proxy-cache'), line: 'proxy-cache' },
  { code: 'CACHE_SHARED', change: besideAvvisi('proxy-cache'), line: 'proxy-cache' },
  {
    code: 'PRE_FUNCTION',
    change: besideAvvisi('pre-function\n            config: { access: ["return"] }'),
    line: 'pre-function',
  },
  {
    code: 'REQUEST_CHANGED_FIRST',
    change: besideAvvisi('request-transformer\n            ordering: { before: { access: [modi-verify] } }'),
    line: 'ordering',
  },
  {
    code: 'IDENTITY_OVERWRITTEN',
    change: besideAvvisi('request-transformer\n            config: { replace: { headers: ["X-ModI-Client:me"] } }'),
    line: 'X-ModI-Client',
  },
  { code: 'SECOND_AUTHENTICATION', change: besideAvvisi('jwt'), line: '- name: jwt' },
  {
    code: 'LIMIT_WITHOUT_CONSUMER',
    change: besideAvvisi('rate-limiting\n            config: { minute: 5 }'),
    line: 'config: { minute: 5 }',
  },
  {
    code: 'LIMIT_PER_NODE',
    change: ['store: memory', 'store: redis\n                redis: { host: r.example }'],
    line: 'minute: 60',
    settings: { nodes: 3 },
  },
  { code: 'CONSUMERS_MISSING', change: ['consumer: virtual', 'consumer: registered'], line: 'consumer: registered' },
  {
    code: 'REPLAY_PER_NODE',
    change: ['instance_name: verify-persone', 'tags: [x]'],
    line: 'store: memory',
    settings: { nodes: 2 },
  },
  {
    code: 'REPLAY_WEAK',
    change: [
      'store: memory',
      'store: redis\n                on_outage: memory\n                redis: { host: r.example }',
    ],
    line: 'on_outage: memory',
  },
  {
    code: 'BODY_LIMIT_LATER',
    change: beside('request-size-limiting\n            config: { allowed_payload_size: 512, size_unit: kilobytes }'),
    line: 'max_body_size',
  },
  {
    code: 'TLS_UNVERIFIED',
    change: ['store: memory', 'store: redis\n                redis: { host: r.example, ssl: true, ssl_verify: false }'],
    line: 'ssl_verify: false',
  },
  {
    code: 'LOG_MISSING',
    change: [
      '          - name: http-log\n            config:\n              http_endpoint: https://log.ente.example/kong\n',
      '',
    ],
    line: '- name: avvisi',
  },
  { code: 'LOG_IN_CLEAR', change: ['https://log.ente', 'http://log.ente'], line: 'http://log.ente' },
  {
    code: 'SIGN_WITHOUT_VERIFY',
    change: [
      VERIFY_AVVISI,
      `          - name: modi-sign\n            config: { key: { file: FOLDER/key.pem }, audience: client_id }\n          - name: modi-verify\n            enabled: false\n            config:\n              patterns: [ID_AUTH_REST_01]`,
    ],
    line: 'audience: client_id',
  },
  {
    code: 'REQUEST_DIGEST_UNPROVED',
    change: ['[ID_AUTH_REST_02, INTEGRITY_REST_01]', '[ID_AUTH_REST_02]'],
    line: 'request_digest: true',
  },
  { code: 'HEADER_CASE', change: ['[x-esito]', '[X-Esito]'], line: '[X-Esito]' },
];
