import type { Exchange } from './exchange';

/** Phases of a request in which a plugin may run. */
export type Phase = 'access' | 'response' | 'header_filter' | 'log';

/** One plugin with one configuration, ready to run. A phase that throws answers 500 and is logged. */
export interface ConfiguredPlugin {
  readonly name: string;
  readonly phases: ReadonlySet<Phase>;
  access?(exchange: Exchange): Promise<void> | void;
  response?(exchange: Exchange): Promise<void> | void;
  headerFilter?(exchange: Exchange): void;
  log?(exchange: Exchange): Promise<void> | void;
  /** Ends what the configuration holds open. */
  close?(): Promise<void>;
}
