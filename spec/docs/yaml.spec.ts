import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GatewayConfigError } from '../../plugins/dev/config';
import { compileDocument, loadPack, standIns, type Pack, type StandIns } from './support/kong-yml';
import { allPages, ROOT } from './support/pages';

let pack: Pack;
let stand: StandIns;

beforeAll(async () => {
  [pack, stand] = await Promise.all([loadPack(), standIns()]);
});

const inPages = allPages().flatMap(({ name, fences }) =>
  fences.filter(({ language }) => language === 'yaml').map(({ line, text }) => [`${name}:${line}`, text] as const),
);

const inFiles = [
  'kong.yml',
  'docker/kong.yml',
  ...readdirSync(join(ROOT, 'declarative'))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join('declarative', name)),
].map((name) => [name, readFileSync(join(ROOT, name), 'utf8')] as const);

describe('a kong.yml that we show', () => {
  it.each([...inPages, ...inFiles])('%s loads and compiles', (name, text) => {
    const config = compileDocument(name, text, pack, stand);
    expect(config.plugins.length).toBeGreaterThan(0);
  });

  it.each(inFiles)('%s closes every route that verifies with the gate', (name, text) => {
    const { plugins } = compileDocument(name, text, pack, stand);
    const verified = plugins.filter((plugin) => plugin.name === 'modi-verify');
    expect(verified.length).toBeGreaterThan(0);
    for (const { route, service } of verified) {
      const gates = plugins.filter(
        (plugin) =>
          plugin.name === 'acl' &&
          (plugin.route?.id === route?.id || plugin.service?.id === (service ?? route?.service)?.id),
      );
      expect(gates.map(({ config }) => config['allow'])).toEqual([['modi']]);
    }
  });
});

describe('these tests notice', () => {
  const fragment = (config: string): string => `plugins:\n  - name: modi-verify\n    config: ${config}\n`;
  const GOOD = '{ patterns: [ID_AUTH_REST_01], audience: [https://a.example], trust: { anchors: [/etc/ca.pem] } }';

  it('nothing wrong in a good fragment', () => {
    expect(() => compileDocument('page', fragment(GOOD), pack, stand)).not.toThrow();
  });

  it.each([
    ['an unknown field', GOOD.replace('audience', 'audiences')],
    ['an unknown pattern', GOOD.replace('REST_01', 'REST_09')],
    ['a wrong type', GOOD.replace('patterns', 'max_age: soon, patterns')],
    ['a plugin nobody has', '{}\n  - name: modi-sing'],
  ])('%s', (_, config) => {
    expect(() => compileDocument('page', fragment(config), pack, stand)).toThrow(GatewayConfigError);
  });

  it.each([
    ['integrity alone', GOOD.replace('ID_AUTH_REST_01', 'INTEGRITY_REST_01'), 'patterns'],
    ['nothing trusted', GOOD.replace('{ anchors: [/etc/ca.pem] }', '{}'), 'nothing is trusted'],
  ])('%s, which only the plugin itself can', (_, config, words) => {
    expect(() => compileDocument('page', fragment(config), pack, stand)).toThrow(words);
  });
});
