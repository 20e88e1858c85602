import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkConfig } from '../../plugins/check';
import { kongYmlOf } from '../support/kubernetes';
import { compileDocument, loadPack, standIns, type Pack, type StandIns } from './support/kong-yml';
import { ROOT } from './support/pages';

const DECK = readFileSync(join(ROOT, 'declarative/deck/kong.yaml'), 'utf8');
const KUBERNETES = readFileSync(join(ROOT, 'declarative/kubernetes/anagrafe.yaml'), 'utf8');

let pack: Pack;
let stand: StandIns;
beforeAll(async () => {
  [pack, stand] = await Promise.all([loadPack(), standIns()]);
});

const serious = async (name: string, text: string) => {
  const settings = {
    now: Math.floor(Date.now() / 1000),
    server: 'own',
    kong: undefined,
    nodes: 3,
    kongConf: undefined,
    expiresWithin: 0,
    filesAreHere: false,
    home: '/',
  } as const;
  const { findings } = await checkConfig({ name, text }, settings);
  return findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ code, line, problem }) => [line, code, problem.en]);
};

interface State {
  readonly _plugin_configs: Readonly<Record<string, object>>;
  readonly services: readonly {
    readonly routes: readonly { readonly plugins: { name: string; _config?: string; config: object }[] }[];
  }[];
}

/** What decK sends to Kong: variables filled in, shared settings laid under those of the plugin. */
function asKongGets(text: string, variables: Readonly<Record<string, string>>): string {
  const filled = text.replaceAll(/\$\{\{ env "(DECK_\w+)" \}\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`${name} is not set`);
    return value;
  });
  const { _plugin_configs: shared, ...state } = parse(filled) as State;
  for (const { plugins } of state.services.flatMap(({ routes }) => routes)) {
    for (const plugin of plugins) {
      if (plugin._config === undefined) continue;
      plugin.config = { ...shared[plugin._config], ...plugin.config };
      delete plugin._config;
    }
  }
  return stringify(state, { aliasDuplicateObjects: false });
}

describe('declarative/deck', () => {
  const variables = Object.fromEntries(
    [...DECK.matchAll(/(DECK_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );

  it('is approved as it stands, for several nodes', async () => {
    expect(await serious('kong.yaml', DECK)).toEqual([]);
  });

  it('is what Kong and the plugins accept, with the variables that it names', async () => {
    const sent = asKongGets(DECK, variables);
    expect(await serious('sent', sent)).toEqual([]);
    const { plugins } = compileDocument('sent', sent.replaceAll('{vault://env/modi-redis-host}', 'redis'), pack, stand);
    const verified = plugins.filter(({ name }) => name === 'modi-verify');
    expect(verified.map(({ config }) => config['disclosure'])).toEqual(['code', 'code']);
    expect(verified[0]?.config['audience']).toEqual([variables['DECK_MODI_AUDIENCE']]);
  });

  it('modi check notices shared settings that are not there, and faults inside them', async () => {
    const lost = DECK.replace('_config: modi-verify-common', '_config: modi-verify-comon');
    expect(await serious('kong.yaml', lost)).toContainEqual([
      expect.any(Number),
      'MODI_CHECK_REFERENCE',
      expect.stringContaining('(modi-verify-common?)'),
    ]);
    const wrong = DECK.replace('disclosure: code', 'disclosure: all');
    expect(await serious('kong.yaml', wrong)).toContainEqual([
      expect.any(Number),
      'MODI_CHECK_FIELD_INVALID',
      expect.stringContaining('expected one of'),
    ]);
  });
});

describe('declarative/kubernetes', () => {
  it('is what Kong and the plugins accept once the controller has put it together', async () => {
    const text = stringify(kongYmlOf(KUBERNETES));
    expect(await serious('made', text)).toEqual([]);
    const { plugins } = compileDocument('made', text, pack, stand);
    expect(plugins.map(({ name }) => name)).toEqual(['acl', 'modi-verify', 'modi-sign']);
  });

  it.each([
    [
      'a plugin that is not there',
      ['verify-anagrafe, sign', 'verify-anagraffe, sign'],
      'no /^Kong(Cluster)?Plugin$/ is named verify-anagraffe',
    ],
    [
      'a secret that is not there',
      ['name: modi-trust\n        key', 'name: modi-trusst\n        key'],
      'is named modi-trusst',
    ],
    ['a secret that is no JSON', [`'["/etc/kong/modi/authorities.pem"]'`, '/etc/kong/modi/authorities.pem'], 'JSON'],
  ])('the test notices %s', (_, [from = '', to = ''], words) => {
    expect(KUBERNETES).toContain(from);
    expect(() => kongYmlOf(KUBERNETES.replace(from, to))).toThrow(words);
  });
});
