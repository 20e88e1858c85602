import { digestOfBody } from '../../../plugins/core/digest';
import { Refusal } from '../../../plugins/core/errors';
import type { PdndKeys } from '../../../plugins/core/pdnd';
import {
  newVerification,
  replayEntries,
  stages,
  type Check,
  type Policy,
  type Verification,
} from '../../../plugins/core/verify';
import { SignerCache } from '../../../plugins/core/verify/signer-cache';
import type { TestRequest } from '../requests';
import { NOW } from '../verify-route';
import { steady } from './steady';

/** What a request is judged by, beside its own bytes. */
export interface Surroundings {
  readonly keys?: PdndKeys | undefined;
  readonly method?: string;
  readonly target?: string;
  /** Keys and thumbprints that are new in each run, by the name they get in the verdict. */
  readonly names?: ReadonlyMap<string, string>;
}

/**
 * Every check of a request in its order, one line each: what it has proved, and last what it refuses with code, status
 * and all that fills the texts. Sizes and names that are new in each run are replaced. Nothing is remembered in between.
 */
export async function verdictOf(
  policy: Policy,
  { headers, body }: TestRequest,
  { keys, method = 'POST', target = '/', names = new Map() }: Surroundings = {},
): Promise<readonly string[]> {
  const list = Object.entries(headers).map(
    ([name, value]) => [name, typeof value === 'string' ? [value] : value] as const,
  );
  const fresh = { ...policy, signerCache: new SignerCache() };
  const verification = newVerification(fresh, new Map(list), NOW, { method, target });
  const lines: string[] = [];
  let name = '';
  try {
    for await (const check of allChecks(verification, body)) {
      name = check.token === undefined ? check.id : `${check.id} ${check.token}`;
      await check.prepare?.(verification, keys);
      check.run(verification);
      lines.push(`${name}: ${check.proved(verification)}`);
    }
    const used = replayEntries(verification).map(
      ({ key, kind, iat, exp }) => `${kind} ${key} ${iat - NOW} ${exp - NOW}`,
    );
    lines.push(`used up: ${used.join(', ')}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, status, token = 'no token', params } = error;
    const told = Object.entries(params).map(([key, value]) => `, ${key}: ${value}`);
    lines.push(`${name} refuses: ${code} ${status} ${token}${told.join('')}`);
  }
  return lines.map((line) => steady(line, verification, names));
}

async function* allChecks(verification: Verification, body: Buffer): AsyncGenerator<Check> {
  yield* stages.tokens(verification);
  const { policy, digest } = verification;
  if (policy.integrity !== undefined) {
    verification.body = await digestOfBody({ kind: 'bytes', bytes: body }, digest?.algorithm, policy.maxBodySize);
  }
  yield* stages.body(verification);
  yield* stages.party();
}
