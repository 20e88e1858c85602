import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { CONFIGS, type Cast } from './corpus';
import { toPem } from '../../plugins/core/pki';
import { AUDIENCE, type Party } from './requests';

interface Plugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface RouteSpec {
  readonly name: string;
  readonly plugins: readonly Plugin[];
}

/** A kong.yml with one service and a route `/NAME` for each of `routes`. */
export const kongYml = (serviceUrl: string, routes: readonly RouteSpec[]): string =>
  stringify({
    _format_version: '3.0',
    services: [
      {
        name: 'echo',
        url: serviceUrl,
        routes: routes.map(({ name, plugins }) => ({ name, paths: [`/${name}`], strip_path: false, plugins })),
      },
    ],
  });

export const gate: Plugin = { name: 'acl', config: { allow: ['modi'] } };

/** modi-verify on the mock PKI, its trust in files of `folder`. */
export function verifyPlugin(folder: string, cast: Cast, config: Readonly<Record<string, unknown>>): Plugin {
  const [anchors, certificates] = [join(folder, 'ca.pem'), join(folder, 'pinned.pem')];
  writeFileSync(anchors, cast.anchor);
  writeFileSync(certificates, cast.pinnedPem);
  return {
    name: 'modi-verify',
    config: { audience: [AUDIENCE], trust: { anchors: [anchors], certificates: [certificates] }, ...config },
  };
}

/** The file of a modi-sign's key, named after what distinguishes the configuration. */
export const signFile = (folder: string, config: Readonly<Record<string, unknown>>): string =>
  join(folder, `sign-${Object.keys(config).sort().join('-')}.pem`);

/** modi-sign with the key and certificates of `party` in one file. */
export function signPlugin(folder: string, party: Party, config: Readonly<Record<string, unknown>>): Plugin {
  const file = signFile(folder, config);
  writeFileSync(file, signerPem(party));
  return { name: 'modi-sign', config: { key: { file }, issuer: 'ente-di-esempio', ...config } };
}

/** modi-audit with a directory of its own. */
export const auditPlugin = (directory: string, config: Readonly<Record<string, unknown>>): Plugin => ({
  name: 'modi-audit',
  config: { organization: 'ente-di-esempio', directory, ...config },
});

/** Private key and chain in one PEM file. */
export function signerPem({ privateKey, chain }: Party): string {
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return [key, ...chain.map((der) => toPem('CERTIFICATE', der))].join('');
}

/** One gated route per configuration of the corpus, each logging to `access.log`. */
export const corpusRoutes = (folder: string, cast: Cast): RouteSpec[] =>
  Object.entries(CONFIGS).map(([name, config]) => ({
    name,
    plugins: [
      verifyPlugin(folder, cast, config),
      gate,
      { name: 'file-log', config: { path: join(folder, 'access.log') } },
    ],
  }));
