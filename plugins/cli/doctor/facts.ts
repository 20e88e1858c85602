import type { KongSettings, KongVersion } from '../kong';

/** A plugin of Kong's configuration, wherever it came from. References are ids or names, as Kong or kong.yml has them. */
export interface PluginEntity {
  readonly name: string;
  readonly enabled: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly route: string | undefined;
  readonly service: string | undefined;
}

export interface RouteEntity {
  /** What plugins refer to it by. */
  readonly key: string;
  readonly name: string;
  readonly service: string | undefined;
  readonly responseBuffering: boolean;
}

export interface Entities {
  readonly plugins: readonly PluginEntity[];
  readonly routes: readonly RouteEntity[];
}

/** How far a clock is ahead of ours, in seconds, by the Date of an answer; one second is rounding. */
export interface ClockReading {
  readonly of: string;
  readonly ahead: number;
}

/** What an unsigned request was answered. */
export interface UnsignedCall {
  readonly url: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** What was found out about a Kong. What is undefined could not be asked. */
export interface Facts {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly version: KongVersion | undefined;
  /** The settings in force, and who told them. */
  readonly settings: { readonly of: KongSettings; readonly from: string } | undefined;
  readonly entities: Entities | undefined;
  /** Names of the plugins that this Kong has loaded, with their versions. */
  readonly available: ReadonlyMap<string, string> | undefined;
  readonly clocks: readonly ClockReading[];
  readonly calls: readonly UnsignedCall[];
  /** Whether files and sockets that the settings name are on this machine. */
  readonly local: boolean;
}
