import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export const isShell = (word: string): word is Shell => SHELLS.some((shell) => shell === word);

/** A completion script made from the commands themselves. */
export function completionScript(shell: Shell, root: Command): string {
  switch (shell) {
    case 'bash':
      return bashScript(root);
    case 'zsh':
      // zsh runs bash completions; one script is one less to keep right.
      return `#compdef modi\nautoload -Uz bashcompinit && bashcompinit\n${bashScript(root)}`;
    case 'fish':
      return fishScript(root);
  }
}

const longFlags = (command: Command): readonly string[] =>
  [...command.options, ...(command.parent?.options ?? [])].flatMap(({ long }) => long ?? []).concat('--help');

const choicesOf = (command: Command): readonly Option[] =>
  command.options.filter(({ argChoices }) => argChoices !== undefined);

function bashScript(root: Command): string {
  const names = root.commands.map((command) => command.name());
  const perCommand = root.commands.map((command) => {
    const values = choicesOf(command).map(
      ({ long = '', argChoices = [] }) =>
        `        ${long}) COMPREPLY=($(compgen -W '${argChoices.join(' ')}' -- "$word")); return ;;`,
    );
    return [
      `    ${command.name()})`,
      ...(values.length === 0 ? [] : ['      case "$before" in', ...values, '      esac']),
      `      flags='${longFlags(command).join(' ')}' ;;`,
    ].join('\n');
  });
  return `_modi() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${[...names, 'help', ...longFlags(root)].join(' ')}' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${perCommand.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -F _modi modi`;
}

function fishScript(root: Command): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  const names = root.commands.map((command) => command.name()).join(' ');
  const commands = root.commands.map(
    (command) =>
      `complete -c modi -n 'not __fish_seen_subcommand_from ${names}' -f -a ${command.name()} -d ${quoted(command.summary())}`,
  );
  const options = root.commands.flatMap((command) =>
    command.options.map(({ long = '', description, argChoices, required }) => {
      const values = argChoices === undefined ? '' : ` -f -a ${quoted(argChoices.join(' '))}`;
      const here = `__fish_seen_subcommand_from ${command.name()}`;
      return `complete -c modi -n '${here}' -l ${long.slice(2)}${required ? ' -r' : ''}${values} -d ${quoted(description)}`;
    }),
  );
  return [...commands, ...options].join('\n');
}
