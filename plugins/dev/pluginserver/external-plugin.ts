import type { NamedField, PlainRecord } from '../schema';
import type { Exchange } from '../exchange';
import type { ConfiguredPlugin, Phase } from '../plugin';
import type { GatewayLogger } from '../logger';
import { DialogueError, EXITED, type ExecuteMethod } from './connection';
import type { ConnectionPool } from './connection-pool';

/** Kong would go on for ever against a server that always closes; we give up after this many new instances. */
const MAX_RESTARTS = 3;

/** What a plugin server said about one plugin, and how to reach it. */
export interface ExternalKind {
  readonly name: string;
  readonly version: string;
  readonly priority: number;
  readonly phases: readonly Phase[];
  readonly fields: readonly NamedField[];
  readonly pool: ConnectionPool;
}

/** Binds the PDK to one exchange and phase. */
export type BindPdk = (exchange: Exchange, phase: Phase, plugin: string) => ExecuteMethod;

interface Instance {
  readonly id: Promise<number>;
  /** Known once started, so that the usual request does not wait a tick for it. */
  started: number | undefined;
}

/** One configuration of a plugin of a plugin server, with an instance of it for each worker. */
export class ExternalPlugin implements ConfiguredPlugin {
  readonly name: string;
  readonly phases: ReadonlySet<Phase>;
  private readonly kind: ExternalKind;
  private readonly config: PlainRecord;
  private readonly pdk: BindPdk;
  private readonly logger: GatewayLogger;
  private readonly siblings: Set<ExternalPlugin>;
  private readonly instances = new Map<number, Instance>();

  /** `siblings`: every configuration of the same plugin; a lost server takes the instances of all of them. */
  constructor(options: {
    readonly kind: ExternalKind;
    readonly config: PlainRecord;
    readonly pdk: BindPdk;
    readonly logger: GatewayLogger;
    readonly siblings: Set<ExternalPlugin>;
  }) {
    this.kind = options.kind;
    this.name = options.kind.name;
    this.phases = new Set(options.kind.phases);
    this.config = options.config;
    this.pdk = options.pdk;
    this.logger = options.logger;
    this.siblings = options.siblings;
    this.siblings.add(this);
  }

  access(exchange: Exchange): Promise<void> {
    return this.event(exchange, 'access');
  }

  response(exchange: Exchange): Promise<void> {
    return this.event(exchange, 'response');
  }

  log(exchange: Exchange): Promise<void> {
    return this.event(exchange, 'log');
  }

  /** Ends the instances; no event may be under way. A server that is gone has none to end. */
  async close(): Promise<void> {
    this.siblings.delete(this);
    const started = [...this.instances.values()].map(({ started: id }) => id);
    this.instances.clear();
    for (const id of started) if (id !== undefined) await this.closeInstance(id);
  }

  private async closeInstance(id: number): Promise<void> {
    try {
      await this.kind.pool.call({ cmd_close_instance: { instance_id: id } });
    } catch (error) {
      if (!(error instanceof DialogueError)) throw error;
      this.logger.debug(`${this.name}: close_instance ${id}: ${error.message}`);
    }
  }

  /** A server that lost its instances gets new ones and the phase from its start; any other failure is a 500. */
  private async event(exchange: Exchange, phase: Phase): Promise<void> {
    for (let restarts = 0; ; restarts += 1) {
      const id = this.instances.get(exchange.worker)?.started ?? (await this.instance(exchange.worker));
      try {
        const event = { instance_id: id, event_name: phase };
        await this.kind.pool.call({ cmd_handle_event: event }, this.pdk(exchange, phase, this.name));
        return;
      } catch (error) {
        const lost = error instanceof DialogueError && /no plugin instance|closed/i.test(error.message);
        if (!lost || restarts === MAX_RESTARTS) throw error;
        this.logger.warn(`${this.name}: ${error.message}; starting a new instance`);
        this.forgetInstances(exchange.worker, id);
      }
    }
  }

  /** Unless somebody has already replaced the lost one. */
  private forgetInstances(worker: number, lost: number): void {
    if (this.instances.get(worker)?.started !== lost) return;
    for (const sibling of this.siblings) sibling.instances.clear();
  }

  private instance(worker: number): Promise<number> {
    const known = this.instances.get(worker);
    if (known !== undefined) return known.id;
    const instance: Instance = { id: this.start(), started: undefined };
    this.instances.set(worker, instance);
    instance.id.then(
      (id) => {
        instance.started = id;
      },
      () => {
        if (this.instances.get(worker) === instance) this.instances.delete(worker);
      },
    );
    return instance.id;
  }

  private async start(): Promise<number> {
    const config = Buffer.from(JSON.stringify(this.config), 'latin1');
    const answer = await this.kind.pool
      .call({ cmd_start_instance: { name: this.name, config } })
      .catch((error: unknown) => {
        // Kong raises here, whatever the text says: a server that cannot start an instance is not asked again.
        throw new Error(`starting an instance of ${this.name} failed: ${(error as Error).message}`);
      });
    const id = answer === EXITED ? undefined : answer.instance_status?.instance_id;
    if (id === undefined) throw new Error(`starting an instance of ${this.name} failed: no instance id`);
    return id;
  }
}
