import type { NamingClaims } from '../party';
import type { Claims } from './types';

/** The claims of a token that may name its sender, by their names on the wire. */
export const namingClaims = ({ iss, sub, clientId }: Claims): NamingClaims => ({ iss, sub, client_id: clientId });
