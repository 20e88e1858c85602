import { createHash } from 'node:crypto';
import { PolicyError } from '../core/errors';
import type { Verification } from '../core/verify';
import type { Consumer, Kong } from '../runtime/kong';
import type { Route } from './route';

/**
 * Maps the caller to a Kong consumer, as configured. Answers the command that makes it known to Kong, to be given
 * only once the request is accepted.
 * @throws PolicyError MODI_CONSUMER_UNKNOWN when the caller must be registered and is not.
 */
export async function authenticateConsumer(
  kong: Kong,
  { config }: Route,
  { client }: Verification,
): Promise<(() => void) | undefined> {
  const { consumer: mode } = config.identity;
  if (mode === 'none' || client === undefined) return undefined;
  const consumer = mode === 'virtual' ? virtualConsumer(client) : await kong.client.loadConsumer(client, true);
  if (consumer === undefined) throw new PolicyError('MODI_CONSUMER_UNKNOWN', { found: client }, 'ID_AUTH');
  return () => {
    kong.client.authenticate(consumer, { id: uuidOf(`credential:${client}`), consumer_id: consumer.id });
  };
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
