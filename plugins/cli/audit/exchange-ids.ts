import { tableOf, type Members } from '../../core/audit';
import { CliError } from '../shell/cli-error';

/** The id of the request that a record is about: Kong's, else ours; undefined for a record that is about none. */
export function requestIdOf(members: Members): string | undefined {
  const record = tableOf(members['record']);
  const id = members['id'] ?? record['id'] ?? tableOf(record['ids'])['modi_request'];
  return typeof id === 'string' ? id : undefined;
}

/** Everything by which somebody may ask for the exchange of a record: request ids, and the jti of its tokens. */
export function idsOfExchange(members: Members): readonly unknown[] {
  const record = tableOf(members['record']);
  const ids = tableOf(record['ids']);
  return [members['id'], record['id'], ids['modi_request'], ...Object.values(tableOf(ids['jti']))];
}

export const noRecord = (id: string) =>
  new CliError('CLI_NO_RECORD', {
    en: `no record of "${id}" in the audit chains; is it the right folder, and is the collector at work?`,
    it: `nessuna registrazione di "${id}" nelle catene di audit; la cartella è giusta? Il collettore è attivo?`,
  });
