import { booleanOf, contentOf, DerError, Reader, TAG, type Element } from './der';

/** An Extension, its value not yet read (RFC 5280 4.2). */
export interface RawExtension {
  /** Content of the OBJECT IDENTIFIER in hexadecimal. */
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Element;
}

/** The extensions of a SEQUENCE of them. @throws DerError when one stands twice. */
export function* extensionsIn(der: Buffer, sequence: Element): Generator<RawExtension> {
  const extensions = new Reader(der, sequence);
  const seen = new Set<string>();
  while (!extensions.done) {
    const fields = new Reader(der, extensions.next(TAG.sequence));
    const oid = contentOf(der, fields.next(TAG.oid)).toString('hex');
    const critical = fields.optional(TAG.boolean);
    const value = fields.next(TAG.octetString);
    fields.finish();
    if (seen.has(oid)) throw new DerError('has the same extension twice');
    seen.add(oid);
    yield { oid, critical: critical !== undefined && booleanOf(der, critical), value };
  }
}
