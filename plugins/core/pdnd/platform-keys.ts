import { VerificationError } from '../errors';
import { ConfigError } from '../schema';
import { ApiClient } from './api-client';
import { EventFeed } from './event-feed';
import { KeySet, type KeyAbsence } from './key-set';
import { OwnClient } from './own-client';
import { ParticipantKeys } from './participant-keys';
import { Parties } from './parties';
import type { Party, PartyIds } from './party';
import type { ProblemLog } from './problem-log';
import { fetchRulesOf, urlOf } from './rules';
import type { KeyApiSettings, PdndSettings } from './settings';
import type { ParticipantKey, PdndKeys, VoucherKey } from './types';

/** What goes on with the platform's API. */
interface Api {
  readonly client: OwnClient;
  readonly answerKeys: KeySet | undefined;
  readonly keys: ParticipantKeys;
  readonly feed: EventFeed | undefined;
  readonly parties: Parties | undefined;
  readonly logs: readonly ProblemLog[];
}

/** Everything that one configuration needs of the platform, in one hand. */
export class PlatformKeys implements PdndKeys {
  readonly vouchers: KeySet;
  readonly api: Api | undefined;

  /** Starts fetching what will be needed. @throws ConfigError for URLs that are none, our key, and the events' folder. */
  constructor(settings: PdndSettings, now: number) {
    this.vouchers = keySet(settings, settings.jwksUri, 'pdnd.jwks_uri', 'the keys of vouchers');
    this.api = settings.keyApi === null ? undefined : apiOf(settings, settings.keyApi, now);
    this.look(now);
  }

  voucherKey(kid: string, now: number): VoucherKey | Promise<VoucherKey> {
    const found = this.vouchers.find(kid, now);
    return found instanceof Promise ? found.then((late) => presentKey(late, kid)) : presentKey(found, kid);
  }

  participantKey(kid: string, source: string, now: number): ParticipantKey | Promise<ParticipantKey> {
    const { api } = this;
    if (api === undefined) throw new ConfigError('pdnd.client', 'is needed for the keys of participants');
    api.feed?.look(now);
    return api.keys.find(kid, source, now);
  }

  party(ids: PartyIds, now: number): Party {
    return this.api?.parties?.find(ids, now) ?? {};
  }

  /** Looks after what is due, also without traffic. */
  look(now: number): void {
    this.vouchers.look(now);
    if (this.api === undefined) return;
    this.api.client.look(now);
    this.api.answerKeys?.look(now);
    this.api.feed?.look(now);
  }

  async settled(): Promise<void> {
    const { api } = this;
    // In this order: what comes later uses what comes before.
    await this.vouchers.settled();
    await Promise.all([api?.keys.settled(), api?.feed?.settled(), api?.parties?.settled()]);
    await api?.client.settled();
    await api?.answerKeys?.settled();
  }

  /** Failed requests to the platform since the start. */
  get failures(): number {
    return [this.vouchers.log, ...(this.api?.logs ?? [])].reduce((sum, { failures }) => sum + failures, 0);
  }
}

function keySet(settings: PdndSettings, uri: string, field: string, what: string): KeySet {
  const { jwksRefresh: refresh, jwksCooldown: cooldown, maxStale } = settings;
  return new KeySet({ uri: urlOf(uri, field), what, refresh, cooldown, maxStale, rules: fetchRulesOf(settings) });
}

function apiOf(settings: PdndSettings, keyApi: KeyApiSettings, now: number): Api {
  const { version, uri, answerKeysUri } = keyApi;
  const base = urlOf(uri, 'pdnd.api_uri').href.replace(/\/$/, '');
  const rules = fetchRulesOf(settings);
  const signs = version === 'v3';
  const client = new OwnClient(keyApi.client, signs ? 'DPoP' : 'Bearer', rules, now);
  const answerKeys = signs
    ? keySet(settings, answerKeysUri, 'pdnd.api_jwks_uri', 'the keys of signed answers')
    : undefined;
  // One each: what hinders the one does not hold up the others.
  const clientFor = (what: string, firstRetry: number) =>
    new ApiClient({ base, client, answerKeys, rules, what, firstRetry });
  const apis = {
    keys: clientFor('the keys of participants', 1),
    // Has an interval of its own.
    events: clientFor('the events of keys', 0),
    parties: clientFor('the names of parties', 10),
  };
  const holder: { keys?: ParticipantKeys } = {};
  const feed =
    keyApi.events === null
      ? undefined
      : new EventFeed(
          { api: apis.events, base, version, settings: keyApi.events, onChange: (kid) => holder.keys?.forget(kid) },
          now,
        );
  const isDeleted = (kid: string): boolean => feed?.isDeleted(kid) ?? false;
  const keys = new ParticipantKeys({ api: apis.keys, settings: keyApi, maxStale: settings.maxStale, isDeleted });
  holder.keys = keys;
  return {
    client,
    answerKeys,
    keys,
    feed,
    parties: keyApi.parties ? new Parties(apis.parties, version) : undefined,
    logs: [
      client.log,
      ...Object.values(apis).map(({ log }) => log),
      ...(answerKeys === undefined ? [] : [answerKeys.log]),
    ],
  };
}

/** @throws VerificationError MODI_VOUCHER_KID_UNKNOWN, MODI_VOUCHER_KEYS_UNAVAILABLE. */
function presentKey(found: VoucherKey | KeyAbsence, kid: string): VoucherKey {
  if (!('absent' in found)) return found;
  if (found.absent === 'unknown') {
    const printable = kid.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 60);
    throw new VerificationError('MODI_VOUCHER_KID_UNKNOWN', { found: printable });
  }
  throw new VerificationError('MODI_VOUCHER_KEYS_UNAVAILABLE', { retryAfter: found.retryAfter });
}
