import type { Localized } from '../../../core/errors';
import type { PluginEntity, RouteEntity } from '../facts';

export const say = (en: string, it: string): Localized => ({ en, it });

/** How a report calls a configured plugin: by what it stands on. */
export function placeOf({ name, route, service }: PluginEntity, routes: readonly RouteEntity[] = []): string {
  const on = routes.find(({ key }) => key === route)?.name ?? route ?? service;
  return on === undefined ? name : `${name} @ ${on}`;
}
