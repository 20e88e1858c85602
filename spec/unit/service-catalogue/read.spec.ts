import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp';
import { faultsOf, read } from './support';

const PROVIDER = `catalogue: 1
provider:
  name: Ente
  base_url: https://api.ente.example
  verify: { trust: { anchors: [/etc/ca.pem] } }
`;
const GOOD = `${PROVIDER}organisations:
  - { id: comune, name: Comune, identity: 'CF:IT-1' }
  - { id: regione, name: Regione, identity: 'CF:IT-2' }
services:
  - name: anagrafe
    url: http://anagrafe.example
    path: /anagrafe
    patterns: [ID_AUTH_REST_02]
  - name: avvisi
    url: http://avvisi.example
    path: /avvisi
    patterns: [ID_AUTH_REST_01]
agreements:
  - { organisation: comune, service: anagrafe, until: '2027-12-31' }
  - { organisation: regione, service: avvisi }
`;

describe('a catalogue', () => {
  it('has the published URL as audience where nothing else is said', () => {
    const { services, agreements } = read([GOOD]);
    expect(services.map(({ audience }) => audience)).toEqual([
      ['https://api.ente.example/anagrafe'],
      ['https://api.ente.example/avvisi'],
    ]);
    expect(agreements.map(({ organisation, service }) => [organisation.identity, service.name])).toEqual([
      ['CF:IT-1', 'anagrafe'],
      ['CF:IT-2', 'avvisi'],
    ]);
  });

  it('takes methods and title from an interface', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'api'));
    writeFileSync(
      join(folder, 'api/a.json'),
      JSON.stringify({
        openapi: '3.1.0',
        info: { title: 'A', version: '2' },
        paths: { '/x': { put: {}, get: {}, parameters: [] }, '/y': { get: {} } },
      }),
    );
    const { services } = read([GOOD.replace('path: /anagrafe', 'path: /anagrafe\n    openapi: api/a.json')], folder);
    expect(services[0]?.openapi).toEqual({
      file: 'api/a.json',
      title: 'A',
      version: '2',
      methods: ['GET', 'PUT'],
      operations: 3,
    });
  });

  it('refuses an interface that is none', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'none.yaml'), 'swagger: 1.2\n');
    writeFileSync(join(folder, 'empty.yaml'), 'openapi: 3.0.0\npaths: {}\n');
    writeFileSync(join(folder, 'bad.yaml'), '{');
    const withApi = (name: string) =>
      faultsOf([GOOD.replace('path: /anagrafe', `path: /anagrafe\n    openapi: ${name}`)], folder);
    expect(withApi('nowhere.yaml')).toEqual(['a.yaml:13:14: services[1].openapi: nowhere.yaml does not exist']);
    expect(withApi('none.yaml')).toEqual([expect.stringContaining('no OpenAPI 3 or Swagger 2')]);
    expect(withApi('empty.yaml')).toEqual([expect.stringContaining('describes no operation')]);
    expect(withApi('bad.yaml')).toEqual([expect.stringContaining('cannot be read')]);
  });
});

describe('a fault is told with its place', () => {
  it.each([
    [
      'organisation: comune,',
      'organisation: comun,',
      'a.yaml:19:21: agreements[1].organisation: there is no organisation comun (did you mean "comune"?)',
    ],
    [
      'service: avvisi }',
      'service: aviso }',
      'a.yaml:20:39: agreements[2].service: there is no service aviso (did you mean "avvisi"?)',
    ],
    ['id: regione', 'id: comune', 'a.yaml:8:11: organisations[2].id: stands in a.yaml:7 already'],
    ["'CF:IT-2'", "'CF:IT-1'", 'a.yaml:8:45: organisations[2].identity: stands in a.yaml:7 already'],
    ['path: /avvisi', 'path: /anagrafe', 'a.yaml:16:11: services[2].path: stands in a.yaml:12 already'],
    [
      'regione, service: avvisi',
      'comune, service: anagrafe',
      'a.yaml:20:5: agreements[2]: stands in a.yaml:19 already',
    ],
    ['catalogue: 1', 'catalogue: 2', 'a.yaml:1:12: catalogue: write catalogue: 1, the version of this format'],
    ['2027-12-31', 'tomorrow', 'a.yaml:19:55: agreements[1].until: expected a day such as 2027-12-31'],
    [
      '    patterns: [ID_AUTH_REST_01]',
      '    pattern: [ID_AUTH_REST_01]',
      'a.yaml:17:5: services[2].pattern: unknown field (did you mean "patterns"?)',
    ],
    [
      '[ID_AUTH_REST_01]',
      '[ID_AUTH_REST_07]',
      expect.stringMatching(/^a\.yaml:17:16: services\[2\]\.patterns\[1\]: expected one of: .*ID_AUTH_REST_01/),
    ],
    [
      'anchors:',
      'anchor:',
      expect.stringMatching(
        /^a\.yaml:5:22: provider\.verify\.trust\.anchor: unknown field \(did you mean "anchors"\?\)/,
      ),
    ],
    [
      'path: /avvisi',
      'path: /avvisi\n    verify: { max_age: soon }',
      'a.yaml:17:24: services[2].verify.max_age: expected an integer',
    ],
    [
      'path: /avvisi',
      'path: /avvisi\n    verify: { audience: [x] }',
      'a.yaml:17:25: services[2].verify.audience: is written beside verify, as audience of the service',
    ],
    [
      'name: avvisi',
      'name: "a b"',
      expect.stringContaining('a.yaml:14:11: services[2].name: must begin with a letter'),
    ],
  ])('%s: %s', (from, to, told) => {
    expect(GOOD).toContain(from);
    expect(faultsOf([GOOD.replace(from, to)])).toContainEqual(told);
  });

  it('of every file, all at once', () => {
    const faults = faultsOf([
      GOOD,
      'catalogue: 1\nagreements:\n  - { organisation: x, service: avvisi }\n',
      'catalogue: 1\nservice: []\n',
    ]);
    expect(faults).toEqual([
      expect.stringMatching(/^c\.yaml:2:1: service: unknown field \(did you mean "services"\?\)/),
    ]);
    expect(faultsOf([GOOD, 'catalogue: 1\nagreements:\n  - { organisation: x, service: nothing }\n'])).toHaveLength(2);
  });

  it.each([
    ['no provider', [GOOD.replace(/provider:[\s\S]*(?=organisations)/, '')], 'provider'],
    ['two providers', [GOOD, PROVIDER], 'b.yaml:3:3: provider: there is a provider in another file already'],
    ['no YAML', ['catalogue: ['], 'a.yaml:1:'],
  ])('%s', (_, texts, words) => {
    expect(faultsOf(texts).join('\n')).toContain(words);
  });
});
