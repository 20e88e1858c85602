import type { Localized } from '../../core/errors';
import type { Check, Verification } from '../../core/verify';

/** A check that cannot be made on a captured request, from which nothing is sent. */
export interface LeftOpen {
  /** Why. */
  readonly detail: Localized;
  /** What that does to the verdict: only a row is written, the verdict names it, or no acceptance can be said. */
  readonly weight: 'row' | 'named' | 'decisive';
}

/**
 * Whether a check has to be left open, by what is known when its turn comes; undefined: it can be made. What holds a
 * token's key open is decisive, since a signature that nobody checked proves nothing.
 */
export function leftOpen(check: Check, { policy, tokens, request }: Verification): LeftOpen | undefined {
  const token = check.token && tokens[check.token];
  switch (check.id) {
    case 'channel':
      return policy.channel && { detail: CONNECTION, weight: 'named' };
    case 'channel-party':
      return policy.channel && policy.channel.match !== 'none' ? { detail: CONNECTION, weight: 'row' } : undefined;
    case 'certificate':
      return token?.reference?.url === undefined ? undefined : { detail: X5U, weight: 'decisive' };
    case 'voucher-key':
    case 'participant-key':
      return { detail: PLATFORM, weight: 'decisive' };
    case 'dpop-request':
      return request === undefined ? { detail: NO_REQUEST_LINE, weight: 'row' } : undefined;
    // Both take a key that is not there for somebody else's, and would refuse.
    case 'same-client':
      return token?.kid !== undefined && token.participant === undefined ? OF_KEY : undefined;
    case 'caller':
      return tokens.ID_AUTH !== undefined && tokens.ID_AUTH.signer === undefined ? OF_KEY : undefined;
    default:
      return undefined;
  }
}

const CONNECTION: Localized = {
  en: 'not evaluated: a captured request does not hold the connection it came on',
  it: 'non valutato: una richiesta catturata non contiene la connessione da cui è arrivata',
};
const X5U: Localized = {
  en: 'not evaluated: x5u is not followed here',
  it: 'non valutato: qui x5u non viene seguito',
};
const PLATFORM: Localized = {
  en: 'not evaluated: the platform holds the key, and is not asked from here',
  it: 'non valutato: la chiave è presso la piattaforma, che da qui non viene interrogata',
};
const NO_REQUEST_LINE: Localized = {
  en: 'not evaluated: method and public URI of the request are not known here',
  it: 'non valutato: metodo e URI pubblico della richiesta non sono qui noti',
};
const OF_KEY: LeftOpen = {
  detail: {
    en: 'not evaluated: needs a key that is not at hand here',
    it: 'non valutato: richiede una chiave che qui non è disponibile',
  },
  weight: 'row',
};
