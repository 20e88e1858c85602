import { parse } from 'yaml';
import type { Entities, PluginEntity, RouteEntity } from './facts';
import { itemsOf, membersOf, textOf, type Members } from './json';

/** Plugins and routes of a kong.yml, nested or not. Kong has accepted it already: what is odd is passed over here. */
export function readDeclarative(text: string): Entities {
  const document = membersOf(parse(text));
  const found: { plugins: PluginEntity[]; routes: RouteEntity[] } = { plugins: [], routes: [] };
  const addPlugins = (owner: Members, route: string | undefined, service: string | undefined): void => {
    for (const one of itemsOf(owner['plugins'])) found.plugins.push(pluginOf(one, route, service));
  };
  const addRoutes = (owner: Members, service: string | undefined): void => {
    for (const one of itemsOf(owner['routes'])) {
      const key = keyOf(one) ?? `route ${found.routes.length + 1}`;
      found.routes.push({
        key,
        name: key,
        service: service ?? reference(one['service']),
        responseBuffering: one['response_buffering'] !== false,
      });
      addPlugins(one, key, undefined);
    }
  };
  for (const [index, service] of itemsOf(document['services']).entries()) {
    const key = keyOf(service) ?? `service ${index + 1}`;
    addPlugins(service, undefined, key);
    addRoutes(service, key);
  }
  addRoutes(document, undefined);
  addPlugins(document, undefined, undefined);
  return found;
}

const keyOf = (one: Members): string | undefined => textOf(one['name']) ?? textOf(one['id']);

const reference = (value: unknown): string | undefined => textOf(value) ?? keyOf(membersOf(value));

const pluginOf = (one: Members, route: string | undefined, service: string | undefined): PluginEntity => ({
  name: textOf(one['name']) ?? '',
  enabled: one['enabled'] !== false,
  config: membersOf(one['config']),
  route: route ?? reference(one['route']),
  service: service ?? reference(one['service']),
});
