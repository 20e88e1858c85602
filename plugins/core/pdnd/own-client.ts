import { randomUUID } from 'node:crypto';
import { fetchAnswer, type FetchAnswer, type FetchRules } from '../fetch';
import { keeperOf, type KeyKeeper, type SigningKey } from '../keys';
import { ConfigError } from '../schema';
import { decodeJsonPart, splitCompact, type JsonObject } from '../token';
import { Backoff } from './backoff';
import { DpopKey } from './dpop-key';
import { clauseOf, PlatformError } from './platform-error';
import { ProblemLog } from './problem-log';
import { readJson } from './read-json';
import { retryAfterOf } from './retry-after';
import { urlOf } from './rules';
import type { OwnClientSettings } from './settings';

/** Seconds: a refusal is permanent, and not asked about again before this; unless our key changes. */
const AFTER_REFUSAL = 600;
/** Seconds: after what may pass. */
const FIRST_RETRY = 1;
const LONGEST_RETRY = 60;
/** Life of an assertion, in seconds. */
const ASSERTION_LIFE = 60;
/** A voucher is renewed when this part of its life is left. */
const AHEAD = 0.2;
const GREATEST_LIFE = 86_400;
/** Seconds that a voucher must still hold when it is sent. */
const ON_THE_WAY = 5;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const TOKEN = /^[\w.~+/=-]{1,8192}$/;

export interface OwnVoucher {
  readonly token: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Our own client at the platform: gets vouchers for the platform's API by client assertion, keeps the one in hand, and
 * renews it ahead of its end, one request at a time.
 */
export class OwnClient {
  readonly log = new ProblemLog('our own voucher');
  /** What DPoP vouchers are bound to; undefined for Bearer vouchers. */
  readonly dpop: DpopKey | undefined;
  readonly id: string;
  private readonly settings: OwnClientSettings;
  private readonly tokenUri: URL;
  private readonly rules: FetchRules;
  private readonly keeper: KeyKeeper;
  private readonly backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY);
  private held: OwnVoucher | undefined;
  private flight: Promise<OwnVoucher> | undefined;
  /** The key whose assertion was refused, and when. */
  private refused: { readonly key: SigningKey; readonly at: number } | undefined;

  /** @throws ConfigError for a key that is none, or not RSA of at least 2048 bits. */
  constructor(settings: OwnClientSettings, kind: 'Bearer' | 'DPoP', rules: FetchRules, now: number) {
    this.settings = settings;
    this.id = settings.id;
    this.tokenUri = urlOf(settings.tokenUri, 'pdnd.token_uri');
    this.rules = rules;
    this.keeper = assertionKeeper(settings, now);
    this.dpop = kind === 'DPoP' ? new DpopKey() : undefined;
  }

  /** A voucher that holds at `now` (seconds). Rejects with PlatformError. */
  async voucher(now: number): Promise<OwnVoucher> {
    this.look(now);
    if (this.held !== undefined && now < this.held.expiresAt - ON_THE_WAY) return this.held;
    return this.ask(now);
  }

  /** Gets a voucher ahead of the need for one. */
  look(now: number): void {
    const { held } = this;
    const dueAt = held === undefined ? -Infinity : held.expiresAt - (held.expiresAt - held.issuedAt) * AHEAD;
    // What goes wrong is told in the log of problems, and to whoever needs the voucher.
    if (now >= dueAt && this.wait(now) === 0) this.ask(now).catch(() => undefined);
  }

  /** The API did not want this voucher any more. */
  drop(voucher: OwnVoucher): void {
    if (this.held === voucher) this.held = undefined;
  }

  async settled(): Promise<void> {
    await this.flight?.catch(() => undefined);
  }

  private wait(now: number): number {
    const { refused } = this;
    if (refused === undefined || refused.key !== this.keeper.current(now)) return this.backoff.wait(now);
    return Math.max(this.backoff.wait(now), Math.ceil(refused.at + AFTER_REFUSAL - now), 0);
  }

  private ask(now: number): Promise<OwnVoucher> {
    if (this.flight !== undefined) return this.flight;
    const wait = this.wait(now);
    if (wait > 0) return Promise.reject(new PlatformError('our own voucher cannot be had', { retryAfter: wait }));
    this.flight = this.renew(now).finally(() => {
      this.flight = undefined;
    });
    return this.flight;
  }

