import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../plugins/check';
import { wholeDocument } from './support/kong-yml';
import { allPages, ROOT } from './support/pages';

const files = ['kong.yml', ...readdirSync(join(ROOT, 'declarative')).map((name) => join('declarative', name))]
  .filter((name) => statSync(join(ROOT, name)).isFile() && /\.ya?ml$/.test(name))
  .map((name) => [name, readFileSync(join(ROOT, name), 'utf8')] as const);

const settings = {
  now: Math.floor(Date.now() / 1000),
  server: 'own',
  kong: undefined,
  nodes: 1,
  kongConf: undefined,
  expiresWithin: 30 * 86_400,
  filesAreHere: false,
  home: ROOT,
} as const;

/** Notes tell what every example leaves to its reader: files of another machine, TLS, logs. */
const serious = async (name: string, text: string, more: Partial<Parameters<typeof checkConfig>[1]> = {}) => {
  const { findings } = await checkConfig({ name, text }, { ...settings, ...more });
  return findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ code, line, problem }) => [line, code, problem.en]);
};

describe('modi check finds nothing in what we show', () => {
  it.each(files)('%s', async (name, text) => {
    expect(await serious(name, text)).toEqual([]);
  });

  it.each(files)('%s, also for Kong 3.4, which needs the gate', async (name, text) => {
    expect(await serious(name, text, { kong: [3, 4] })).toEqual([]);
  });
});

describe('modi check finds no fault of fields in the blocks of the pages', () => {
  const blocks = allPages().flatMap(({ name, fences }) =>
    fences.filter(({ language }) => language === 'yaml').map(({ line, text }) => [`${name}:${line}`, text] as const),
  );
  it.each(blocks)('%s', async (name, text) => {
    const errors = (await serious(name, wholeDocument(text))).filter(([, code]) =>
      /FIELD|SYNTAX|CONFIG|REFERENCE/.test(String(code)),
    );
    expect(errors).toEqual([]);
  });
});
