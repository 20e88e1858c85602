import type { KongSchemaField } from '../core/schema';
import { isOpaque, isRecord, looksLikePath, type Fields } from './entities';
import type { CheckedFile } from './file';
import { isPrivateKeyText } from './material';
import type { Path } from './types';

/** Places where a secret stands in the file itself, for everybody who may read the file. */
export function secretsIn(file: CheckedFile): readonly Path[] {
  const inPlugins = file.plugins.flatMap(({ name, ofPack, fields, path }) => {
    const config = isRecord(fields['config']) ? fields['config'] : {};
    const schema = file.secretFields.get(name);
    return [
      ...byName(config, [...path, 'config'], ofPack),
      ...(schema === undefined ? [] : bySchema(config, schema, [...path, 'config'])),
    ];
  });
  const places = [...inPlugins, ...inCertificates(file.content)];
  return [...new Map(places.map((place) => [place.join('\0'), place])).values()];
}

/** Fields that the schema of a plugin of the pack calls `encrypted`: secrets, or the names of files with secrets. */
export function bySchema(config: Fields, schema: readonly KongSchemaField[], path: Path): readonly Path[] {
  return schema.flatMap((field) =>
    Object.entries(field).flatMap(([name, spec]) => {
      const value = config[name];
      if (Array.isArray(spec['fields'])) {
        return isRecord(value) ? bySchema(value, spec['fields'] as KongSchemaField[], [...path, name]) : [];
      }
      if (spec['encrypted'] !== true || typeof value !== 'string' || isOpaque(value)) return [];
      return isPrivateKeyText(value) || !namesFile(name, value) ? [[...path, name]] : [];
    }),
  );
}

const namesFile = (name: string, value: string): boolean => /(^|_)(file|path)$/.test(name) && looksLikePath(value);

const SECRET_NAME = /(^|[_-])(password|passwd|secret|api_?key|access_key|private_key|token|authorization)$/i;

/** Other plugins say nothing of their fields: there the name must do. A URL may hold a password too. */
function byName(value: unknown, path: Path, onlyUrls: boolean): readonly Path[] {
  if (typeof value === 'string') {
    if (value === '' || isOpaque(value)) return [];
    const name = path.findLast((step) => typeof step === 'string') ?? '';
    const isSecret = !onlyUrls && SECRET_NAME.test(name);
    return isSecret ||
      /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(value) ||
      (!onlyUrls && isPrivateKeyText(value))
      ? [path]
      : [];
  }
  if (Array.isArray(value)) return value.flatMap((one, index) => byName(one, [...path, index], onlyUrls));
  return isRecord(value) ? Object.entries(value).flatMap(([name, one]) => byName(one, [...path, name], onlyUrls)) : [];
}

/** Kong's own entity `certificates`, for its listeners. */
function inCertificates(content: unknown): readonly Path[] {
  const list =
    isRecord(content) && Array.isArray(content['certificates']) ? (content['certificates'] as unknown[]) : [];
  return list.flatMap((one, index) =>
    isRecord(one) && typeof one['key'] === 'string' && isPrivateKeyText(one['key'])
      ? [['certificates', index, 'key']]
      : [],
  );
}
