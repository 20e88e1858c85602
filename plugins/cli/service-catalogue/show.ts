import { nearest } from '../../core/text';
import { agreementsAt, type Agreement, type EService, type Organisation } from '../../service-catalogue';
import { usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import type { Values } from '../shell/values';
import { loadCatalogue } from './load';
import { rowOf, table } from './rows';

/** `modi catalogue show NAME`: an e-service with its callers, or an organisation with what it may call. */
export async function showEntry(values: Values, context: Context): Promise<number> {
  const { catalogue, day } = await loadCatalogue(values, context);
  const name = values.argument(1) ?? '';
  const { services, organisations } = catalogue;
  const service = services.find((one) => one.name === name);
  const organisation = organisations.find(({ id, identity }) => id === name || identity === name);
  if (service === undefined && organisation === undefined)
    throw unknown(name, [...services.map((one) => one.name), ...organisations.map(({ id }) => id)]);
  const agreements = agreementsAt(catalogue, day).filter(
    (one) => one.service === service || one.organisation === organisation,
  );
  if (values.string('output') === 'json') {
    context.printJson('modi.catalogue/1', { day, service, organisation, agreements: agreements.map(rowOf) });
    return EXIT.ok;
  }
  if (service !== undefined) printService(service, context);
  if (organisation !== undefined) printOrganisation(organisation, context);
  printAgreements(agreements, service !== undefined, context);
  return EXIT.ok;
}

function printService({ name, title, url, path, patterns, audience, sign, openapi }: EService, context: Context): void {
  context.print(`${context.style.strong(name)}  ${title ?? ''}`.trimEnd());
  const signed = sign ? { en: 'signed', it: 'firmate' } : { en: 'not signed', it: 'non firmate' };
  printRows(
    [
      [context.text({ en: 'patterns', it: 'pattern' }), patterns.join(', ')],
      ['audience', audience.join(', ')],
      [context.text({ en: 'path', it: 'percorso' }), `${path} ▸ ${url}`],
      [context.text({ en: 'answers', it: 'risposte' }), context.text(signed)],
      ...(openapi === undefined
        ? []
        : [
            [
              'OpenAPI',
              `${openapi.title} ${openapi.version}, ${openapi.operations} operations: ${openapi.methods.join(' ')}`,
            ] as const,
          ]),
    ],
    context,
  );
}

function printOrganisation({ id, name, identity }: Organisation, context: Context): void {
  context.print(`${context.style.strong(id)}  ${name}`);
  printRows([[context.text({ en: 'identity', it: 'identità' }), identity]], context);
}

const printRows = (rows: readonly (readonly [string, string])[], context: Context): void => {
  for (const line of table(rows)) context.print(`  ${line}`);
};

function printAgreements(agreements: readonly Agreement[], byCaller: boolean, context: Context): void {
  context.print();
  const title = byCaller
    ? { en: 'who may call it', it: 'chi può chiamarlo' }
    : { en: 'what it may call', it: 'cosa può chiamare' };
  context.print(`${context.text(title)} (${agreements.length})`);
  const rows = agreements
    .map(rowOf)
    .map(({ organisation, identity, service, url, patterns, limits, until, reference }) => [
      ...(byCaller ? [organisation, identity] : [service, patterns.join('+'), url]),
      limits || '-',
      until ?? '-',
      reference ?? '',
    ]);
  for (const line of table(rows)) context.print(`  ${line}`);
}

function unknown(name: string, names: readonly string[]) {
  const meant = nearest(name, names);
  return usageError(
    `the catalogue has neither e-service nor organisation "${name}"${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    `il catalogo non ha e-service né organizzazioni "${name}"${meant === undefined ? '' : `; forse ${meant}?`}`,
  );
}
