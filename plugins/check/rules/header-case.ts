import { isRecord } from '../entities';
import { textsIn } from '../material';
import type { Rule } from '../types';

export const HEADER_CASE: Rule = {
  code: 'MODI_CHECK_HEADER_CASE',
  severity: 'error',
  problem: {
    en: '{header}: header names are compared in lower case here',
    it: '{header}: i nomi degli header si confrontano qui in minuscolo',
  },
  remedy: { en: 'write {lower}', it: 'scrivere {lower}' },
  fixable: true,
  *find({ plugins }) {
    for (const { ofPack, fields, path } of plugins) {
      if (!ofPack || !isRecord(fields['config'])) continue;
      for (const field of HEADER_FIELDS) {
        for (const [at, header] of textsIn(fields['config'][field], [...path, 'config', field])) {
          const lower = header.toLowerCase();
          if (lower !== header) yield { at, words: { header, lower }, fix: { kind: 'set', path: at, value: lower } };
        }
      }
    }
  },
};

export const HEADER_FIELDS: readonly string[] = ['signed_headers', 'required_signed_headers'];
