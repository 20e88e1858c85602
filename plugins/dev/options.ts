import type { GatewayFaults } from './faults';
import type { GatewayLogger } from './logger';
import type { ConfigSource } from './config';
import type { PluginServerEntry } from './pluginserver';

/** Where to listen. Port 0 takes a free one. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. A client certificate is asked for, and any is taken (nginx's ssl_verify_client optional_no_ca). */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface GatewayOptions {
  /** Path of a kong.yml, or its text and the name to call it by. */
  readonly configFile: string | ConfigSource;
  readonly listen: readonly ListenOptions[];
  /** As pluginserver_names of kong.conf; default: the pack's own server, for each plugin of the pack in use. */
  readonly pluginServers?: readonly PluginServerEntry[];
  readonly logger: GatewayLogger;
  /** Kong's worker processes: as many instances of each plugin configuration. Default 1. */
  readonly workers?: number;
  /** Longest wait for a plugin server's next frame, in milliseconds. Default 60,000, as in Kong. */
  readonly pluginServerTimeout?: number;
  /** Shortest time from one start of a plugin server to the next, in milliseconds. Default 1,000, as in Kong. */
  readonly respawnInterval?: number;
  /** Milliseconds since 1970; default the machine's clock. */
  readonly now?: () => number;
  /** Each record that a log plugin would get, after the answer has been sent. */
  readonly onLog?: (record: string) => void;
  /** Misbehaviour of a real Kong to order; for tests only. */
  readonly faults?: GatewayFaults;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

export interface GatewayStats {
  readonly requests: number;
  /** Requests whose answer or log is not finished. */
  readonly inFlight: number;
  /** Times the plugin servers were started. */
  readonly pluginServerStarts: number;
  /** Answers 500 that the gateway made because a plugin or its server failed. */
  readonly failures: number;
}

export interface RunningGateway {
  readonly addresses: readonly ListenAddress[];
  /** Of the first listener, without a slash at the end. */
  readonly url: string;
  readonly stats: GatewayStats;
  /** Process id of the (first) plugin server; undefined while none is running. */
  pluginServerPid(): number | undefined;
  /**
   * Puts another configuration in force; requests under way keep the old one.
   * @throws GatewayConfigError, and then the old one stays.
   */
  reload(configText: string): Promise<void>;
  /** Stops accepting, ends what is open, stops the plugin servers. */
  close(): Promise<void>;
}
