import { isOpaque, textsAt } from '../entities';
import { configPath, isForTrying, pluginsNamed } from '../questions';
import type { Rule } from '../types';

export const AUDIENCE_FORM: Rule = {
  code: 'MODI_CHECK_AUDIENCE_FORM',
  severity: 'warning',
  problem: {
    en: 'the audience "{audience}" {why}: aud is compared letter by letter',
    it: 'l\'audience "{audience}" {why}: aud è confrontata lettera per lettera',
  },
  remedy: {
    en: 'write it exactly as published to the callers',
    it: 'scriverla esattamente come pubblicata ai chiamanti',
  },
  *find(file) {
    for (const plugin of pluginsNamed(file, 'modi-verify')) {
      if (isForTrying(plugin)) continue;
      for (const [index, audience] of textsAt(plugin.config, 'audience').entries()) {
        const why = faultOf(audience);
        if (why !== undefined && !isOpaque(audience))
          yield { at: [...configPath(plugin, 'audience'), index], words: { audience, why } };
      }
    }
  },
};

function faultOf(audience: string): string | undefined {
  if (/^\s|\s$/.test(audience)) return 'begins or ends with a space';
  if (/^http:/i.test(audience)) return 'begins with http:, not https:';
  if (/[*<>{}]/.test(audience)) return 'holds a wildcard or a placeholder';
  return /^[\w.-]+\.[a-z]{2,}(\/|$)/i.test(audience) ? 'has no https://' : undefined;
}
