import { isRecord, textsAt, type Fields, type Plugin } from './entities';
import { KONG_PLUGINS } from './kong-plugins';
import { textsIn } from './material';

/** modi-sign signs these whatever the configuration says. */
const ALWAYS_SIGNED: readonly string[] = ['digest', 'content-type', 'content-encoding', 'agid-jwt-signature'];

/** Whether a plugin changes what modi-sign has signed. One that touches other headers only does no harm. */
export function changesSignedAnswer({ name, config }: Plugin, sign: Plugin): boolean {
  const changes = KONG_PLUGINS.get(name)?.changes;
  if (changes === 'body') return true;
  if (name === 'post-function' || name === 'pre-function') return isLuaOnAnswers(config);
  if (changes !== 'headers') return false;
  const signed = new Set([...ALWAYS_SIGNED, ...textsAt(sign.config, 'signed_headers')]);
  return Object.values(config).some((action) => isRecord(action) && (changesBody(action) || touches(action, signed)));
}

/** `add: { json: […] }`, `replace: { body: … }` and their like. */
const changesBody = (action: Fields): boolean =>
  Object.entries(action).some(
    ([what, value]) =>
      /^(json|json_types|body|functions)$/.test(what) && value !== null && textsIn(value, []).length > 0,
  );

/** Header entries are `name`, or `name:value`. */
const touches = (action: Fields, signed: ReadonlySet<string>): boolean =>
  textsAt(action, 'headers').some((entry) => signed.has((entry.split(':')[0] ?? '').trim().toLowerCase()));

const isLuaOnAnswers = (config: Fields): boolean => textsAt(config, 'body_filter').length > 0;
