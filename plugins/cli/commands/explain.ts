import { CLI_CODES, findTopic, printTopic, suggestTopic, topicNames, typeOf, type Topic } from '../explain';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import { EXIT } from '../shell/exit-codes';

export const explainCommand: CommandDefinition = {
  about: {
    en: 'Explain an error code, a field of the plugin configuration, or a ModI pattern.\nWithout a topic, list them all.',
    it: 'Spiega un codice di errore, un campo di configurazione del plugin, o un pattern ModI.\nSenza argomento, li elenca tutti.',
  },
  arguments: [
    {
      name: '[TOPIC]',
      about: {
        en: 'MODI_DIGEST_MISMATCH, config.clock_skew, INTEGRITY_REST_01, …',
        it: 'MODI_DIGEST_MISMATCH, config.clock_skew, INTEGRITY_REST_01, …',
      },
    },
  ],
  options: [
    {
      flags: '--output <FORMAT>',
      about: { en: 'form of the result', it: 'forma del risultato' },
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    { line: 'modi explain MODI_DIGEST_MISMATCH', about: { en: 'a refusal', it: 'un rifiuto' } },
    { line: 'modi explain config.clock_skew', about: { en: 'a field of kong.yml', it: 'un campo di kong.yml' } },
    {
      line: 'modi explain INTEGRITY_REST_01 --lang it',
      about: { en: 'a pattern, in Italian', it: 'un pattern, in italiano' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'explained', it: 'spiegato' }],
    [EXIT.usage, { en: 'no such topic', it: 'argomento inesistente' }],
  ],

  async run(values, context) {
    const json = values.string('output') === 'json';
    const word = values.argument(0);
    if (word === undefined) {
      if (json) context.printJson('modi.explain/1', { kind: 'list', topics: topicNames() });
      else for (const name of topicNames()) context.print(name);
      return EXIT.ok;
    }
    const topic = findTopic(word);
    if (topic === undefined) throw unknownTopic(word);
    if (json) context.printJson('modi.explain/1', jsonOf(topic));
    else printTopic(topic, context);
    return EXIT.ok;
  },
};

/** Both languages, whatever the user's: a script may serve other people. */
function jsonOf(topic: Topic): object {
  const { kind, name } = topic;
  switch (topic.kind) {
    case 'code': {
      const { status, act, clause, title, hint } = topic.row;
      const statuses = status === 'token' ? { authorization: 401, integrity: 400 } : { any: status };
      return { kind, name, status: statuses, act, clause, title, hint };
    }
    case 'cli-code':
      return { kind, name, meaning: CLI_CODES[topic.name] };
    case 'rule': {
      const { severity, problem, remedy, fixable } = topic.rule;
      return { kind, name, severity, problem, remedy, fixable: fixable === true };
    }
    case 'field': {
      const { spec } = topic;
      return {
        kind,
        name,
        plugin: 'modi-verify',
        type: typeOf(spec),
        required: spec.required === true && spec.type !== 'record',
        default: 'default' in spec ? spec.default : null,
        description: spec.description,
      };
    }
    case 'pattern':
      return { kind, name, ...topic.page };
  }
}

function unknownTopic(word: string) {
  const meant = suggestTopic(word);
  return usageError(
    `nothing is known of "${word}"; ${meant === undefined ? 'modi explain lists all topics' : `did you mean ${meant}?`}`,
    `nulla si sa di "${word}"; ${meant === undefined ? 'modi explain elenca gli argomenti' : `forse ${meant}?`}`,
  );
}
