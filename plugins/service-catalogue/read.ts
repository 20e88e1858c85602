import { dirname, join } from 'node:path';
import { ConfigDocument, isObject, type ConfigProblem } from '../dev/config';
import { textOf, validateRecord, type NamedField, type Path, type PlainRecord } from '../dev/schema';
import { OpenApiError, readOpenApi } from './open-api';
import { FILE_FIELDS } from './schema';
import type { Agreement, EService, OpenApi, Organisation, Provider, ServiceCatalogue, Settings } from './types';

/** A file of the catalogue. `path` is where it lies, `name` what messages call it. */
export interface CatalogueFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** The catalogue cannot be used. Holds every fault found, each with its place. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`the catalogue has ${problems.length} faults`);
    this.problems = problems;
  }
}

/** The fields of plugins by name. */
export type PluginSchemas = ReadonlyMap<string, readonly NamedField[]>;

/** An entry as validated, with its place. */
interface Entry {
  readonly record: PlainRecord;
  readonly file: CatalogueFile;
  readonly document: ConfigDocument;
  readonly path: Path;
}

type Section = 'organisations' | 'services' | 'agreements';

/**
 * Reads all files as one catalogue; `schemas` are those of the pack's plugins, whose settings a catalogue holds.
 * @throws CatalogueError with every fault: fields, names that stand twice, agreements about nobody, interfaces.
 */
export function readCatalogue(files: readonly CatalogueFile[], schemas: PluginSchemas): ServiceCatalogue {
  const documents = files.map((file) => ({ file, document: new ConfigDocument(file.text, file.name) }));
  const sections = documents.map(({ file, document }) => {
    if (document.content === undefined) return { file, document, record: {} };
    const record = validateRecord(FILE_FIELDS, document.content, [], document.report);
    return { file, document, record };
  });
  const problems = () => documents.flatMap(({ document }) => document.problems);
  // A file with a wrong field is not looked into any further: its values are not what they should be.
  if (problems().length > 0) throw new CatalogueError(problems());
  const entries = (section: Section): readonly Entry[] =>
    sections.flatMap(({ record, ...place }) =>
      listOf(record[section]).map((one, index) => ({ ...place, record: one, path: [section, index] })),
    );
  const catalogue = {
    provider: readProvider(sections, schemas),
    organisations: sorted(unique(entries('organisations'), ['id', 'identity']).map(readOrganisation), ({ id }) => id),
    services: [] as readonly EService[],
    agreements: [] as readonly Agreement[],
  };
  const provider = catalogue.provider ?? { base_url: '' };
  catalogue.services = sorted(
    unique(entries('services'), ['name', 'path']).map((entry) => readService(entry, provider, schemas)),
    ({ name }) => name,
  );
  catalogue.agreements = readAgreements(entries('agreements'), catalogue.organisations, catalogue.services);
  if (problems().length > 0 || catalogue.provider === undefined) throw new CatalogueError(problems());
  return { ...catalogue, provider: catalogue.provider };
}

const listOf = (value: unknown): readonly PlainRecord[] => (Array.isArray(value) ? (value as PlainRecord[]) : []);

const sorted = <T>(list: readonly T[], keyOf: (one: T) => string): readonly T[] =>
  list.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));

interface Sections {
  readonly document: ConfigDocument;
  readonly record: PlainRecord;
}

function readProvider(sections: readonly Sections[], schemas: PluginSchemas): Provider | undefined {
  const [first, second] = sections.filter(
    ({ document }) => isObject(document.content) && 'provider' in document.content,
  );
  second?.document.report(['provider'], 'there is a provider in another file already; one catalogue, one provider');
  if (first === undefined) sections[0]?.document.report([], 'required field missing: provider (in one of the files)');
  const provider = first?.record['provider'] as unknown as Provider | undefined;
  for (const [member, plugin] of [
    ['verify', 'modi-verify'],
    ['sign', 'modi-sign'],
  ] as const) {
    checkSettings(provider?.[member] ?? {}, schemas.get(plugin), ['provider', member], first?.document);
  }
  return provider;
}

/** Settings are a part of a configuration: what is there must be right, and nothing need be there. */
function checkSettings(
  settings: Settings,
  schema: readonly NamedField[] | undefined,
  path: Path,
  document: ConfigDocument | undefined,
): void {
  validateRecord(schema ?? [], settings, path, (at, problem, names) => {
    if (problem !== 'required field missing') document?.report(at, problem, names);
  });
}

/** No two entries share one of these members. */
function unique(entries: readonly Entry[], members: readonly string[]): readonly Entry[] {
  for (const member of members) {
    const seen = new Map<string, Entry>();
    for (const entry of entries) {
      const value = textOf(entry.record[member]);
      const first = seen.get(value);
      if (first === undefined) seen.set(value, entry);
      else {
        const { line } = first.document.placeOf([...first.path, member]);
        entry.document.report([...entry.path, member], `stands in ${first.file.name}:${line} already`);
      }
    }
  }
  return entries;
}

const readOrganisation = ({ record }: Entry): Organisation => record as unknown as Organisation;

function readService(entry: Entry, { base_url: base }: Pick<Provider, 'base_url'>, schemas: PluginSchemas): EService {
  const service = entry.record as unknown as Omit<EService, 'openapi' | 'audience'> & {
    openapi: string | null;
    audience: string[] | null;
  };
  const { patterns, verify } = service;
  checkSettings({ patterns }, schemas.get('modi-verify'), entry.path, entry.document);
  checkSettings(verify ?? {}, schemas.get('modi-verify'), [...entry.path, 'verify'], entry.document);
  for (const member of ['patterns', 'audience']) {
    if (verify !== null && member in verify) {
      entry.document.report([...entry.path, 'verify', member], `is written beside verify, as ${member} of the service`);
    }
  }
  return {
    ...service,
    openapi: service.openapi === null ? undefined : interfaceOf(service.openapi, entry),
    audience: service.audience ?? [base.replace(/\/$/, '') + service.path],
  };
}

function interfaceOf(name: string, { file, document, path }: Entry): OpenApi | undefined {
  try {
    return readOpenApi(join(dirname(file.path), name), name);
  } catch (error) {
    if (!(error instanceof OpenApiError)) throw error;
    document.report([...path, 'openapi'], `${name} ${error.message}`);
    return undefined;
  }
}

function readAgreements(
  entries: readonly Entry[],
  organisations: readonly Organisation[],
  services: readonly EService[],
): readonly Agreement[] {
  const byId = new Map(organisations.map((one) => [one.id, one]));
  const byName = new Map(services.map((one) => [one.name, one]));
  const seen = new Map<string, Entry>();
  const agreements = entries.flatMap((entry) => {
    const organisation = find(entry, 'organisation', byId);
    const service = find(entry, 'service', byName);
    if (organisation === undefined || service === undefined) return [];
    const key = `${organisation.id} ${service.name}`;
    const first = seen.get(key);
    if (first !== undefined) {
      entry.document.report(
        entry.path,
        `stands in ${first.file.name}:${first.document.placeOf(first.path).line} already`,
      );
    }
    seen.set(key, entry);
    return [{ ...(entry.record as unknown as Agreement), organisation, service }];
  });
  return sorted(agreements, ({ organisation, service }) => `${organisation.id} ${service.name}`);
}

function find<T>({ record, document, path }: Entry, member: string, known: ReadonlyMap<string, T>): T | undefined {
  const name = textOf(record[member]);
  const found = known.get(name);
  if (found === undefined) document.report([...path, member], `there is no ${member} ${name}`, [...known.keys()]);
  return found;
}
