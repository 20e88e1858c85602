import type { BodyFacts, DigestAlgorithm, DigestEncoding, ParsedDigest } from '../digest';
import type { ChannelFacts, ChannelPolicy } from '../channel';
import type { TokenKind } from '../errors';
import type { RevocationAnswer, RevocationJudge, RevocationOutcome } from '../revocation';
import type { KnownCaller } from '../party';
import type { ParticipantKey, Party, PdndKeys } from '../pdnd';
import type { CompactParts, JsonObject } from '../token';
import type { CertificateFacts, Signer, SignerKey, UrlReference } from '../trust';
import type { AuditPolicy } from './audit-policy';
import type { PartyPolicy } from './party-policy';
import type { PdndPolicy } from './pdnd-policy';
import type { SignerCache } from './signer-cache';

/** Lower-case name to values as byte strings, in wire order. The shape Kong's port hands over. */
export type Headers = ReadonlyMap<string, readonly string[]>;

export type Algorithm = 'RS256' | 'RS384' | 'RS512' | 'ES256' | 'ES384' | 'ES512';

/** Finds a signer among those that are trusted at `now` (seconds); throws VerificationError when there is none. */
export interface SignerDirectory {
  /** Content hash of the trust material: two directories of one id give the same answers. */
  readonly id: string;
  readonly maxChain: number;
  byChain(x5c: readonly Buffer[], now: number): Signer;
  byThumbprint(thumbprint: string, now: number): Signer;
  /** Absent where no keys are trusted by their kid. */
  readonly byKid?: (kid: string, now: number) => Signer;
  /** Absent where x5u is not followed. */
  readonly byUrl?: (reference: UrlReference, now: number) => Signer;
  /** Where x5u may lead: hosts, with a port where it is not 443. */
  readonly urlHosts?: ReadonlySet<string>;
  /** What to wait for before the signer is looked up; undefined, as nearly always: nothing. */
  readonly prepare?: (reference: KeyReference, now: number) => Promise<void> | undefined;
}

/** The compiled configuration of one route: data, no clock, no I/O. */
export interface Policy {
  readonly unique: boolean;
  /** Undefined: the body is not looked at. INTEGRITY_REST_01 by certificate, INTEGRITY_REST_02 by the platform's keys. */
  readonly integrity: 'INTEGRITY_REST_01' | 'INTEGRITY_REST_02' | undefined;
  /** The pattern of the Authorization token, for texts. */
  readonly authentication: 'ID_AUTH_REST_01' | 'ID_AUTH_REST_02';
  /** Undefined: the caller is authenticated by a token of its own, not by a voucher. */
  readonly pdnd: PdndPolicy | undefined;
  /** Undefined: no audit token is asked for. */
  readonly audit: AuditPolicy | undefined;
  readonly audience: Readonly<Record<TokenKind, ReadonlySet<string>>>;
  readonly algorithms: ReadonlySet<string>;
  readonly signers: SignerDirectory;
  readonly signerCache: SignerCache;
  /** Undefined: revocation is not asked about. */
  readonly revocation: RevocationJudge | undefined;
  /** Greatest age by iat; infinite for tokens that are used until they expire. */
  readonly maxAge: Readonly<Record<TokenKind, number>>;
  readonly clockSkew: number;
  readonly maxLifetime: number;
  readonly maxTokenSize: number;
  readonly maxBodySize: number;
  readonly tokenOnEmptyBody: boolean;
  readonly digestAlgorithms: ReadonlySet<DigestAlgorithm>;
  readonly digestEncodings: ReadonlySet<DigestEncoding>;
  readonly requireSignedContentHeaders: boolean;
  readonly requiredSignedHeaders: readonly string[];
  /** Undefined: the connection is not looked at. */
  readonly channel: ChannelPolicy | undefined;
  /** Who may call. */
  readonly party: PartyPolicy;
}

export interface JoseHeader {
  readonly alg: Algorithm;
  readonly raw: JsonObject;
}

