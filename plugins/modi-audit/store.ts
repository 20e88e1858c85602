import { VerificationError } from '../core/errors';
import { EvidenceStorageError, type EvidenceItem, type EvidenceWriter, type Material } from '../core/evidence';

/**
 * Puts evidence where the configured durability wants it.
 *
 * @throws VerificationError MODI_EVIDENCE_UNAVAILABLE when it must be on the disk by now and is not.
 */
export async function store(
  writer: EvidenceWriter,
  durability: 'async' | 'before_response',
  item: EvidenceItem,
  materials: readonly Material[] = [],
): Promise<void> {
  if (durability === 'async') {
    writer.offer(item, materials);
    return;
  }
  try {
    await writer.commit(item, materials);
  } catch (error) {
    if (!(error instanceof EvidenceStorageError)) throw error;
    throw new VerificationError('MODI_EVIDENCE_UNAVAILABLE', { found: error.reason }, undefined, { cause: error });
  }
}
