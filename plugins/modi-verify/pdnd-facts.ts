import type { Party } from '../core/pdnd';
import type { Verification } from '../core/verify';
import type { JsonValue } from '../runtime/kong';
import type { Route } from './route';

type Values = Readonly<Record<string, string | undefined>>;

/** What the platform calls the parties of an accepted voucher: what is in hand, nothing is waited for. */
export function namesOf({ keys }: Route, { voucher, now }: Verification): Party {
  return voucher === undefined || keys === undefined ? {} : keys.party(voucher, now);
}

/** What the voucher proves of the caller, and what the platform calls it, for the service. */
export function voucherHeaders({ voucher, tokens, names }: Verification): Values {
  if (voucher === undefined) return {};
  return {
    'x-modi-purpose-id': voucher.purposeId,
    'x-modi-consumer-id': voucher.consumerId,
    'x-modi-producer-id': voucher.producerId,
    'x-modi-eservice-id': voucher.eserviceId,
    'x-modi-descriptor-id': voucher.descriptorId,
    'x-modi-voucher-id': voucher.jti,
    'x-modi-dpop': tokens.DPOP?.thumbprint,
    'x-modi-client-name': names?.clientName,
    'x-modi-organization-id': names?.organizationId,
    'x-modi-organization-name': names?.organizationName,
    'x-modi-organization-external-id': names?.organizationExternalId,
    'x-modi-purpose-title': names?.purposeTitle,
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

/** The same for the log: ids and names of the platform, never a datum of a person. */
export function voucherRecord({
  voucher,
  tokens,
  names,
}: Verification): Readonly<Record<string, JsonValue>> | undefined {
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
    client_name: names?.clientName,
    organization_id: names?.organizationId,
    organization_name: names?.organizationName,
    organization_external_id: names?.organizationExternalId,
    purpose_title: names?.purposeTitle,
  };
  return Object.fromEntries(Object.entries(ids).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
