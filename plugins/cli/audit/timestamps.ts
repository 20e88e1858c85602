import { resolve } from 'node:path';
import { openTimestamp, TimestampError } from '../../core/audit';
import type { Context } from '../shell/context';
import type { Values } from '../shell/values';
import { compileAnchors, isOfTrusted } from './trusted-signers';

/** RFC 3161 2.3. */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/**
 * Judges time stamps of checkpoints: what is wrong with one, or undefined. With --tsa-anchors its authority must be one of
 * theirs.
 *
 * @throws CliError CLI_CONFIG for anchors that are none.
 */
export function timestampJudge(values: Values, context: Context): (token: Buffer, hash: string) => string | undefined {
  const anchors = values.list('tsaAnchors').map((path) => resolve(context.host.cwd, path));
  const trust = anchors.length === 0 ? undefined : compileAnchors(anchors, context, [TIME_STAMPING]);
  return (token, hash) => {
    try {
      const { certificates, time } = openTimestamp(token, hash);
      if (trust === undefined || isOfTrusted(trust, certificates, time / 1000)) return undefined;
      return 'its authority is none of those that were given';
    } catch (error) {
      if (error instanceof TimestampError) return error.message;
      throw error;
    }
  };
}