  private async renew(now: number): Promise<OwnVoucher> {
    const key = this.keeper.current(now);
    try {
      this.held = this.read(await this.request(key, now), now);
    } catch (error) {
      this.failed(error, key, now);
      throw error;
    }
    this.refused = undefined;
    this.backoff.succeeded();
    this.log.solved();
    return this.held;
  }

  private failed(error: unknown, key: SigningKey, now: number): void {
    const problem = clauseOf(error);
    const { permanent, retryAfter = 0 } = error instanceof PlatformError ? error : { permanent: false };
    if (permanent) this.refused = { key, at: now };
    else this.backoff.failed(now, retryAfter);
    this.log.report(problem);
  }

  /** The strict set of claims: the platform refuses any other, nbf too. */
  private async request({ signer }: SigningKey, now: number): Promise<FetchAnswer> {
    const { id, audience } = this.settings;
    const iat = Math.floor(now);
    const claims = { iss: id, sub: id, aud: audience, jti: randomUUID(), iat, exp: iat + ASSERTION_LIFE };
    const form = new URLSearchParams({
      client_id: id,
      client_assertion: await signer.sign(claims),
      client_assertion_type: ASSERTION_TYPE,
      grant_type: 'client_credentials',
    });
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      ...(this.dpop === undefined ? {} : { DPoP: this.dpop.prove('POST', this.settings.tokenUri, now) }),
    };
    const body = Buffer.from(form.toString());
    const answer = await fetchAnswer(
      this.tokenUri,
      { method: 'POST', headers: { ...headers, 'Content-Length': String(body.length) }, body },
      this.rules,
    );
    if (answer.status === 200) return answer;
    const permanent = answer.status < 500 && answer.status !== 429;
    throw new PlatformError(`the token endpoint answers ${answer.status}${permanent ? ADVICE : ''}`, {
      permanent,
      retryAfter: retryAfterOf(answer.headers),
    });
  }

  private read({ body }: FetchAnswer, now: number): OwnVoucher {
    const { access_token: token, token_type: type, expires_in: life } = readJson(body);
    const kind = this.dpop === undefined ? 'bearer' : 'dpop';
    if (typeof token !== 'string' || !TOKEN.test(token) || typeof type !== 'string' || type.toLowerCase() !== kind) {
      throw new PlatformError(`the token endpoint answers something else than a ${kind} voucher`);
    }
    if (!Number.isInteger(life) || Number(life) < 1) throw new PlatformError('the voucher has no life');
    this.refuseForeign(claimsOf(token));
    return { token, issuedAt: now, expiresAt: now + Math.min(GREATEST_LIFE, Number(life)) };
  }

  /** Not verified, which is for the API to do: a voucher of another kind would be refused there with less to say. */
  private refuseForeign(claims: JsonObject): void {
    if (claims['client_id'] !== this.id) throw new PlatformError('the voucher is for another client');
    if (claims['purposeId'] !== undefined) {
      throw new PlatformError('the client is no "api interop" client: its voucher is for an e-service', NOT_AGAIN);
    }
    if (this.dpop === undefined) return;
    const { jkt } = (claims['cnf'] ?? {}) as JsonObject;
    if (jkt !== this.dpop.thumbprint) throw new PlatformError('the voucher is bound to another key');
  }
}

const NOT_AGAIN = { permanent: true } as const;
const ADVICE =
  '; it does not say why: check client id, key and its kid, audience of the assertion, the clock, and that the client is of the kind "api interop"';

function claimsOf(token: string): JsonObject {
  const parts = splitCompact(token);
  const claims = typeof parts === 'string' ? parts : decodeJsonPart(parts.payload, 'payload');
  if (typeof claims === 'string') throw new PlatformError('the voucher is no JWT');
  return claims;
}

function assertionKeeper({ key, kid }: OwnClientSettings, now: number): KeyKeeper {
  const settings = {
    file: key,
    format: 'auto',
    password: null,
    password_file: null,
    kid,
    certificate: null,
    algorithm: 'RS256',
    reference: 'thumbprint',
  } as const;
  try {
    return keeperOf(settings, [], now);
  } catch (error) {
    if (error instanceof ConfigError) {
      throw new ConfigError('pdnd.client.key_file', error.problem, { cause: error.cause ?? error });
    }
    throw error;
  }
}
