import { commonMembers, type EvidenceItem, type EvidencePart } from './line';
import type { Recipient } from './recipient';

/** Lines about the store itself hold nothing of an exchange, and the audit chain must be able to tell what they say. */
const IN_CLEAR: readonly EvidencePart[] = ['dropped', 'removed'];

/** A line as it is written: `text` in clear, or encrypted beside the item's common members. Line feed included. */
export async function sealedLine(item: EvidenceItem, text: string, recipient: Recipient | undefined): Promise<Buffer> {
  if (recipient === undefined || IN_CLEAR.includes(item.part)) return Buffer.from(`${text}\n`, 'utf8');
  const jwe = await recipient.encrypt(text);
  return Buffer.from(`${JSON.stringify({ ...commonMembers(item), jwe })}\n`, 'utf8');
}
