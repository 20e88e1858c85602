import { commonMembers, type EvidenceItem } from './line';
import type { Recipient } from './recipient';

/** A line as it is written: `text` in clear, or encrypted beside the item's common members. Line feed included. */
export async function sealedLine(item: EvidenceItem, text: string, recipient: Recipient | undefined): Promise<Buffer> {
  if (recipient === undefined) return Buffer.from(`${text}\n`, 'utf8');
  const jwe = await recipient.encrypt(text);
  return Buffer.from(`${JSON.stringify({ ...commonMembers(item), jwe })}\n`, 'utf8');
}
