/** Settings that are handed through to a plugin. */
export type Settings = Readonly<Record<string, unknown>>;

/** Calls per caller, by the words of Kong's rate-limiting; unset ones are null. */
export type Limits = Readonly<Record<string, number | null>>;

export interface Provider {
  readonly name: string;
  readonly base_url: string;
  readonly verify: Settings | null;
  readonly sign: Settings | null;
  readonly plugins: readonly Settings[] | null;
}

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly identity: string;
}

export interface EService {
  readonly name: string;
  readonly title: string | null;
  readonly openapi: OpenApi | undefined;
  readonly url: string;
  readonly path: string;
  readonly patterns: readonly string[];
  readonly audience: readonly string[];
  readonly sign: boolean;
  readonly limits: Limits | null;
  readonly verify: Settings | null;
  readonly plugins: readonly Settings[] | null;
}

/** What the catalogue takes from the description of an interface. */
export interface OpenApi {
  readonly file: string;
  readonly title: string;
  readonly version: string;
  /** Upper case, sorted. */
  readonly methods: readonly string[];
  readonly operations: number;
}

export interface Agreement {
  readonly organisation: Organisation;
  readonly service: EService;
  readonly limits: Limits | null;
  readonly until: string | null;
  readonly reference: string | null;
}

/** Everything in one order, whatever the order of the files: by name, agreements by organisation, then service. */
export interface ServiceCatalogue {
  readonly provider: Provider;
  readonly organisations: readonly Organisation[];
  readonly services: readonly EService[];
  readonly agreements: readonly Agreement[];
}
