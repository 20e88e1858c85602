import { isRecord } from '../entities';
import type { Path, Rule } from '../types';

export const TLS_UNVERIFIED: Rule = {
  code: 'MODI_CHECK_TLS_UNVERIFIED',
  severity: 'warning',
  problem: {
    en: '{field}: false lets anybody on the way be taken for the server',
    it: '{field}: false fa passare per il server chiunque lungo la via',
  },
  remedy: {
    en: 'take it away, and name the authority of the server where it is your own',
    it: 'toglierlo, e indicare la CA del server se è propria',
  },
  *find({ plugins }) {
    for (const { ofPack, enabled, config, path } of plugins) {
      if (ofPack && enabled)
        for (const at of switchedOff(config, [...path, 'config'])) yield { at, words: { field: String(at.at(-1)) } };
    }
  },
};

/** Every `ssl_verify: false` and `tls_verify: false`, at any depth. */
const switchedOff = (value: unknown, path: Path): readonly Path[] =>
  Object.entries(isRecord(value) ? value : {}).flatMap(([name, one]) =>
    /^(ssl|tls)_verify$/.test(name) && one === false ? [[...path, name]] : switchedOff(one, [...path, name]),
  );
