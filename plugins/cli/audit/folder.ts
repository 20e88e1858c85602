import { resolve } from 'node:path';
import { ChainError, findingText } from '../../core/audit';
import type { ArgumentDeclaration } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { fileError } from '../shell/input';
import { safeText } from '../shell/safe-text';
import type { Values } from '../shell/values';

/** Where `npm start` keeps the chain of the sample. */
const SAMPLE = '.modi/audit';

export const FOLDER_ARGUMENT: ArgumentDeclaration = {
  name: '[DIR]',
  about: {
    en: `the folder of the chains (default: ${SAMPLE})`,
    it: `la cartella delle catene (predefinita: ${SAMPLE})`,
  },
};

/** Runs what reads a folder of chains. @throws CliError CLI_FILE when the folder, or a file in it, cannot be read. */
export async function inFolder<T>(
  name: string | undefined,
  context: Context,
  read: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = name ?? SAMPLE;
  try {
    return await read(resolve(context.host.cwd, folder));
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw fileError(folder, error);
    throw error;
  }
}

export const folderOf = (values: Values): string | undefined => values.argument(0);

/** The same for what reads records: damage is told with its place, and is exit code 5. */
export async function inChains(
  name: string | undefined,
  context: Context,
  read: (folder: string) => Promise<number>,
): Promise<number> {
  try {
    return await inFolder(name, context, read);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    const { finding } = error;
    context.say(`${safeText(finding.file)}: ${finding.seq}: ${context.text(findingText(finding))}  ${finding.code}`);
    return EXIT.broken;
  }
}
