import { once } from 'node:events';
import { notify } from '../../notices';
import { openRedis, type RedisClient } from './connect';
import type { RedisSettings } from './settings';

/** A connection that nobody has used for this long is closed: its configuration may be gone. Milliseconds. */
const IDLE_MS = 600_000;

/** The connection of one store: opened when first needed, closed when idle, its troubles told once each. */
export class Link {
  private readonly settings: RedisSettings;
  private opening: Promise<RedisClient> | undefined;
  private idle: NodeJS.Timeout | undefined;
  private told: string | undefined;

  constructor(settings: RedisSettings) {
    this.settings = settings;
  }

  /** A client that is connected. @throws Error when it cannot connect, or has not within `timeout` milliseconds. */
  async ready(timeout: number): Promise<RedisClient> {
    this.idle = this.idle?.refresh() ?? setTimeout(() => void this.close(), IDLE_MS).unref();
    this.opening ??= openRedis(this.settings).then((client) => this.watch(client));
    const client = await this.opening;
    if (client.status !== 'ready') await once(client, 'ready', { signal: AbortSignal.timeout(timeout) });
    return client;
  }

  async close(): Promise<void> {
    const { opening } = this;
    clearTimeout(this.idle);
    this.opening = undefined;
    this.idle = undefined;
    (await opening)?.disconnect();
  }

  /** Says what is wrong, once until it is another thing or all is well again. Texts only: errors carry arguments. */
  tell(problem: string): void {
    if (this.told === problem) return;
    this.told = problem;
    notify({ level: 'error', message: 'replay store in trouble', fields: { store: this.settings.name, problem } });
  }

  tellRecovery(): void {
    if (this.told === undefined) return;
    this.told = undefined;
    notify({ level: 'info', message: 'replay store answers again', fields: { store: this.settings.name } });
  }

  private watch(client: RedisClient): RedisClient {
    client.setMaxListeners(0);
    client.on('error', (error: Error) => {
      this.tell(error.message);
    });
    client.on('ready', () => void this.warnOfEviction(client));
    return client;
  }

  /** A server that throws keys away when its memory is full forgets tokens that could still come again. */
  private async warnOfEviction(client: RedisClient): Promise<void> {
    const info = await client.info('memory').catch(() => undefined);
    const policy = /^maxmemory_policy:(\S+)/m.exec(info ?? '')?.[1];
    const store = this.settings.name;
    if (policy === undefined || policy === 'noeviction') return;
    notify({
      level: 'warn',
      message: 'the replay store evicts keys when full, and forgets used tokens then; set maxmemory-policy noeviction',
      fields: { store, policy },
    });
  }
}
