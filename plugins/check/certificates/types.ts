import type { Localized, ModiCode } from '../../core/errors';
import type { OcspConfig, RevocationOutcome } from '../../core/revocation';

/** What a source is there for, which says what its certificates must be fit for. */
export type Role =
  /** Vouches for signers of tokens, for clients of the channel, or for servers. */
  | 'anchor'
  | 'server_anchor'
  /** Believed as such: signs tokens, is a client of the channel, answers as a responder. */
  | 'signer'
  | 'client'
  | 'responder'
  /** Ours: we sign with it. */
  | 'own'
  /** Of whoever may read our evidence. */
  | 'recipient'
  | 'list'
  | 'key_set'
  /** A file that was given by itself. */
  | 'any';

/** One place where material is, before anybody has looked at it. */
export interface Source {
  /** Where a configuration names it; the name of the file that was given by itself. */
  readonly field: string;
  /** How reports call it. Never its contents. */
  readonly origin: string;
  readonly role: Role;
  /** The text itself, the absolute path of a file or a folder, or where it has to be fetched from. */
  readonly place: { readonly text: string } | { readonly path: string } | { readonly url: URL };
  /** Sources of one group belong together: a key and its certificate. */
  readonly group: string;
  readonly password: string | undefined;
  /** Extended key usages of which a signer must hold one; null: any. */
  readonly usages: readonly string[] | null;
  /** Who is asked about its certificates, where the network may be used. */
  readonly ocsp: OcspConfig | undefined;
  readonly privateHosts: readonly string[];
  /** Authorities of the server it is fetched from, as configured; null: those of the platform. */
  readonly ca: readonly string[] | null;
}

/** From the best to the worst; `unreadable` and `unknown` are no answer. */
export type State =
  | 'ok'
  /** Ends within the time that was asked for. */
  | 'ending'
  | 'ended'
  | 'not_yet'
  | 'revoked'
  /** The key is too weak. */
  | 'weak'
  /** May not do what it is there for. */
  | 'unfit'
  /** Leads to no anchor. */
  | 'untrusted'
  | 'unreadable'
  | 'unknown';

/** What was found about one certificate, list or key. */
export interface Row {
  /** Every place that names it. */
  readonly fields: readonly string[];
  readonly origin: string;
  readonly kind: 'certificate' | 'list' | 'key' | 'source';
  readonly name: string;
  /** Seconds since the epoch; undefined for what has no end. */
  readonly ends: number | undefined;
  readonly state: State;
  /** What the gateway refuses with for this reason, where it does. */
  readonly code: ModiCode | undefined;
  readonly detail: Localized | undefined;
  /** Undefined where nobody could be asked. */
  readonly revocation: RevocationOutcome | undefined;
}

/** What was not looked at, and why: behind the network, or known only where it runs. */
export interface LeftAlone {
  readonly field: string;
  readonly reason: 'network' | 'reference';
}

export interface Inspection {
  readonly rows: readonly Row[];
  readonly leftAlone: readonly LeftAlone[];
}

/** How material is looked at. Times in seconds. */
export interface InspectionSettings {
  readonly now: number;
  /** What ends within so many seconds is told. */
  readonly expiresWithin: number;
  /** The same for revocation lists, which live for days where certificates live for years. */
  readonly listsExpireWithin: number;
  /** Lists, key sets and responders that a configuration names may be asked for over the network. */
  readonly mayFetch: boolean;
}
