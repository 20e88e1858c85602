import type { Finding } from '../../core/audit';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import type { BuiltBundle } from './build';
import type { FoundExchange } from './find';
import { NOTES } from './notes';

/** What a bundle came to, besides its files. */
export interface MadeBundle extends BuiltBundle {
  /** The folder, as it was named. */
  readonly out: string;
  readonly exchanges: readonly FoundExchange[];
  /** Exchanges that were asked for and no checkpoint covers yet. */
  readonly unsealed: number;
}

/** Prints what is in a bundle, with the hash that stands for it. */
export function tellBundle(made: MadeBundle, format: string | undefined, context: Context): void {
  if (format === 'json') {
    const { out, sha256, files, exchanges, others, unsealed, notes } = made;
    context.printJson('modi.audit-export/1', {
      out,
      sha256,
      files: files.size,
      exchanges: exchanges.map(({ id }) => id),
      other_records: others,
      unsealed,
      notes: notes.map(({ code, where }) => ({ code, where, text: context.text(NOTES[code]) })),
    });
    return;
  }
  const { out, sha256, files, exchanges, others, notes } = made;
  context.print(
    context.text({
      en: `${out}: exchanges ${exchanges.length}, files ${files.size}, records of other requests ${others}`,
      it: `${out}: scambi ${exchanges.length}, file ${files.size}, registrazioni di altre richieste ${others}`,
    }),
  );
  for (const { code, where } of notes)
    context.print(`${context.text({ en: 'note', it: 'nota' })}  ${where}: ${context.text(NOTES[code])}`);
  context.print(`SHA-256  ${sha256}`);
  context.print(context.text({ en: `next: sh ${out}/verify.sh`, it: `ora: sh ${out}/verify.sh` }));
}

/** Says that the chains are damaged, though not in what was exported; `mayLack`: what was asked for may be there. */
export function tellDamage({ file, seq, code }: Finding, mayLack: boolean, context: Context): void {
  const where = `${safeText(file)}: ${seq}: ${code}`;
  const [en, it] = mayLack ? LACKING : ['', ''];
  context.say(
    context.text({
      en: `note: the chains are damaged elsewhere, outside of what is in the bundle (${where})${en}; run: modi audit verify`,
      it: `nota: le catene sono alterate altrove, fuori da ciò che è nel fascicolo (${where})${it}; eseguire: modi audit verify`,
    }),
  );
}

const LACKING = [
  ', which may lack exchanges of the period or caller for it',
  ', a cui possono mancare per questo scambi del periodo o del chiamante',
] as const;

/** Says that exchanges that were asked for are not in the bundle, because nothing seals them yet. */
export function tellUnsealed(count: number, context: Context): void {
  context.say(
    context.text({
      en: `note: ${count} exchanges are left out: no checkpoint covers them yet`,
      it: `nota: ${count} scambi sono omessi: nessun checkpoint li copre ancora`,
    }),
  );
}
