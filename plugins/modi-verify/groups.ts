import type { Verification } from '../core/verify';
import type { Consumer } from '../runtime/kong';
import type { Route } from './route';

/** The groups of an accepted request, for acl. */
export function groupsOf({ groups }: Route, { tokens, client, caller, names }: Verification, consumer?: Consumer) {
  return groups({
    client,
    application: caller?.name,
    callerGroups: caller?.groups ?? [],
    certificate: tokens.ID_AUTH?.signer?.certificate,
    claims: (tokens.ID_AUTH ?? tokens.VOUCHER)?.claims?.raw ?? {},
    consumer,
    organization: { id: names?.organizationId, externalId: names?.organizationExternalId },
  });
}
