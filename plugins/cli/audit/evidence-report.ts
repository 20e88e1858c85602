import type { EvidenceTally } from '../../core/audit';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';

/** What was found of the evidence that is as it was, or was removed by rule: a line each. */
export function printEvidence({ good, removed }: EvidenceTally, context: Context): void {
  const word = context.text({ en: 'evidence', it: 'prove' }).padEnd(9);
  context.print(
    `${word}${context.text({ en: `${good} lines are what they were`, it: `${good} righe sono quelle di allora` })}`,
  );
  for (const { proof, lines } of removed.values()) {
    const { file, node, seq, at } = proof;
    const words = context.text({
      en: `${lines} lines were removed after their retention, at ${safeText(at)}; proof: record ${seq} of ${safeText(node)}`,
      it: `${lines} righe sono state rimosse a fine conservazione, il ${safeText(at)}; attestazione: registrazione ${seq} di ${safeText(node)}`,
    });
    context.print(`${word}${safeText(file)}: ${words}`);
  }
}

/** The same as JSON; nothing when no evidence was looked at. */
export const evidenceForJson = (tally: EvidenceTally | undefined): object =>
  tally === undefined
    ? {}
    : {
        evidence: {
          good: tally.good,
          removed: [...tally.removed.values()].map(({ proof: { file, node, seq, at }, lines }) => ({
            file,
            lines,
            removed_at: at,
            proof: { node, seq },
          })),
        },
      };
