import { ConfigError } from '../../schema';
import { tableOf } from './kong-line';
import { ACCESS_RECORD_SCHEMA } from './record-schema';

/** Without these a record is none: who reads the trail finds exchanges by them, and what became of each. */
const TOLD: readonly string[] = ['v', 'id', 'outcome', 'outcome.result', 'outcome.by'];

/**
 * Paths of fields in the settings' `field`: a rule with a slip in it would hide nothing, and nobody would know.
 * @throws ConfigError for one that no record has, or that every record needs.
 */
export function checkPaths(field: string, paths: readonly string[]): void {
  for (const [index, path] of paths.entries()) {
    const place = `${field}[${index + 1}]`;
    if (TOLD.includes(path) || path === 'evidence' || path.startsWith('evidence.')) {
      throw new ConfigError(place, `"${path}" is what records are told apart by, and stays`);
    }
    if (!isField(path)) throw new ConfigError(place, `"${path}" is no field of the access record`);
  }
}

/** Below `modi` stands what the plugins log, by names of their own. */
function isField(path: string): boolean {
  const [first = '', ...deeper] = path.split('.');
  if (first === 'modi') return !deeper.includes('');
  let node: unknown = ACCESS_RECORD_SCHEMA;
  for (const name of [first, ...deeper]) {
    const properties = tableOf(tableOf(node)['properties']);
    if (!Object.hasOwn(properties, name)) return false;
    node = properties[name];
  }
  return true;
}
