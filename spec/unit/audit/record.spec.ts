import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACCESS_RECORD_SCHEMA, accessRecord } from '../../../plugins/core/audit';
import { redaction } from '../../../plugins/core/audit/record';
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
      outcome: { result: 'accepted', status: 200, upstream_status: 200 },
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
        authorization: { iss: 'comune', sub: 'app', client_id: 'comune-app', aud: 'x', jti: 'jti-1', iat: 1, exp: 2 },
        integrity: { iss: 'comune', jti: 'jti-2' },
        body_bytes: 18,
        response: { jti: 'jti-3', digest: 'SHA-256=x' },
      },
    });
  });

  it.each([
    [
      'refused',
      { modi: { outcome: 'refused', code: 'MODI_REPLAY', status: 409, detail: 'why' }, response: { status: 409 } },
      'refused',
      'MODI_REPLAY',
    ],
    [
      'accepted, and its answer could not be signed',
      { modi: { outcome: 'accepted', response: { code: 'MODI_INTERNAL' } } },
      'failed',
      'MODI_INTERNAL',
    ],
    [
      'answered by Kong alone',
      { modi: undefined, source: 'kong', response: { status: 500 }, upstream_status: '' },
      'gateway',
      undefined,
    ],
    [
      'answered by the service, and by no plugin judged',
      { modi: undefined, source: 'upstream' },
      'unjudged',
      undefined,
    ],
  ])('says of one that was %s just that', (_, change, result, code) => {
    const record = recordOf(change);
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
    expect(record['outcome']).toMatchObject({ result, ...(code === undefined ? {} : { code }) });
    expect((record['outcome'] as { code?: string }).code).toBe(code);
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

  it('writes REDACTED where the collector was told to, and is still of the same form', () => {
    const redact = redaction([
      'client.ip',
      'client.subject',
      'ids.jti',
      'modi',
      'size.request',
      'no.such.field',
      'purpose.x',
    ]);
    const record = redact(recordOf());
    expect(record).toMatchObject({
      client: { ip: 'REDACTED', subject: 'REDACTED', issuer: 'comune' },
      ids: { jti: 'REDACTED' },
      modi: 'REDACTED',
    });
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
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
