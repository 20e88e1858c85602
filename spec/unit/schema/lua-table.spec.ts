import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luaTable } from '../../../plugins/core/schema';
import { loadAllPlugins } from '../../../plugins/runtime/registry';
import { parseLua } from '../../support/lua';
import { modi } from '../cli/support';

const asKongGets = async () =>
  (await loadAllPlugins()).map(
    ({ name, schema }) =>
      [
        name,
        JSON.parse(JSON.stringify({ name, fields: [{ config: { type: 'record', fields: schema } }] })) as unknown,
      ] as const,
  );

describe('schema.lua', () => {
  it('says of every plugin what the plugin server tells Kong', async () => {
    for (const [name, schema] of await asKongGets()) {
      const { code, out } = await modi(['schema', name, '--lua']);
      expect(code).toBe(0);
      expect(parseLua(out.replace(/^--.*\n/, ''))).toEqual(schema);
      expect(out).not.toMatch(/\brequire\b *[("']/);
    }
  });

  it('is JSON when not asked for Lua', async () => {
    const [[name, schema] = ['', {}]] = await asKongGets();
    expect(JSON.parse((await modi(['schema', name])).out)).toMatchObject({
      ...(schema as object),
      schema: 'modi.schema/1',
    });
  });

  it('is Lua to Lua itself', async () => {
    const lua = ['luajit', 'lua5.1', 'lua'].find((one) => spawnSync(one, ['-v']).error === undefined);
    if (lua === undefined) {
      process.stderr.write('not run: no luajit or lua on the PATH\n');
      return;
    }
    for (const [name] of await asKongGets()) {
      const { out } = await modi(['schema', name, '--lua']);
      const print = `local s = assert(loadstring or load)(io.read("*a"))(); io.write(s.name, " ", #s.fields[1].config.fields)`;
      const ran = spawnSync(lua, ['-e', print], { input: out, encoding: 'utf8' });
      expect([ran.status, ran.stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${name} \\d+$`))]);
    }
  });

  it('knows no other plugin', async () => {
    const { code, err } = await modi(['schema', 'modi-verfy', '--lua']);
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean modi-verify?')]);
  });
});

describe('luaTable', () => {
  it('is read back as what it was, whatever the text', () => {
    const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean());
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { minLength: 1 }),
        fc.dictionary(fc.string({ minLength: 1 }), tie('tree'), { minKeys: 1 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(parseLua(`return ${luaTable(value)}`)).toEqual(value);
      }),
    );
  });

  it.each([null, undefined, NaN, Infinity, () => 1])('refuses %s', (value) => {
    expect(() => luaTable(value)).toThrow(TypeError);
  });
});
