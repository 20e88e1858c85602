import type { Path, PlainRecord } from '../schema';

/** What every entity of a kong.yml has. `record` is what Kong's log plugins print of it: set fields only. */
interface Entity {
  readonly id: string;
  readonly record: PlainRecord;
}

export interface Service extends Entity {
  readonly name: string | null;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string | null;
  readonly retries: number;
  readonly connect_timeout: number;
  readonly write_timeout: number;
  readonly read_timeout: number;
  readonly enabled: boolean;
  readonly tls_verify: boolean | null;
  readonly tags: string[] | null;
}

export interface Route extends Entity {
  readonly name: string | null;
  readonly service: Service | undefined;
  readonly protocols: readonly string[];
  readonly methods: readonly string[] | null;
  readonly hosts: readonly string[] | null;
  readonly paths: readonly string[] | null;
  readonly headers: Readonly<Record<string, readonly string[]>> | null;
  readonly snis: readonly string[] | null;
  readonly regex_priority: number;
  readonly strip_path: boolean;
  readonly preserve_host: boolean;
  readonly https_redirect_status_code: number;
  readonly path_handling: 'v0' | 'v1';
  readonly request_buffering: boolean;
  readonly response_buffering: boolean;
  readonly tags: string[] | null;
}

export interface Consumer extends Entity {
  readonly username: string | null;
  readonly custom_id: string | null;
  readonly tags: string[] | null;
  /** Groups of the acl plugin. */
  readonly groups: readonly string[];
}

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

export interface Upstream extends Entity {
  readonly name: string;
  readonly host_header: string | null;
  readonly targets: readonly Target[];
}

/** One entry under `plugins`, its config validated and with defaults. */
export interface PluginEntity {
  readonly id: string;
  readonly name: string;
  readonly instanceName: string | null;
  readonly enabled: boolean;
  readonly config: PlainRecord;
  readonly route: Route | undefined;
  readonly service: Service | undefined;
  readonly consumer: Consumer | undefined;
  /** Where its config stands in the file, for faults that are found when it is compiled. */
  readonly path: Path;
}

export interface GatewayConfig {
  readonly services: readonly Service[];
  readonly routes: readonly Route[];
  readonly consumers: readonly Consumer[];
  readonly upstreams: readonly Upstream[];
  readonly plugins: readonly PluginEntity[];
  /** What was accepted and has no effect here. */
  readonly warnings: readonly string[];
}
