import { agreementsAt } from '../../service-catalogue';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import type { Values } from '../shell/values';
import { loadCatalogue } from './load';
import { rowOf, table } from './rows';

/** `modi catalogue list`: one line per agreement that counts. */
export async function listAgreements(values: Values, context: Context): Promise<number> {
  const { catalogue, day } = await loadCatalogue(values, context);
  const rows = agreementsAt(catalogue, day).map(rowOf);
  if (values.string('output') === 'json') {
    context.printJson('modi.catalogue/1', { day, agreements: rows });
    return EXIT.ok;
  }
  const head =
    context.language === 'it'
      ? ['CHI', 'COSA', 'COME', 'LIMITI', 'FINO AL']
      : ['WHO', 'WHAT', 'HOW', 'LIMITS', 'UNTIL'];
  const lines = rows.map(({ organisation, service, patterns, limits, until }) => [
    organisation,
    service,
    patterns.join('+'),
    limits || '-',
    until ?? '-',
  ]);
  for (const line of table([head, ...lines])) context.print(line);
  return EXIT.ok;
}
