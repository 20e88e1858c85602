import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The paths of all that is no folder, at any depth; none below a folder that is not there. */
export const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map(({ parentPath, name }) => join(parentPath, name))
    : [];
