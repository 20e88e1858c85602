import type { Rule } from '../../check';
import type { ErrorRow, Localized } from '../../core/errors';
import { typeText, type FieldSpec } from '../../core/schema';
import type { Context } from '../shell/context';
import { CLI_CODES } from './cli-codes';
import type { PatternPage } from './patterns';
import type { Topic } from './topic';

/** One page about a topic. */
export function printTopic(topic: Topic, context: Context): void {
  switch (topic.kind) {
    case 'code':
      printCode(topic.name, topic.row, context);
      return;
    case 'cli-code':
      context.print(context.style.strong(topic.name));
      context.print(context.text(CLI_CODES[topic.name]));
      return;
    case 'rule':
      printRule(topic.rule, context);
      return;
    case 'field':
      printField(topic.name, topic.spec, context);
      return;
    case 'pattern':
      printPattern(topic.name, topic.page, context);
  }
}

function printCode(name: string, row: ErrorRow, context: Context): void {
  context.print(`${context.style.strong(name)}  ${context.text(row.title)}`);
  printRows(
    [
      [{ en: 'status', it: 'stato' }, context.text(statusText(row))],
      [{ en: 'means', it: 'significa' }, context.text(row.hint)],
      [{ en: 'acts', it: 'agisce' }, context.text(row.act === 'caller' ? CALLER : OPERATOR)],
      [{ en: 'rule', it: 'norma' }, row.clause],
    ],
    context,
  );
  if (/\{\w+\}/.test(row.hint.en)) {
    context.print();
    context.print(context.style.faint(context.text(PLACEHOLDERS)));
  }
}

function printRule({ code, severity, problem, remedy, fixable }: Rule, context: Context): void {
  context.print(`${context.style.strong(code)}  modi check, ${severity}`);
  printRows(
    [
      [{ en: 'means', it: 'significa' }, context.text(problem)],
      [{ en: 'do', it: 'rimedio' }, context.text(remedy)],
      ...(fixable === true ? [[{ en: 'mended by', it: 'corretto da' }, 'modi check --fix'] as const] : []),
    ],
    context,
  );
}

const statusText = ({ status }: ErrorRow): Localized =>
  status === 'token'
    ? {
        en: '401 in the Authorization token, 400 in Agid-JWT-Signature',
        it: '401 nel token Authorization, 400 in Agid-JWT-Signature',
      }
    : { en: String(status), it: String(status) };

const CALLER: Localized = { en: 'the caller', it: 'chi chiama' };
const OPERATOR: Localized = { en: 'the operator of the gateway', it: 'il gestore del gateway' };
const PLACEHOLDERS: Localized = {
  en: 'Words in braces are filled with what was found in the request.',
  it: 'Le parole fra graffe sono sostituite con ciò che si è trovato nella richiesta.',
};

function printField(name: string, spec: FieldSpec, context: Context): void {
  context.print(`${context.style.strong(name)}  modi-verify`);
  const fields = spec.type === 'record' ? Object.keys(spec.fields).join(', ') : undefined;
  printRows(
    [
      [{ en: 'type', it: 'tipo' }, typeOf(spec)],
      [{ en: 'default', it: 'predefinito' }, defaultOf(spec, context)],
      ...(fields === undefined ? [] : [[{ en: 'fields', it: 'campi' }, fields] as const]),
    ],
    context,
  );
  context.print();
  context.print(spec.description);
}

/** Type and bounds in a few words; the same facts as the table of the plugin's page. */
export const typeOf = (spec: FieldSpec): string =>
  typeText(spec, {
    choice: (values) => values.join(' | '),
    range: (type, least, most) => `${type} from ${least} to ${most}`,
  });

function defaultOf(spec: FieldSpec, context: Context): string {
  if (spec.type === 'record') return '-';
  if (spec.required === true) return context.text({ en: 'none, required', it: 'nessuno, obbligatorio' });
  return 'default' in spec ? JSON.stringify(spec.default) : context.text({ en: 'not set', it: 'non impostato' });
}

function printPattern(name: string, page: PatternPage, context: Context): void {
  const list = (title: Localized, items: readonly Localized[]) => {
    context.print();
    context.print(context.style.strong(context.text(title)));
    for (const item of items) context.print(`  - ${context.text(item)}`);
  };
  context.print(`${context.style.strong(name)}  ${context.text(page.title)}  (${page.clause})`);
  context.print(context.text(page.purpose));
  list({ en: 'on the wire', it: 'sul canale' }, page.wire);
  list({ en: 'where it goes wrong', it: 'dove si sbaglia' }, page.pitfalls);
  context.print();
  context.print(
    `${context.text({ en: 'try', it: 'provare' })}  modi token --pattern ${name === 'INTEGRITY_REST_01' ? 'ID_AUTH_REST_01,' : ''}${name} --aud https://api.ente.example/v1 --body '{"codice":"AB12"}' --output http`,
  );
}

function printRows(rows: readonly (readonly [label: Localized, value: string])[], context: Context): void {
  const width = Math.max(...rows.map(([label]) => context.text(label).length));
  for (const [label, value] of rows) context.print(`  ${context.text(label).padEnd(width)}  ${value}`);
}
