import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACCESS_RECORD_SCHEMA, accessRecord, readSettings } from '../../../plugins/core/audit';
import { redaction, type RedactionRules } from '../../../plugins/core/audit/record';
import { kongLine } from '../../support/audit/kong-lines';

const isRecord = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(ACCESS_RECORD_SCHEMA);
const recordOf = (change: Readonly<Record<string, unknown>> = {}) =>
  accessRecord(JSON.parse(kongLine('request-1', change)) as Record<string, unknown>);
const rules = (change: Partial<RedactionRules> = {}): RedactionRules => ({
  redact: [],
  pseudonyms: { fields: [] },
  personal_codes: 'redact',
  ...change,
});
const PERSON = 'RSSMRA80A01H501U';
const withPerson = (sub: string) => ({
  modi: { outcome: 'accepted', client: 'CF:IT-00000000001', authorization: { iss: 'comune', sub }, integrity: { sub } },
  request: { id: 'r', method: 'GET', uri: `/persone/${sub}/residenza` },
});

describe('a collector', () => {
  it('writes REDACTED where it was told to, and the record is still of the same form', () => {
    const paths = ['client.ip', 'client.subject', 'ids.jti', 'modi', 'size.request', 'no.such.field', 'purpose.x'];
    const record = redaction(rules({ redact: paths }))(recordOf());
    expect(record).toMatchObject({
      client: { ip: 'REDACTED', subject: 'REDACTED', issuer: 'comune' },
      ids: { jti: 'REDACTED' },
      modi: 'REDACTED',
    });
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
  });

  it('has a name at one place only, so that hiding it there hides it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12,20}$/), (name) => {
        const { modi } = withPerson(name);
        expect(JSON.stringify(redaction(rules({ redact: ['client.subject'] }))(recordOf({ modi })))).not.toContain(
          name,
        );
      }),
    );
  });

  it.each(['redact', 'pseudonyms.fields'])(
    'takes no path in %s that hides nothing, or by which records are found',
    (field) => {
      const read = (path: string) =>
        readSettings({
          organization: 'Ente',
          spool: ['x.log'],
          chain: { directory: 'audit', key: { file: 'k' } },
          ...(field === 'redact' ? { redact: [path] } : { pseudonyms: { key_file: 'k', fields: [path] } }),
        });
      for (const path of ['client.subject', 'modi', 'modi.pdnd.client_name', 'ids.jti', 'key']) read(path);
      for (const path of [
        'id',
        'v',
        'outcome',
        'outcome.result',
        'evidence',
        'evidence.state',
        'client.sbject',
        'modi.',
        '',
      ])
        expect(() => read(path), path).toThrow(`${field}[1]`);
    },
  );
});

describe('a code of a natural person', () => {
  it.each([PERSON, PERSON.toLowerCase(), `TINIT-${PERSON}`, 'RSSMRA80A01H50MU', `a%3A${PERSON}`, `x ${PERSON}, y`])(
    'does not get into the chain: %s',
    (sub) => {
      const record = redaction(rules())(recordOf(withPerson(sub)));
      expect(JSON.stringify(record)).not.toMatch(/RSSMRA/i);
      expect(record).toMatchObject({
        http: { uri: expect.stringMatching(/^\/persone\/.*REDACTED.*\/residenza$/) as string },
      });
      expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
    },
  );

  it('stays where that was decided', () => {
    const record = redaction(rules({ personal_codes: 'keep' }))(recordOf(withPerson(PERSON)));
    expect(record).toMatchObject({ client: { subject: PERSON }, http: { uri: `/persone/${PERSON}/residenza` } });
  });

  it.each(['CF:IT-00000000001', 'a'.repeat(16), `X${PERSON}`, `${PERSON}1`, 'b1f2c3d4-0000-4000-8000-000000000001'])(
    'is not seen in %s',
    (sub) => {
      expect(redaction(rules())(recordOf(withPerson(sub)))).toMatchObject({ client: { subject: sub } });
    },
  );
});

describe('a pseudonym', () => {
  const key = randomBytes(32);
  const subjectBy = (sub: string, secret: Buffer): unknown =>
    (
      redaction(rules({ pseudonyms: { fields: ['client.subject'] } }), secret)(recordOf(withPerson(sub)))['client'] as {
        subject: string;
      }
    ).subject;

  it('is the same for the same value and key, another for any other, and tells nothing', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        expect(subjectBy(one, key)).toMatch(/^hmac:[\w-]{43}$/);
        expect(subjectBy(one, key)).toBe(subjectBy(one, key));
        expect(subjectBy(one, key) === subjectBy(other, key)).toBe(one === other);
        expect(subjectBy(one, randomBytes(32))).not.toBe(subjectBy(one, key));
      }),
    );
  });

  it('is of the whole value, also of a code of a person', () => {
    expect(subjectBy(PERSON, key)).not.toBe(subjectBy('REDACTED', key));
  });

  it('of what is no text is REDACTED', () => {
    const record = redaction(rules({ pseudonyms: { fields: ['size.request', 'ids.jti'] } }), key)(recordOf());
    expect(record).toMatchObject({ size: { request: 'REDACTED' }, ids: { jti: 'REDACTED' } });
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
  });

  it('needs a secret', () => {
    const settings = { organization: 'Ente', spool: ['x'], chain: { directory: 'a', key: { file: 'k' } } };
    expect(() => readSettings({ ...settings, pseudonyms: { fields: ['client.subject'] } })).toThrow(
      'pseudonyms.key_file',
    );
  });
});
