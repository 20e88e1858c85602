import { buildProgram } from '../program';
import { completionScript, isShell, SHELLS } from '../shell/completion';
import { usageError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import { EXIT } from '../shell/exit-codes';
import { CATALOGUE } from '../catalogue';

export const completionCommand: CommandDefinition = {
  about: {
    en: 'Print a completion script. It knows commands, options and their values; it runs nothing.\nbash: modi completion bash > ~/.local/share/bash-completion/completions/modi\nzsh:  modi completion zsh > a directory of $fpath, as _modi\nfish: modi completion fish > ~/.config/fish/completions/modi.fish',
    it: 'Stampa uno script di completamento. Conosce comandi, opzioni e valori; non esegue nulla.\nbash: modi completion bash > ~/.local/share/bash-completion/completions/modi\nzsh:  modi completion zsh > una cartella di $fpath, come _modi\nfish: modi completion fish > ~/.config/fish/completions/modi.fish',
  },
  arguments: [{ name: '<SHELL>', about: { en: 'bash, zsh or fish', it: 'bash, zsh o fish' } }],
  options: [],
  examples: [{ line: 'modi completion bash', about: { en: 'for bash', it: 'per bash' } }],
  exits: [
    [EXIT.ok, { en: 'script printed', it: 'script stampato' }],
    [EXIT.usage, { en: 'unknown shell', it: 'shell sconosciuta' }],
  ],

  async run(values, context) {
    const shell = values.argument(0) ?? '';
    if (!isShell(shell)) {
      const list = SHELLS.join(', ');
      throw usageError(
        `no completion for "${shell}"; there is ${list}`,
        `nessun completamento per "${shell}"; esistono ${list}`,
      );
    }
    const { root } = await buildProgram(context, Object.keys(CATALOGUE));
    context.print(completionScript(shell, root));
    return EXIT.ok;
  },
};
