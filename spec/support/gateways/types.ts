/** One plugin server as kong.conf knows it; several plugins may share a socket. */
export interface PluginServerSpec {
  readonly plugin: string;
  readonly socket: string;
  readonly start?: readonly string[];
  readonly describe: readonly string[];
}

export interface GatewaySpec {
  /** A whole kong.yml. */
  readonly kongYml: string;
  /** A folder of the test's own for sockets, logs and prefixes. */
  readonly folder: string;
  readonly pluginServers: readonly PluginServerSpec[];
  /** Listens with TLS as well, and asks every client for a certificate: PEM of the server's own. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly workers?: number;
  /** Test-only misbehaviour of the embedded gateway; a case that needs it cannot run on Kong. */
  readonly faults?: Readonly<Record<string, unknown>>;
}

export interface TestGateway {
  readonly kind: 'embedded' | 'kong' | 'docker';
  readonly url: string;
  /** With TLS, where it was asked for. */
  readonly tlsUrl?: string;
  /** The process id of the plugin server that runs now. */
  pluginServerPid(): Promise<number | undefined>;
  /** The files in which it keeps bodies of requests that it is reading; none are seen of one in a container. */
  bodyFiles(): readonly string[];
  /** What the gateway and the plugin server wrote to their logs so far. */
  log(): string;
  stop(): Promise<void>;
}
