import { isRecord, type Plugin } from '../entities';
import { configPath, hasIntegrity } from '../questions';
import type { Rule } from '../types';

export const WITHOUT_EFFECT: Rule = {
  code: 'MODI_CHECK_WITHOUT_EFFECT',
  severity: 'warning',
  problem: { en: '{field} has no effect: {why}', it: '{field} non ha effetto: {why}' },
  remedy: { en: 'take it away, or add what it needs', it: 'toglierlo, o aggiungere ciò di cui ha bisogno' },
  *find({ plugins }) {
    for (const plugin of plugins.filter(({ enabled, name }) => enabled && name === 'modi-verify')) {
      for (const [field, why] of idleFields(plugin))
        yield { at: configPath(plugin, field), atKey: true, words: { field, why } };
    }
  },
};

/** Fields that only an integrity pattern reads. */
export const INTEGRITY_FIELDS: readonly string[] = [
  'integrity_audience',
  'empty_body',
  'digest_algorithms',
  'digest_encodings',
  'require_signed_content_headers',
  'required_signed_headers',
];

/** What is written, not what has a default. */
function idleFields(plugin: Plugin): readonly (readonly [field: string, why: string])[] {
  const { fields } = plugin;
  const written = isRecord(fields['config']) ? fields['config'] : {};
  const replay = isRecord(written['replay']) ? written['replay'] : {};
  const trust = isRecord(written['trust']) ? written['trust'] : {};
  return [
    ...(hasIntegrity(plugin)
      ? []
      : INTEGRITY_FIELDS.filter((field) => field in written).map(
          (field) => [field, 'patterns: INTEGRITY_REST_01'] as const,
        )),
    ...('redis' in replay && replay['store'] !== 'redis' ? [['replay.redis', 'replay.store: redis'] as const] : []),
    ...(trust['crls'] === undefined
      ? ['crl_refresh', 'crl_grace']
          .filter((field) => field in trust)
          .map((field) => [`trust.${field}`, 'trust.crls'] as const)
      : []),
  ];
}
