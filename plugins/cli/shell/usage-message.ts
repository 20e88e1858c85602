import type { CommanderError } from 'commander';
import type { Localized } from '../../core/errors';

/** A mistake on the command line in one sentence, with commander's suggestion when it has one. */
export function usageMessage(error: CommanderError): Localized {
  const [first = '', second = ''] = error.message.split('\n');
  const suggestion = /\(Did you mean (?:one of )?(.+)\?\)/.exec(second)?.[1];
  const sentence = first.replace(/^error: /, '').replace(/\.$/, '');
  return {
    en: sentence + (suggestion === undefined ? '' : `; did you mean ${suggestion}?`),
    it: italian(error.code, sentence) + (suggestion === undefined ? '' : `; forse ${suggestion}?`),
  };
}

/** Commander speaks English only: the quoted words of its sentence go into ours. */
function italian(code: string, sentence: string): string {
  const [word = ''] = [...sentence.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  switch (code) {
    case 'commander.unknownOption':
      return `opzione sconosciuta '${word}'`;
    case 'commander.unknownCommand':
      return `comando sconosciuto '${word}'`;
    case 'commander.missingArgument':
      return `manca l'argomento '${word}'`;
    case 'commander.optionMissingArgument':
      return `manca il valore dell'opzione '${word}'`;
    case 'commander.excessArguments':
      return 'troppi argomenti';
    case 'commander.invalidArgument':
      return `valore non ammesso per '${word}'${sentence.replace(/^.*Allowed choices are/, '. Valori ammessi:')}`;
    default:
      return sentence;
  }
}
