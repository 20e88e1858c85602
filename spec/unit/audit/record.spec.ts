import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACCESS_RECORD_SCHEMA, accessRecord } from '../../../plugins/core/audit';
import { kongLine } from '../../support/audit/kong-lines';

const isRecord = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(ACCESS_RECORD_SCHEMA);
const recordOf = (change: Readonly<Record<string, unknown>> = {}) =>
  accessRecord(JSON.parse(kongLine('request-1', change)) as Record<string, unknown>);

describe('an access record', () => {
  it('says of an accepted request what RAC_GEN_LOG_01 asks for, and more', () => {
    const record = recordOf();
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
    expect(record).toEqual({
      v: 1,
      id: 'request-1',
      time: { accepted: '2026-11-23T10:00:00.123Z', finished: '2026-11-23T10:00:00.140Z' },
      outcome: { result: 'accepted', by: 'service', status: 200, upstream_status: 200 },
      http: { method: 'POST', uri: '/rest/anagrafe/v1/persone', host: 'api.ente.example:8000' },
      api: { service: 'sample', route: 'anagrafe' },
      client: {
        ip: '192.0.2.7',
        id: 'CF:IT-00000000001',
        organization: 'CF:IT-00000000001',
        consumer: 'comune',
        issuer: 'comune',
        subject: 'app',
        client_id: 'comune-app',
      },
      purpose: 'b1f2',
      patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
      ids: {
        modi_request: 'e2b8c1c0-0000-4000-8000-000000000001',
        correlation: 'corr-1',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        jti: { authorization: 'jti-1', integrity: 'jti-2', answer: 'jti-3' },
      },
      duration: { total_ms: 17, gateway_ms: 4, upstream_ms: 12 },
      size: { request: 3120, response: 812 },
      digest: { request: 'SHA-256=CGs4o6akBU03gM3mRymo/2fmsLL/2KFLvm/ZeQCdMKQ=', response: 'SHA-256=x' },
      key: { certificate_subject: 'CN=comune', certificate_sha256: 'WEpsq-0TQJyxD-W_VnzrmnXCxquujxIhKRAmyajIkis' },
      config_version: 'abc',
      modi: {
        authorization: { aud: 'x', iat: 1, exp: 2 },
        body_bytes: 18,
        response: { jti: 'jti-3', digest: 'SHA-256=x' },
      },
    });
  });

  it('says that nothing but one node’s memory has spoken against replay', () => {
    const record = recordOf({ modi: { outcome: 'accepted', replay: 'weak' } });
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
    expect(record).toMatchObject({ replay: 'weak' });
    expect(record).not.toHaveProperty('modi');
  });

  const kong = (status: number, change: object = {}) => ({ source: 'kong', response: { status }, ...change });
  const accepted = { outcome: 'accepted' };
  const noEvidence = (phase: string) => ({
    outcome: 'refused',
    phase,
    code: 'MODI_EVIDENCE_UNAVAILABLE',
    detail: 'why',
  });

  it.each<[what: string, line: object, outcome: object]>([
    [
      'refused by modi-verify',
      kong(409, { modi: { outcome: 'refused', code: 'MODI_REPLAY', detail: 'why' } }),
      { result: 'refused', by: 'modi-verify', code: 'MODI_REPLAY', detail: 'why' },
    ],
    [
      'accepted, and its evidence could not be kept',
      kong(503, { modi: { ...accepted, evidence: noEvidence('access') } }),
      { result: 'refused', by: 'modi-audit', code: 'MODI_EVIDENCE_UNAVAILABLE', detail: 'why' },
    ],
    [
      'accepted, and the evidence of its answer could not be kept',
      kong(503, { modi: { ...accepted, response: { outcome: 'signed' }, evidence: noEvidence('response') } }),
      { result: 'failed', by: 'modi-audit', code: 'MODI_EVIDENCE_UNAVAILABLE' },
    ],
    [
      'accepted, and its answer could not be signed',
      kong(500, { modi: { ...accepted, response: { code: 'MODI_INTERNAL', detail: 'why' } } }),
      { result: 'failed', by: 'modi-sign', code: 'MODI_INTERNAL' },
    ],
    [
      'accepted, and refused by another plugin',
      kong(429, { modi: accepted }),
      { result: 'refused', by: 'kong', code: 'KONG_429' },
    ],
    [
      'accepted, and the service was not there',
      kong(502, { modi: accepted }),
      { result: 'failed', by: 'kong', code: 'KONG_502' },
    ],
    ['accepted, and answered by a cache', kong(200, { modi: accepted }), { result: 'accepted', by: 'kong' }],
    [
      'accepted, and refused by the service',
      { modi: accepted, response: { status: 403 }, upstream_status: '403' },
      { result: 'accepted', by: 'service', upstream_status: 403 },
    ],
    ['answered by Kong alone', kong(500, { modi: undefined }), { result: 'gateway', by: 'kong', code: 'KONG_500' }],
    ['redirected by Kong alone', kong(301, { modi: undefined }), { result: 'gateway', by: 'kong' }],
    ['judged by no plugin', { modi: undefined }, { result: 'unjudged', by: 'service' }],
    [
      'judged by no plugin of a Kong that names no source',
      { modi: undefined, source: undefined },
      { result: 'unjudged', by: 'service' },
    ],
    [
      'answered by a Kong that names no source',
      { ...kong(500, { modi: undefined }), source: undefined, upstream_status: '' },
      { result: 'gateway', by: 'kong', code: 'KONG_500' },
    ],
  ])('says of one that was %s just that', (_, line, outcome) => {
    const record = recordOf(line as Record<string, unknown>);
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
    expect(record['outcome']).toMatchObject(outcome);
    if (!('code' in outcome)) expect(record['outcome']).not.toHaveProperty('code');
  });

  it.each(['502', '504', '502, 502'])('does not take nginx’s own status %s for the service’s', (upstream) => {
    const line = { source: 'kong', response: { status: Number.parseInt(upstream) }, upstream_status: upstream };
    expect(recordOf(line)['outcome']).not.toHaveProperty('upstream_status');
    expect(recordOf({ ...line, source: 'upstream', upstream_status: '502' })['outcome']).toHaveProperty(
      'upstream_status',
    );
  });

  it('tells of a refused request what its tokens proved', () => {
    const tokens = {
      VOUCHER: { iss: 'pdnd', client_id: 'c', jti: 'j1', key: 'kid:1' },
      DPOP: { jti: 'j2' },
      AUDIT: { sha256: 'x' },
    };
    expect(recordOf({ modi: { outcome: 'refused', code: 'MODI_REPLAY', tokens } })).toMatchObject({
      client: { issuer: 'pdnd', client_id: 'c' },
      ids: { jti: { authorization: 'j1', dpop: 'j2' } },
      key: { request: 'kid:1' },
    });
  });

  it('never holds a query string, a header, or a token, wherever somebody hid it', () => {
    const token = `eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.${'s'.repeat(86)}`;
    fc.assert(
      fc.property(fc.constantFrom('uri', 'client', 'detail', 'deep', 'list'), fc.string(), (place, noise) => {
        const hidden = `${noise} ${token}`;
        const modi = {
          outcome: 'refused',
          client: place === 'client' ? hidden : 'x',
          detail: place === 'detail' ? hidden : '',
          deep: { er: place === 'deep' ? hidden : '' },
          list: [place === 'list' ? { hidden } : 1],
        };
        const request = {
          id: 'r',
          uri: `/a/${place === 'uri' ? token : 'b'}?token=${token}`,
          method: 'GET',
          headers: { authorization: token },
        };
        const record = recordOf({ modi, request });
        expect(JSON.stringify(record)).not.toContain('s'.repeat(86));
        expect((record['http'] as { uri: string }).uri).not.toContain('?');
      }),
    );
  });

  it('is described by the schema in docs', () => {
    const page = readFileSync(join(__dirname, '../../../docs/audit-record.schema.json'), 'utf8');
    expect(JSON.parse(page)).toEqual(ACCESS_RECORD_SCHEMA);
  });

  it('is refused by that schema when something else is in it', () => {
    expect(isRecord({ ...recordOf(), token: 'x' })).toBe(false);
    expect(isRecord({ ...recordOf(), time: { accepted: '2026-11-23t10:00:00.123z' } })).toBe(false);
  });
});
