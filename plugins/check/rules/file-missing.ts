import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Rule } from '../types';

export const FILE_MISSING: Rule = {
  code: 'MODI_CHECK_FILE_MISSING',
  severity: 'error',
  problem: { en: '{problem}', it: '{problem}' },
  remedy: {
    en: 'put the file there, or correct the path',
    it: 'mettere il file al suo posto, o correggere il percorso',
  },
  *find({ compilations }, { filesAreHere, home }) {
    for (const { complaints } of compilations) {
      for (const { path, problem, fileError } of complaints) {
        if (fileError !== 'ENOENT') continue;
        // A folder that is not here says that another machine is meant; one that is, that the name is wrong.
        const file = /"([^"]*)"/.exec(problem)?.[1] ?? '';
        const isElsewhere = !filesAreHere && !existsSync(dirname(resolve(home, file)));
        yield { at: path, words: { problem }, ...(isElsewhere ? { severity: 'note' } : {}) };
      }
    }
  },
};
