import type { Rule } from '../types';

export const FILE_UNREADABLE: Rule = {
  code: 'MODI_CHECK_FILE_UNREADABLE',
  severity: 'error',
  problem: { en: '{problem}', it: '{problem}' },
  remedy: {
    en: 'give the user of Kong the right to read it, and name a file, not a folder',
    it: "dare all'utente di Kong il diritto di leggerlo, e indicare un file, non una cartella",
  },
  *find({ compilations }) {
    for (const { complaints } of compilations) {
      for (const { path, problem, fileError } of complaints) {
        if (fileError !== undefined && fileError !== 'ENOENT') yield { at: path, words: { problem } };
      }
    }
  },
};
