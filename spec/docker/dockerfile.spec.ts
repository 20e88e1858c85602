import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../plugins/core/audit';
import { parseDockerfile } from '../support/dockerfile';
import { RULES } from './rules';

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'docker');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const DOCKERFILES = readdirSync(FOLDER).filter((name) => name.endsWith('Dockerfile'));
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

const complaintsOf = (text: string): readonly string[] =>
  Object.entries(RULES).flatMap(([rule, check]) => check(parseDockerfile(text)).map((one) => `${rule}: ${one}`));

describe.each(DOCKERFILES)('docker/%s', (name) => {
  it.each(Object.entries(RULES))('%s', (_, check) => {
    expect(check(parseDockerfile(read(name)))).toEqual([]);
  });

  it('names the version of the package', () => {
    for (const [, told] of read(name).matchAll(/^ARG (?:VERSION=|MODI_IMAGE=kong-modi:)(\S+)$/gm))
      expect(told).toBe(version);
    expect(read(name)).toMatch(new RegExp(`^ARG (?:VERSION=|MODI_IMAGE=kong-modi:)${version}$`, 'm'));
  });

  it('installs by modi install, so that no list of plugins is copied into it', () => {
    expect(read(name)).toContain('modi install --write');
    expect(read(name)).not.toMatch(/modi-(?:verify|sign|audit)/);
  });
});

describe('these rules notice', () => {
  const good = read('Dockerfile');

  it('nothing wrong in the good one', () => {
    expect(complaintsOf(good)).toEqual([]);
  });

  it.each([
    ['DL3000', /WORKDIR \/opt/, 'WORKDIR opt'],
    ['DL3002', /USER kong/, 'USER root'],
    ['DL3003', /RUN npm ci/, 'RUN cd /opt && npm ci'],
    ['DL3004', /RUN ln/, 'RUN sudo ln'],
    ['DL3006', /\nARG KONG_IMAGE=kong:3\.9/, '\nARG KONG_IMAGE=kong'],
    ['DL3006', /\nARG KONG_IMAGE=kong:3\.9/, '\nARG KONG_IMAGE=kong:latest'],
    ['DL3020', /COPY README/, 'ADD README'],
    ['DL3022', /--from=build/, '--from=built'],
    ['DL3025', /CMD \[.*/, 'CMD kong health'],
    ['DL3045', /COPY --from=build (\S+) \S+/, 'COPY --from=build $1 node'],
    ['DL3057', /HEALTHCHECK[^]*$/, ''],
    ['DL3059', /USER kong/, 'RUN true\nUSER kong'],
    ['DL4006', /npm run build/, 'npm run build | tee log'],
    ['no secret', /ENV KONG_PREFIX/, 'ENV KONG_PG_PASSWORD=x KONG_PREFIX'],
    ['npm keeps', / --ignore-scripts/, ''],
    ['npm keeps', /npm ci/, 'npm install'],
    ['no tool', /RUN ln/, 'RUN apt-get install node && ln'],
    ['every image', /FROM \$\{KONG_IMAGE\}/, 'FROM kong:3.9'],
  ])('%s: %s became %s', (rule, from, to) => {
    const bad = good.replace(from, to);
    expect(bad).not.toBe(good);
    expect(complaintsOf(bad).filter((one) => one.startsWith(rule))).not.toEqual([]);
  });
});

interface Service {
  readonly image: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly healthcheck?: object;
  readonly security_opt?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

interface Plugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

describe('docker/compose.yml', () => {
  const { services, volumes } = parse(read('compose.yml'), { merge: true }) as {
    services: Record<string, Service>;
    volumes: object;
  };

  it('runs everything that goes on with a read-only root, without new rights, on this machine only', () => {
    for (const [name, service] of Object.entries(services)) {
      if (name !== 'keys')
        expect([name, service.read_only, service.security_opt]).toEqual([name, true, ['no-new-privileges:true']]);
      expect(service.privileged ?? false).toBe(false);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('mounts files and volumes that are there, and builds the image of this version', () => {
    for (const { volumes: mounts = [], image, build } of Object.values(services)) {
      for (const mount of mounts) {
        const [source = ''] = mount.split(':');
        expect(source.startsWith('./') ? existsSync(join(FOLDER, source)) : source in volumes, mount).toBe(true);
      }
      if (build === undefined) continue;
      expect(image).toBe(`kong-modi:${version}`);
      expect(existsSync(join(FOLDER, build.context, build.dockerfile))).toBe(true);
    }
  });

  it('keeps the lists of plugins out of the environment, where they would win over kong.conf', () => {
    const names = Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment));
    expect(names.filter((name) => /^KONG_(?:PLUGINS|PLUGINSERVER)/.test(name))).toEqual([]);
    expect(names).toContain('KONG_DECLARATIVE_CONFIG');
  });

  it('has a collector, which reads what Kong writes, and a key that there is', () => {
    const settings = readSettings(parse(read('audit.yml')));
    const kong = parse(read('kong.yml')) as { services: [{ plugins: Plugin[]; routes: [{ plugins: Plugin[] }] }] };
    const [{ plugins, routes }] = kong.services;
    const configOf = (name: string) =>
      [...plugins, ...routes[0].plugins].find((plugin) => plugin.name === name)?.config ?? {};
    expect(settings.spool).toEqual([configOf('file-log')['path']]);
    expect(settings.evidence.directory).toBe(configOf('modi-audit')['directory']);
    const { file, certificate } = settings.chain.key;
    expect(configOf('modi-sign')['key']).toEqual({ file, certificate });
    const { entrypoint, environment, volumes: mounts } = services['collector'] ?? {};
    const argv = (entrypoint ?? []).slice(1);
    expect(argv).toEqual(['audit', 'collect', '--config', '/etc/kong/audit.yml']);
    expect(mounts).toContain('./audit.yml:/etc/kong/audit.yml:ro');
    expect(environment).toEqual({ MODI_HOME: '/etc/kong/modi' });
    // Everything that is written lies in the volume that both have, whose folder in the image is of the user kong.
    for (const path of [...settings.spool, settings.evidence.directory, settings.chain.directory]) {
      expect(path).toMatch(/^\/var\/lib\/modi\//);
    }
    for (const name of ['kong', 'collector']) expect(services[name]?.volumes).toContain('audit:/var/lib/modi');
    expect(read('Dockerfile')).toMatch(/install -d -o kong .*\/var\/lib\/modi/);
  });

  it('gives Redis no leave to forget used tokens', () => {
    expect(read('compose.yml')).toMatch(/--maxmemory-policy, noeviction/);
  });
});
