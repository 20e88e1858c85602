import { createHash } from 'node:crypto';
import { PolicyError } from '../core/errors';
import type { Verification } from '../core/verify';
import type { Consumer, Kong } from '../runtime/kong';
import type { Route } from './route';

/** A caller as Kong knows it. */
export interface AuthenticatedConsumer {
  readonly consumer: Consumer;
  /** Makes it known to Kong: only once the request is accepted. */
  authenticate(): void;
}

/**
 * Maps the caller to a Kong consumer, as configured.
 * @throws PolicyError MODI_CONSUMER_UNKNOWN when the caller must be registered and is not, MODI_CONSUMER_MISMATCH when
 * it is registered with another custom_id.
 */
export async function authenticateConsumer(
  kong: Kong,
  { config }: Route,
  verification: Verification,
): Promise<AuthenticatedConsumer | undefined> {
  const { consumer: mode, consumer_custom_id: customId } = config.identity;
  const { client } = verification;
  if (mode === 'none' || client === undefined) return undefined;
  const consumer = mode === 'virtual' ? virtualConsumer(client) : await kong.client.loadConsumer(client, true);
  if (consumer === undefined) throw new PolicyError('MODI_CONSUMER_UNKNOWN', { found: client }, 'ID_AUTH');
  if (mode === 'registered' && customId !== null) requireCustomId(consumer, customId, verification);
  return {
    consumer,
    authenticate: () => {
      kong.client.authenticate(consumer, { id: uuidOf(`credential:${client}`), consumer_id: consumer.id });
    },
  };
}

type CustomIdField = NonNullable<Route['config']['identity']['consumer_custom_id']>;

/** A consumer without custom_id is tied to nobody, and then to nobody's certificate. */
function requireCustomId({ custom_id: registered }: Consumer, field: CustomIdField, { tokens }: Verification): void {
  const { signer, claims } = tokens.ID_AUTH ?? tokens.VOUCHER ?? {};
  const found = {
    organization_identifier: signer?.certificate.organizationIdentifier,
    thumbprint: signer?.certificate.thumbprint,
    iss: claims?.iss,
    sub: claims?.sub,
    client_id: claims?.clientId,
  }[field];
  if (found !== undefined && found === registered) return;
  throw new PolicyError('MODI_CONSUMER_MISMATCH', { field, found: found ?? 'absent' }, 'ID_AUTH');
}

const virtualConsumer = (client: string): Consumer => ({ id: uuidOf(client), username: client, custom_id: client });

/** A name's own UUID (RFC 9562 version 8): the same caller is the same consumer on every node. */
function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(`kong-plugin-modi:${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
