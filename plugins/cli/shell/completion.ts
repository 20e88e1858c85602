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
  [...command.options, ...rootOf(command).options].flatMap(({ long }) => long ?? []).concat('--help');

const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent));

const choicesOf = (command: Command): readonly Option[] =>
  command.options.filter(({ argChoices }) => argChoices !== undefined);

/** The commands that run: those of the root, and the verbs of its groups. */
const leavesOf = (root: Command): readonly Command[] =>
  root.commands.flatMap((command) => (isGroup(command) ? command.commands : [command]));

const isGroup = ({ commands }: Command): boolean => commands.length > 0;

const groupsOf = (root: Command): readonly Command[] => root.commands.filter(isGroup);

const namesIn = ({ commands }: Command): readonly string[] => commands.map((command) => command.name());

/** `verify`, or `audit verify`. */
const fullName = (command: Command): string =>
  command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();

function bashScript(root: Command): string {
  const perCommand = leavesOf(root).map((command) => {
    const values = choicesOf(command).map(
      ({ long = '', argChoices = [] }) =>
        `        ${long}) COMPREPLY=($(compgen -W '${argChoices.join(' ')}' -- "$word")); return ;;`,
    );
    return [
      `    '${fullName(command)}')`,
      ...(values.length === 0 ? [] : ['      case "$before" in', ...values, '      esac']),
      `      flags='${longFlags(command).join(' ')}' ;;`,
    ].join('\n');
  });
  const perGroup = groupsOf(root).map(
    (group) => `    ${group.name()})
      if [ "$COMP_CWORD" -eq 2 ]; then
        COMPREPLY=($(compgen -W '${namesIn(group).join(' ')} --help' -- "$word"))
        return
      fi
      command="${group.name()} \${COMP_WORDS[2]}" ;;`,
  );
  return `_modi() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" flags=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${[...namesIn(root), 'help', ...longFlags(root)].join(' ')}' -- "$word"))
    return
  fi
  case "$command" in
${perGroup.join('\n')}
  esac
  case "$command" in
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
  const seen = (names: readonly string[]) => `__fish_seen_subcommand_from ${names.join(' ')}`;
  const offered = (command: Command, when: string) =>
    `complete -c modi -n '${when}' -f -a ${command.name()} -d ${quoted(command.summary())}`;
  const commands = [
    ...root.commands.map((command) => offered(command, `not ${seen(namesIn(root))}`)),
    ...groupsOf(root).flatMap((group) =>
      group.commands.map((command) => offered(command, `${seen([group.name()])}; and not ${seen(namesIn(group))}`)),
    ),
  ];
  const options = leavesOf(root).flatMap((command) =>
    command.options.map(({ long = '', description, argChoices, required }) => {
      const values = argChoices === undefined ? '' : ` -f -a ${quoted(argChoices.join(' '))}`;
      const here = fullName(command)
        .split(' ')
        .map((word) => seen([word]))
        .join('; and ');
      return `complete -c modi -n '${here}' -l ${long.slice(2)}${required ? ' -r' : ''}${values} -d ${quoted(description)}`;
    }),
  );
  return [...commands, ...options].join('\n');
}
