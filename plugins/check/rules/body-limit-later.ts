import type { Plugin } from '../entities';
import { configPath, hasIntegrity, numberAt, routesWith, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const BODY_LIMIT_LATER: Rule = {
  code: 'MODI_CHECK_BODY_LIMIT_LATER',
  severity: 'warning',
  problem: {
    en: 'request-size-limiting allows {allowed} bytes, modi-verify hashes up to {hashed}: it runs later, when the larger body has been read and hashed',
    it: 'request-size-limiting ammette {allowed} byte, modi-verify ne elabora fino a {hashed}: gira dopo, quando il corpo più grande è già stato letto',
  },
  remedy: {
    en: 'set max_body_size of modi-verify to the same limit',
    it: 'impostare max_body_size di modi-verify allo stesso limite',
  },
  *find(file) {
    const verified = new Map(verifiedRoutes(file).map(({ route, plugin }) => [route, plugin]));
    for (const { route, plugin } of routesWith(file, 'request-size-limiting')) {
      const verify = verified.get(route);
      if (verify === undefined || !hasIntegrity(verify)) continue;
      const allowed = (numberAt(plugin, 'allowed_payload_size') ?? 128) * unitOf(plugin);
      const hashed = numberAt(verify, 'max_body_size') ?? 0;
      if (hashed > allowed) yield { at: configPath(verify, 'max_body_size'), words: { allowed, hashed } };
    }
  },
};

const UNITS: Readonly<Record<string, number>> = { megabytes: 1024 ** 2, kilobytes: 1024, bytes: 1 };

const unitOf = ({ config }: Plugin): number =>
  UNITS[typeof config['size_unit'] === 'string' ? config['size_unit'] : 'megabytes'] ?? 1;
