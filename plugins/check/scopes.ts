import { dotted, type RawEntity } from '../dev/config';
import type { Report } from '../dev/schema';
import type { Plugin, Route, RunningRoute } from './entities';

/** Which plugin runs where: one per name and scope, the narrowest scope wins. */
export class ScopedPlugins {
  readonly all: Plugin[] = [];
  private readonly report: Report;
  private readonly scopes = new Set<string>();

  constructor(report: Report) {
    this.report = report;
  }

  /** A second plugin of one name at one scope is a fault, also when one of them is disabled: Kong refuses both. */
  add(plugin: Plugin, raw: RawEntity): void {
    const consumer = raw.parents['consumer']?.path ?? raw.fields['consumer'] ?? raw.fields['consumer_group'] ?? '';
    const place = [plugin.route?.path, plugin.service?.path].map((path) => (path === undefined ? '' : dotted(path)));
    const scope = JSON.stringify([plugin.name, ...place, consumer]);
    if (this.scopes.has(scope)) this.report(raw.path, `${plugin.name} is configured twice at the same scope`);
    this.scopes.add(scope);
    this.all.push(plugin);
  }

  /** What runs on a route. */
  on(route: Route): RunningRoute {
    const running = this.all.filter(({ enabled, scope }) => enabled && scope !== 'consumer');
    const ofScope = (wanted: Plugin['scope']) => running.filter(({ scope }) => scope === wanted);
    const plugins = [
      ...ofScope('global'),
      ...ofScope('service').filter(({ service }) => service !== undefined && service === route.service),
      ...ofScope('route').filter((plugin) => plugin.route === route),
    ];
    // Later ones replace earlier ones: from the widest scope to the narrowest.
    return { ...route, plugins: new Map(plugins.map((plugin) => [plugin.name, plugin])) };
  }
}
