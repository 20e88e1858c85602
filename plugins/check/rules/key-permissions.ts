import type { Rule } from '../types';

export const KEY_PERMISSIONS: Rule = {
  code: 'MODI_CHECK_KEY_PERMISSIONS',
  severity: 'error',
  problem: {
    en: 'the private key {file} is readable by every user of this machine',
    it: 'la chiave privata {file} è leggibile da ogni utente di questa macchina',
  },
  remedy: {
    en: 'run: chmod 600 {file}, owned by the user of Kong',
    it: "eseguire: chmod 600 {file}, di proprietà dell'utente di Kong",
  },
  *find({ material }) {
    if (process.platform === 'win32') return;
    for (const { path, file, holdsPrivateKey, mode } of material) {
      if (file !== undefined && holdsPrivateKey && (mode & 0o007) !== 0) yield { at: path, words: { file } };
    }
  },
};
