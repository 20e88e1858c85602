import { validateRecord, type NamedField, type Path, type PlainRecord, type Report } from '../schema';
import { isObject, type RawEntity } from './collect';
import { entityId } from './ids';

/** What references are resolved against: the entities of one kind, by id and by their own name. */
export class Registry<E> {
  private readonly kind: string;
  private readonly byId = new Map<string, E>();
  private readonly byName = new Map<string, E>();
  private readonly byRaw = new Map<RawEntity, E>();

  constructor(kind: string) {
    this.kind = kind;
  }

  get all(): E[] {
    return [...this.byRaw.values()];
  }

  add(raw: RawEntity, id: string, name: string | null, entity: E, report: Report): void {
    if (this.byId.has(id)) report([...raw.path, 'id'], `another entry of ${this.kind} has the same id or name`);
    this.byId.set(id, entity);
    if (name !== null) {
      if (this.byName.has(name)) report([...raw.path, 'name'], `another entry of ${this.kind} has this name`);
      this.byName.set(name, entity);
    }
    this.byRaw.set(raw, entity);
  }

  /** What a raw entity refers to under `member`: by nesting, by name, by id, or by `{ id }` and `{ name }`. */
  resolve(raw: RawEntity, member: string, report: Report): E | undefined {
    const parent = raw.parents[member];
    const written = raw.fields[member];
    if (parent !== undefined) {
      if (written !== undefined) report([...raw.path, member], 'is already given by the nesting');
      return this.byRaw.get(parent);
    }
    if (written === undefined || written === null) return undefined;
    const key = isObject(written) ? (written['id'] ?? written['name'] ?? written['username']) : written;
    const found = typeof key === 'string' ? (this.byName.get(key) ?? this.byId.get(key)) : undefined;
    if (found === undefined) {
      report([...raw.path, member], `no such entry in ${this.kind}: ${String(key)}`, [...this.byName.keys()]);
    }
    return found;
  }
}

/** Validates an entity's own fields (not its references) and gives it its id. */
export function readEntity(
  kind: string,
  raw: RawEntity,
  schema: readonly NamedField[],
  nameField: string,
  report: Report,
): { id: string; name: string | null; record: PlainRecord } {
  const references = schema.filter((field) => Object.values(field).some(({ type }) => type === 'foreign'));
  const names = new Set(references.flatMap((field) => Object.keys(field)));
  const own = Object.fromEntries(Object.entries(raw.fields).filter(([member]) => !names.has(member)));
  const record = validateRecord(
    schema.filter((field) => !references.includes(field)),
    own,
    raw.path,
    withNames(report, [...names]),
  );
  const name = typeof record[nameField] === 'string' ? record[nameField] : null;
  const id = typeof record['id'] === 'string' ? record['id'] : entityId(kind, name ?? placeKey(raw.path));
  return { id, name, record: { ...record, id } };
}

/** References are checked elsewhere; their names still belong among those that would have been right. */
const withNames =
  (report: Report, more: readonly string[]): Report =>
  (path, problem, names) => {
    report(path, problem, names === undefined ? undefined : [...names, ...more]);
  };

const placeKey = (path: Path): string => path.join('.');

/** The set members of a record, as Kong's DAO hands an entity out. */
export const setMembers = (record: PlainRecord): PlainRecord =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
