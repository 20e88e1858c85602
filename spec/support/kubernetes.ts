import { parseAllDocuments } from 'yaml';

type Json = Record<string, unknown>;

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly plugin?: string;
  readonly config?: Json;
  readonly configPatches?: readonly {
    readonly path: string;
    readonly valueFrom: { readonly secretKeyRef: { name: string; key: string } };
  }[];
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: { readonly rules: readonly { host: string; http: { paths: readonly IngressPath[] } }[] };
}

interface IngressPath {
  readonly path: string;
  readonly backend: { readonly service: { readonly name: string; readonly port: { readonly number: number } } };
}

/**
 * What the ingress controller makes of its resources, as a kong.yml: patches from Secrets laid over the configuration,
 * plugins on the route of the Ingress that names them.
 * @throws Error for a name that no resource has, and for annotations that this reader does not know.
 */
export function kongYmlOf(text: string): object {
  const resources = parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(String(document.errors[0]));
    return document.toJS() as Resource;
  });
  const ofKind = (kind: RegExp): readonly Resource[] => resources.filter((one) => kind.test(one.kind));
  const named = (kind: RegExp, name: string): Resource => {
    const found = ofKind(kind).find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`no ${String(kind)} is named ${name}`);
    return found;
  };
  const services = ofKind(/^Ingress$/).flatMap((ingress) => {
    const {
      [PLUGINS]: plugins = '',
      [STRIP]: strip = 'true',
      [PROTOCOLS]: protocols = 'http,https',
      ...unknown
    } = ingress.metadata.annotations ?? {};
    if (Object.keys(unknown).length > 0) throw new Error(`unknown annotations ${Object.keys(unknown).join(', ')}`);
    return (ingress.spec?.rules ?? []).flatMap(({ host, http }) =>
      http.paths.map(({ path, backend: { service } }) => ({
        name: service.name,
        url: `http://${service.name}:${service.port.number}`,
        routes: [
          {
            name: ingress.metadata.name,
            hosts: [host],
            paths: [path],
            strip_path: strip === 'true',
            protocols: protocols.split(/, */),
            plugins: plugins.split(/, */).map((name) => {
              const { plugin, config, configPatches } = named(/^Kong(Cluster)?Plugin$/, name);
              const patched = structuredClone(config ?? {});
              for (const { path: pointer, valueFrom } of configPatches ?? []) {
                const secret = named(/^Secret$/, valueFrom.secretKeyRef.name).stringData?.[valueFrom.secretKeyRef.key];
                put(patched, pointer.split('/').slice(1), JSON.parse(secret ?? '') as unknown);
              }
              return { name: plugin, config: patched };
            }),
          },
        ],
      })),
    );
  });
  return { _format_version: '3.0', services };
}

const PLUGINS = 'konghq.com/plugins';
const STRIP = 'konghq.com/strip-path';
const PROTOCOLS = 'konghq.com/protocols';

function put(target: Json, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) target[step] = value;
  else put((target[step] ??= {}) as Json, rest, value);
}
