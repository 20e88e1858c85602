import { VerificationError } from '../core/errors';
import { EvidenceStorageError, type Evidence } from '../core/evidence';
import type { Route } from './route';

/**
 * Puts evidence where the configured durability wants it.
 *
 * @throws VerificationError MODI_EVIDENCE_UNAVAILABLE when it must be on the disk by now and is not.
 */
export async function store({ config, writer }: Route, { item, materials }: Evidence): Promise<void> {
  if (config.durability === 'async') {
    writer?.offer(item, materials);
    return;
  }
  try {
    await writer?.commit(item, materials);
  } catch (error) {
    if (!(error instanceof EvidenceStorageError)) throw error;
    throw new VerificationError('MODI_EVIDENCE_UNAVAILABLE', { found: error.reason }, undefined, { cause: error });
  }
}
