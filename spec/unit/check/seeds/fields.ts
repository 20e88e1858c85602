import type { Seed } from './types';

/** Mistakes in the file itself, and in what it names. */
export const FIELD_SEEDS: readonly Seed[] = [
  { code: 'SYNTAX', change: ['  - name: avvisi\n    url', '  - name: avvisi\n   url'], line: 'url: https://avvisi' },
  { code: 'FORMAT_VERSION', change: ["_format_version: '3.0'\n", ''], line: '' },
  { code: 'FORMAT_VERSION', change: ["'3.0'", "'4.0'"], line: "_format_version: '4.0'" },
  { code: 'FIELD_UNKNOWN', change: ['max_body_size: 1', 'max_body_sise: 1'], line: 'max_body_sise' },
  { code: 'FIELD_UNKNOWN', change: ['anchors:', 'anchor:'], line: 'anchor:' },
  {
    code: 'FIELD_UNKNOWN',
    change: [
      'strip_path: false\n        plugins:\n          - name: acl',
      'strip_paths: false\n        plugins:\n          - name: acl',
    ],
    line: 'strip_paths',
  },
  { code: 'FIELD_UNKNOWN', change: ['\nservices:', '\nservizi:'], line: 'servizi:' },
  {
    code: 'FIELD_MISSING',
    change: ['              audience: [https://api.ente.example/rest/avvisi/v1]\n', ''],
    line: 'patterns: [ID_AUTH_REST_01]',
  },
  {
    code: 'FIELD_MISSING',
    change: [
      '                file: FOLDER/key.pem\n              algorithm: ES256',
      '                kid: x\n              algorithm: ES256',
    ],
    line: 'kid: x',
  },
  { code: 'FIELD_INVALID', change: ['[ID_AUTH_REST_01]', '[ID_AUTH_REST_1]'], line: 'ID_AUTH_REST_1]' },
  { code: 'FIELD_INVALID', change: ['max_body_size: 1048576', 'max_body_size: 1MB'], line: 'max_body_size: 1MB' },
  { code: 'FIELD_INVALID', change: ['store: memory', 'store: postgres'], line: 'store: postgres' },
  {
    code: 'REFERENCE',
    change: ['\nservices:', '\nroutes:\n  - name: r\n    service: anagraffe\n    paths: [/r]\n\nservices:'],
    line: 'service: anagraffe',
  },
  { code: 'TWICE', change: ['  - name: avvisi\n    url', '  - name: anagrafe\n    url'], line: '  - name: anagrafe' },
  {
    code: 'TWICE',
    change: [
      '          - name: http-log',
      '          - name: acl\n            config: { allow: [modi] }\n          - name: http-log',
    ],
    line: '          - name: acl',
  },
  { code: 'PLUGIN_UNKNOWN', change: ['- name: modi-sign', '- name: modi-sing'], line: 'modi-sing' },
  { code: 'PLUGIN_UNKNOWN', change: ['- name: rate-limiting', '- name: rate-limitting'], line: 'rate-limitting' },
  {
    code: 'CONFIG',
    change: ['[ID_AUTH_REST_02, INTEGRITY_REST_01]', '[INTEGRITY_REST_01]'],
    line: 'patterns: [INTEGRITY_REST_01]',
  },
  { code: 'CONFIG', change: ['anchors: [FOLDER/ca.pem]', 'max_chain: 3'], line: 'max_chain: 3' },
  { code: 'CONFIG', change: ['[FOLDER/caller.pem]', '[FOLDER/key.pem]'], line: '[FOLDER/key.pem]' },
  { code: 'CONFIG', change: ['file: FOLDER/key.pem', 'file: FOLDER/no-key.pem'], line: 'no-key.pem' },
  { code: 'CONFIG', change: ['algorithm: ES256', 'algorithm: RS256'], line: 'RS256' },
  { code: 'CONFIG', change: ['store: memory', 'store: redis'], line: 'store: redis' },
  { code: 'FILE_MISSING', change: ['FOLDER/ca.pem', 'FOLDER/cas.pem'], line: 'cas.pem' },
  { code: 'FILE_MISSING', change: ['FOLDER/ca.pem', '/no/such/folder/ca.pem'], line: '/no/such', severity: 'note' },
  {
    code: 'FILE_MISSING',
    change: ['FOLDER/ca.pem', '/no/such/folder/ca.pem'],
    line: '/no/such',
    settings: { filesAreHere: true },
  },
  // A file system has no such name.
  { code: 'CONFIG', change: ['[FOLDER/caller.pem]', '["FOLDER/\\0caller.pem"]'], line: 'caller.pem' },
  { code: 'CONFIG', change: ['file: FOLDER/key.pem', 'file: "FOLDER/\\0key.pem"'], line: 'key.pem' },
  { code: 'CERTIFICATE_EXPIRED', change: ['FOLDER/caller.pem', 'FOLDER/expired.pem'], line: 'expired.pem' },
  { code: 'CERTIFICATE_EXPIRED', change: ['FOLDER/caller.pem', 'FOLDER/expired.der'], line: 'expired.der' },
  { code: 'CERTIFICATE_EXPIRED', change: ['FOLDER/caller.pem', 'FOLDER/callers'], line: 'FOLDER/callers' },
  {
    code: 'CERTIFICATE_EXPIRED',
    change: ['[FOLDER/caller.pem]', '[FOLDER/expired.p12]\n                pkcs12_password: segreto'],
    line: 'expired.p12',
  },
  { code: 'CERTIFICATE_EXPIRING', change: ['FOLDER/caller.pem', 'FOLDER/expiring.pem'], line: 'expiring.pem' },
  { code: 'KEY_PERMISSIONS', change: ['FOLDER/key.pem', 'FOLDER/open.pem'], line: 'open.pem' },
  {
    code: 'SECRET_IN_CLEAR',
    change: ['file: FOLDER/key.pem', 'file: FOLDER/key.pem\n                password: geheim'],
    line: 'password: geheim',
  },
  {
    code: 'SECRET_IN_CLEAR',
    change: ['http_endpoint: https://log', 'http_endpoint: https://me:secret@log'],
    line: 'me:secret',
  },
  {
    code: 'SECRET_IN_CLEAR',
    change: ['limit_by: consumer', 'limit_by: consumer\n              redis: { password: geheim }'],
    line: 'password: geheim',
  },
];