/** How the token names its signer. */
export interface KeyReference {
  readonly x5c: readonly Buffer[] | undefined;
  readonly thumbprint: string | undefined;
  /** Only where nothing else names the signer, and keys are trusted by their kid. */
  readonly kid?: string;
  /** Only where x5u is followed. */
  readonly url?: string;
}

/** The claims every later step relies on, types checked. */
export interface Claims {
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | undefined;
  readonly aud: readonly string[];
  readonly iss: string | undefined;
  readonly sub: string | undefined;
  readonly clientId: string | undefined;
  readonly jti: string | undefined;
  readonly raw: JsonObject;
}

/** One token on its way through the checks; each step fills in what it proved. */
export interface TokenState {
  readonly kind: TokenKind;
  readonly text: string;
  parts?: CompactParts;
  jose?: JoseHeader;
  reference?: KeyReference;
  signer?: Signer;
  /** Of tokens whose key is named by kid, with the key of the platform or of its participant. */
  kid?: string;
  key?: SignerKey;
  participant?: ParticipantKey;
  /** Of a DPoP proof: the RFC 7638 thumbprint of its key. */
  thumbprint?: string;
  revocation?: RevocationOutcome;
  /** Who said so. */
  revocationAnswers?: readonly RevocationAnswer[];
  claims?: Claims;
}

/** What the sender of a request knows of the answer it got. */
export interface AnswerFacts {
  readonly status: number;
  /** The method of the request; the body of an answer to HEAD is elsewhere. */
  readonly method: string;
  /** Whether errors of the service (5xx) must be signed too. */
  readonly errorsSigned: boolean;
  /** The answer must carry request_digest when the request carried a Digest. */
  readonly requestDigestRequired: boolean;
  /** The Digest header of the request, as it was sent. */
  readonly requestDigest: string | undefined;
}

/** What a verified voucher says; the platform wrote it. */
export interface VoucherFacts {
  readonly clientId: string;
  readonly purposeId: string;
  readonly consumerId: string | undefined;
  readonly producerId: string | undefined;
  readonly eserviceId: string | undefined;
  readonly descriptorId: string | undefined;
  readonly jti: string;
}

/** The request line, for proofs that cover it. */
export interface RequestLine {
  readonly method: string;
  /** Path and query as received. */
  readonly target: string;
}

/** One request, or one answer, on its way through the checks. */
export interface Verification {
  readonly policy: Policy;
  readonly headers: Headers;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly tokens: Partial<Record<TokenKind, TokenState>>;
  /** Present where the policy takes DPoP proofs. */
  readonly request?: RequestLine;
  /** Present when it is an answer that is judged. */
  readonly answer?: AnswerFacts;
  digest?: ParsedDigest;
  /** Known only after the body has been read. */
  body?: BodyFacts;
  /** The connection it came on, where the policy looks at it. */
  channel?: ChannelFacts;
  /** Whose connection it is. */
  channelHolder?: CertificateFacts;
  /** What is known of the revocation of that certificate; undefined where nobody was asked. */
  channelRevocation?: RevocationOutcome;
  /** Whom the list of callers knows it to come from, where there is one. */
  caller?: KnownCaller;
  client?: string;
  /** What Authorization began with, where the route takes vouchers. */
  scheme?: 'Bearer' | 'DPoP';
  voucher?: VoucherFacts;
  /** What the platform calls the parties of the voucher, as far as it is in hand; nothing is judged by it. */
  names?: Party;
}

/**
 * One check: one file, one place in the order. `run` throws a Refusal or returns having proved what it is named
 * for; `proved` tells the operator what, in one line, and is only asked for by `modi verify --explain`.
 */
export interface Check {
  readonly id: string;
  readonly title: { readonly en: string; readonly it: string };
  /** The token it judges, when it judges one. */
  readonly token?: TokenKind;
  /**
   * Asks for what `run` will judge by, where that is not in the request: `run` itself fetches nothing. A promise only
   * when it is not in hand. `keys` where the route has a platform. @throws or rejects with Refusal when it cannot be had.
   */
  prepare?(verification: Verification, keys: PdndKeys | undefined): Promise<void> | undefined;
  run(verification: Verification): void;
  proved(verification: Verification): string;
}
