import { RULES, type Rule } from '../../check';
import { ERROR_TABLE, isModiCode, type ErrorRow, type ModiCode } from '../../core/errors';
import type { FieldSpec } from '../../core/schema';
import type { Pattern } from '../../core/sign';
import { nearest } from '../../core/text';
import { modiVerifySchema } from '../../modi-verify/schema';
import type { CliCode } from '../shell/cli-error';
import { CLI_CODES } from './cli-codes';
import { PATTERN_PAGES, type PatternPage } from './patterns';

export type Topic =
  | { readonly kind: 'code'; readonly name: ModiCode; readonly row: ErrorRow }
  | { readonly kind: 'cli-code'; readonly name: CliCode }
  | { readonly kind: 'rule'; readonly name: string; readonly rule: Rule }
  | { readonly kind: 'field'; readonly name: string; readonly spec: FieldSpec }
  | { readonly kind: 'pattern'; readonly name: Pattern; readonly page: PatternPage };

/** Every topic's canonical name: codes, `config.…` fields, patterns. */
export function topicNames(): readonly string[] {
  return [
    ...Object.keys(PATTERN_PAGES),
    ...Object.keys(ERROR_TABLE),
    ...Object.keys(CLI_CODES),
    ...CHECK_RULES.keys(),
    ...FIELDS.keys(),
  ];
}

/** The topic of this name, however it is cased; `config.` and `MODI_` may be left out, in this order of belief. */
export function findTopic(word: string): Topic | undefined {
  const name = word.toUpperCase().replaceAll('-', '_');
  if (isModiCode(name)) return codeTopic(name);
  if (Object.hasOwn(PATTERN_PAGES, name)) {
    const pattern = name as Pattern;
    return { kind: 'pattern', name: pattern, page: PATTERN_PAGES[pattern] };
  }
  const rule = CHECK_RULES.get(name) ?? CHECK_RULES.get(`MODI_${name}`);
  if (rule !== undefined) return { kind: 'rule', name: rule.code, rule };
  if (Object.hasOwn(CLI_CODES, name)) return { kind: 'cli-code', name: name as CliCode };
  const path = `config.${word.toLowerCase().replace(/^(modi-verify\.)?(config\.)?/, '')}`;
  const spec = FIELDS.get(path);
  if (spec !== undefined) return { kind: 'field', name: path, spec };
  const short = `MODI_${name}`;
  return isModiCode(short) ? codeTopic(short) : undefined;
}

/** What the word most likely meant: compared with and without the prefixes nobody likes to type. */
export function suggestTopic(word: string): string | undefined {
  const names = topicNames();
  const short = (name: string) => name.replace(/^(MODI_|config\.)/i, '');
  const meant = nearest(word, names) ?? nearest(short(word), names.map(short));
  return names.find((name) => name === meant || short(name) === meant);
}

const codeTopic = (name: ModiCode): Topic => ({ kind: 'code', name, row: ERROR_TABLE[name] });

/** What `modi check` finds. */
const CHECK_RULES: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.code, rule]));

const FIELDS: ReadonlyMap<string, FieldSpec> = new Map(fieldsOf(modiVerifySchema, 'config'));

function fieldsOf(spec: FieldSpec, path: string): (readonly [string, FieldSpec])[] {
  if ((spec.type === 'array' || spec.type === 'set') && spec.elements.type === 'record') {
    return [[path, spec], ...fieldsOf(spec.elements, `${path}[]`).slice(1)];
  }
  if (spec.type !== 'record') return [[path, spec]];
  const inner = Object.entries(spec.fields).flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`));
  return path === 'config' ? inner : [[path, spec], ...inner];
}
