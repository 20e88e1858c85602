import { fail, ok, same, warn, type Finding } from '../../checklist';
import { failsClosed } from '../../kong';
import type { Entities, Facts, PluginEntity } from '../facts';
import { isStock } from './entries';
import { placeOf, say } from './words';

/** Every route that verifies also has the gate: `acl` that allows the group modi, or the function that stands for it. */
export function checkGates(facts: Facts): readonly Finding[] {
  const { entities, version, settings } = facts;
  if (entities === undefined) return [];
  const open = isStock(settings?.of) || (version !== undefined && !failsClosed(version));
  const verified = entities.plugins.filter(({ name }) => name === 'modi-verify');
  return verified.flatMap((plugin): readonly Finding[] => {
    const place = placeOf(plugin, entities.routes);
    if (!plugin.enabled) {
      return [
        fail(
          'gate',
          say(`${place} is disabled`, `${place} è disattivato`),
          say('set enabled: true, or take the route away', 'impostare enabled: true, o togliere la rotta'),
        ),
      ];
    }
    if (hasGate(plugin, entities)) return [ok('gate', same(place))];
    const found = say(`${place} has no gate`, `${place} è senza cancello`);
    const todo = say(
      'add acl with allow: [modi] to its route or service',
      'aggiungere acl con allow: [modi] alla rotta o al servizio',
    );
    return [open ? fail('gate', found, todo) : warn('gate', found, todo)];
  });
}

function hasGate(verify: PluginEntity, { plugins, routes }: Entities): boolean {
  const service = verify.service ?? routes.find(({ key }) => key === verify.route)?.service;
  return plugins.some(
    (plugin) =>
      plugin.enabled &&
      isGate(plugin) &&
      (plugin.route === undefined || plugin.route === verify.route) &&
      (plugin.service === undefined || plugin.service === service),
  );
}

function isGate({ name, config }: PluginEntity): boolean {
  const allow = config['allow'];
  if (name === 'acl') return Array.isArray(allow) && allow.includes('modi');
  const { access } = config;
  return (
    name === 'post-function' && Array.isArray(access) && access.some((code) => /shared\.modi\b/.test(String(code)))
  );
}
