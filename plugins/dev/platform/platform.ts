import { accessOf } from './api-access';
import { answerApi, type ApiVersion } from './api';
import type { PlatformData, PurposeData } from './data';
import type { PlatformFault, PlatformPart } from './faults';
import { json, notFound, problem, type PlatformAnswer, type PlatformRequest } from './http';
import { RateLimiter, type RateLimit } from './rate-limit';
import type { TokenRefusal } from './refusal';
import { Registry } from './registry';
import { signAnswer } from './sign-answer';
import { SigningKeys, type KeyMaker } from './signing-keys';
import { answerTokenRequest } from './token-endpoint';

export interface PlatformTerms {
  readonly data: PlatformData;
  readonly issuer: string;
  readonly assertionAudience: string;
  readonly rateLimit: RateLimit;
  readonly makeKey: KeyMaker;
  /** Seconds since the epoch. */
  readonly now: () => number;
  readonly onRefusal: (refusal: TokenRefusal) => void;
}

/** The platform without its sockets: what it knows, what it answers, and how it is made to fail. */
export class MockPlatform {
  readonly registry: Registry;
  /** What vouchers are signed with. */
  readonly voucherKeys: SigningKeys;
  /** What answers of v3 are signed with. */
  readonly answerKeys: SigningKeys;
  readonly faults = new Map<PlatformPart, PlatformFault>();
  /** Requests each part has seen. */
  readonly seen: Record<PlatformPart, number> = { jwks: 0, token: 0, api: 0, events: 0, 'answer-keys': 0 };
  private readonly terms: PlatformTerms;
  private readonly limiter: RateLimiter;
  private readonly proofs = new Set<string>();

  /** @throws PlatformDataError. */
  constructor(terms: PlatformTerms) {
    this.terms = terms;
    this.registry = new Registry(terms.data, terms.now);
    this.voucherKeys = new SigningKeys(terms.makeKey);
    this.answerKeys = new SigningKeys(terms.makeKey);
    this.limiter = new RateLimiter(terms.rateLimit);
  }

  setPurpose(purpose: PurposeData): void {
    this.registry.setPurpose(purpose);
  }

  /** Answers one request; `base` is the URL under which callers know the platform. */
  async answer(request: PlatformRequest, base: string): Promise<PlatformAnswer> {
    const { path, method } = request;
    switch (partOf(path)) {
      case undefined:
        return notFound('Resource');
      case 'token':
        return method === 'POST' ? this.answerToken(request, base) : notAllowed();
      case 'jwks':
        return method === 'GET' ? json(this.voucherKeys.jwks()) : notAllowed();
      case 'answer-keys':
        return method === 'GET' ? json(this.answerKeys.jwks()) : notAllowed();
      case 'api':
      case 'events':
        return method === 'GET' ? this.answerApi(request, base) : notAllowed();
    }
  }

  private answerToken(request: PlatformRequest, base: string): Promise<PlatformAnswer> {
    const { issuer, assertionAudience: audience, onRefusal, now } = this.terms;
    return answerTokenRequest(request, {
      registry: this.registry,
      keys: this.voucherKeys,
      limiter: this.limiter,
      proofs: this.proofs,
      issuer,
      audience,
      url: `${base}/token.oauth2`,
      now: now(),
      onRefusal,
    });
  }

  private async answerApi(request: PlatformRequest, base: string): Promise<PlatformAnswer> {
    const { issuer, now } = this.terms;
    const [, segment = '', path = ''] = API.exec(request.path) ?? [];
    const version = VERSIONS[segment];
    if (version === undefined) return notFound('Resource');
    const scheme = version === 'v3' ? 'DPoP' : 'Bearer';
    const url = base + request.path;
    const access = await accessOf(request, { scheme, keys: this.voucherKeys, issuer, url, now: now() });
    const answer = 'clientId' in access ? answerApi(version, path, request.query, this.registry) : access;
    if (version !== 'v3') return answer;
    const clientId = 'clientId' in access ? access.clientId : undefined;
    return signAnswer(answer, { key: this.answerKeys.current, issuer: `${base}/api`, clientId, now: now() });
  }
}

const API = /^\/api\/([^/]+)(\/.*)$/;
const VERSIONS: Readonly<Record<string, ApiVersion>> = { '1.0': 'v1', v2: 'v2', v3: 'v3' };

const notAllowed = (): PlatformAnswer => problem(405, 'Method Not Allowed', 'another method is needed');

/** Which part of the platform a path belongs to. */
export function partOf(path: string): PlatformPart | undefined {
  if (path === '/token.oauth2') return 'token';
  if (path === '/.well-known/jwks.json') return 'jwks';
  if (path === '/api/.well-known/jwks.json') return 'answer-keys';
  if (!API.test(path)) return undefined;
  return /\/(keyEvents|events\/keys)$/.test(path) ? 'events' : 'api';
}
