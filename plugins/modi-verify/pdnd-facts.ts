import type { Verification } from '../core/verify';
import type { JsonValue } from '../runtime/kong';

type Values = Readonly<Record<string, string | undefined>>;

/** What the voucher proves of the caller, for the service. */
export function voucherHeaders({ voucher, tokens }: Verification): Values {
  if (voucher === undefined) return {};
  return {
    'x-modi-purpose-id': voucher.purposeId,
    'x-modi-consumer-id': voucher.consumerId,
    'x-modi-producer-id': voucher.producerId,
    'x-modi-eservice-id': voucher.eserviceId,
    'x-modi-descriptor-id': voucher.descriptorId,
    'x-modi-voucher-id': voucher.jti,
    'x-modi-dpop': tokens.DPOP?.thumbprint,
  };
}

/** The tracked data that the route has rules for, one header each. */
export function auditHeaders({ policy, tokens }: Verification): Values {
  const claims = tokens.AUDIT?.claims?.raw;
  if (policy.audit === undefined || claims === undefined) return {};
  return Object.fromEntries(
    policy.audit.rules
      .filter(({ claim }) => claims[claim] !== undefined)
      .map(({ claim, header }) => [header, String(claims[claim])]),
  );
}

/** The same for the log: ids of the platform, never a datum of a person. */
export function voucherRecord({ voucher, tokens }: Verification): Readonly<Record<string, JsonValue>> | undefined {
  if (voucher === undefined) return undefined;
  const ids = {
    purpose_id: voucher.purposeId,
    consumer_id: voucher.consumerId,
    producer_id: voucher.producerId,
    eservice_id: voucher.eserviceId,
    descriptor_id: voucher.descriptorId,
    dpop_jkt: tokens.DPOP?.thumbprint,
    dpop_jti: tokens.DPOP?.claims?.jti,
    integrity_kid: tokens.INTEGRITY?.kid,
    audit_kid: tokens.AUDIT?.kid,
  };
  return Object.fromEntries(Object.entries(ids).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
