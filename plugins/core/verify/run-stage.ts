import type { PdndKeys } from '../pdnd';
import type { Check, Verification } from './types';

/**
 * Runs a stage, and fetches with `keys` what a check asks for before it judges. Answers undefined when all was in hand,
 * as nearly always: then nobody has to wait.
 * @throws (or rejects with) Refusal at the first check that does not hold.
 */
export function runStage(
  checks: Iterable<Check>,
  verification: Verification,
  keys?: PdndKeys,
): Promise<void> | undefined {
  return goOn(checks[Symbol.iterator](), verification, keys);
}

function goOn(
  rest: Iterator<Check>,
  verification: Verification,
  keys: PdndKeys | undefined,
): Promise<void> | undefined {
  for (let step = rest.next(); step.done !== true; step = rest.next()) {
    const check = step.value;
    const waiting = check.prepare?.(verification, keys);
    if (waiting !== undefined) {
      return waiting.then(() => {
        check.run(verification);
        return goOn(rest, verification, keys);
      });
    }
    check.run(verification);
  }
  return undefined;
}
