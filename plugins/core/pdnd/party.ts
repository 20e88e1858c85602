/** The ids of a verified voucher. */
export interface PartyIds {
  readonly clientId: string;
  readonly consumerId: string | undefined;
  readonly purposeId: string | undefined;
}

/** Names for log, audit and rate limiting; a member is absent until the platform has told it. */
export interface Party {
  readonly clientName?: string;
  /** The platform's id of the consumer's organisation. */
  readonly organizationId?: string;
  readonly organizationName?: string;
  /** The organisation in its own register, as `ORIGIN:VALUE`, e.g. `IPA:c_h501`. */
  readonly organizationExternalId?: string;
  readonly purposeTitle?: string;
}
