import type { HelpConfiguration } from 'commander';
import type { Language, Localized } from '../../core/errors';
import type { CommandDefinition } from './command';

const ITALIAN_TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Uso:',
  'Arguments:': 'Argomenti:',
  'Options:': 'Opzioni:',
  'Global Options:': 'Opzioni globali:',
  'Commands:': 'Comandi:',
};

/** Commander's help in the user's language, global options included. */
export function helpConfiguration(language: Language): HelpConfiguration {
  const italian = language === 'it';
  return {
    showGlobalOptions: true,
    styleTitle: (title) => (italian ? (ITALIAN_TITLES[title] ?? title) : title),
    optionDescription: ({ description, argChoices, defaultValue }) => {
      const remarks = [
        ...(argChoices ? [`${italian ? 'valori' : 'choices'}: ${argChoices.join(', ')}`] : []),
        ...(typeof defaultValue === 'string' ? [`${italian ? 'predefinito' : 'default'}: ${defaultValue}`] : []),
      ];
      return remarks.length === 0 ? description : `${description} (${remarks.join('; ')})`;
    },
  };
}

/** What stands below the options: sections of the command, examples that the tests execute, exit codes. */
export function helpFooter(definition: CommandDefinition, language: Language): string {
  const text = (localized: Localized) => localized[language];
  const sections = (definition.sections ?? []).map((section) =>
    block(
      text(section.title),
      section.rows.map(([term, about]) => [term, text(about)]),
    ),
  );
  const examples = definition.examples.flatMap(({ line, about }) => [`  # ${text(about)}`, `  ${line}`]);
  const exits = block(
    'EXIT CODES',
    definition.exits.map(([code, about]) => [String(code), text(about)]),
  );
  return ['', ...sections, [language === 'it' ? 'ESEMPI' : 'EXAMPLES', ...examples].join('\n'), exits]
    .join('\n\n')
    .slice(1);
}

function block(title: string, rows: readonly (readonly [term: string, about: string])[]): string {
  const width = Math.max(...rows.map(([term]) => term.length));
  return [title, ...rows.map(([term, about]) => `  ${term.padEnd(width)}  ${about}`)].join('\n');
}
