import { describe, expect, it } from 'vitest';
import { ERROR_TABLE } from '../../../plugins/core/errors';
import { modiVerifySchema } from '../../../plugins/modi-verify/schema';
import { json, modi } from './support';

const explain = (...argv: readonly string[]) => modi(['explain', ...argv]);

describe('modi explain', () => {
  it.each(Object.keys(ERROR_TABLE))('%s is the row of the table, in both languages', async (code) => {
    const row = ERROR_TABLE[code as keyof typeof ERROR_TABLE];
    const english = await explain(code);
    expect(english.code).toBe(0);
    for (const text of [row.title.en, row.hint.en, row.clause]) expect(english.out).toContain(text);
    const italian = await explain(code, '--lang', 'it');
    for (const text of [row.title.it, row.hint.it, row.clause]) expect(italian.out).toContain(text);
    expect(json(await explain(code, '--output', 'json'))).toMatchObject({
      schema: 'modi.explain/1',
      kind: 'code',
      name: code,
      act: row.act,
      clause: row.clause,
      title: row.title,
      hint: row.hint,
    });
  });

  it.each(Object.entries(modiVerifySchema.fields))('config.%s is the field of the schema', async (name, field) => {
    expect((await explain(`config.${name}`)).out).toContain(field.description);
    expect((await explain(name)).out).toContain(field.description);
  });

  it('shows bounds, defaults and nested fields', async () => {
    const skew = await explain('config.clock_skew');
    expect(skew.out).toMatch(/type +integer from 0 to 300/);
    expect(skew.out).toMatch(/default +5/);
    expect((await explain('config.audience')).out).toMatch(/none, required/);
    expect((await explain('trust')).out).toMatch(/fields +anchors, certificates/);
    expect(json(await explain('config.trust.max_chain', '--output', 'json'))).toMatchObject({
      kind: 'field',
      type: 'integer from 1 to 10',
      default: 6,
      required: false,
    });
  });

  it.each(['ID_AUTH_REST_01', 'id-auth-rest-02', 'Integrity_Rest_01'])('%s is a page', async (pattern) => {
    const { out, code } = await explain(pattern, '--lang', 'it');
    expect(code).toBe(0);
    expect(out).toMatch(/sul canale[\s\S]+dove si sbaglia/);
  });

  it('explains the codes of the command line too', async () => {
    expect((await explain('CLI_PORT_TAKEN')).out).toMatch(/listens on the address/);
  });

  it('lists every topic, and each of them is explained', async () => {
    const topics = json(await explain('--output', 'json'))['topics'] as string[];
    expect(topics.length).toBeGreaterThan(Object.keys(ERROR_TABLE).length + 20);
    for (const topic of topics) expect((await explain(topic)).code, topic).toBe(0);
  });

  it.each([
    ['MODI_DIGEST_MISMACH', 'MODI_DIGEST_MISMATCH'],
    ['digest_mismach', 'MODI_DIGEST_MISMATCH'],
    ['config.clok_skew', 'config.clock_skew'],
    ['clockskew', 'config.clock_skew'],
    ['INTEGRITY_REST_1', 'INTEGRITY_REST_01'],
  ])('%s: did you mean %s?', async (word, meant) => {
    const ran = await explain(word);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(`did you mean ${meant}?`);
  });

  it('has no suggestion for what is like nothing', async () => {
    expect((await explain('xyzzy')).err).toMatch(/modi explain lists all topics {2}CLI_USAGE\n$/);
  });
});
