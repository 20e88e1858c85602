import { once } from 'node:events';
import { openRedis, type RedisClient } from './connect';
import type { RedisSettings } from './settings';

/** A connection that nobody has used for this long is closed: its configuration may be gone. Milliseconds. */
const IDLE_MS = 600_000;

/** A connection that is opened when first needed, and closed when idle. */
export class RedisLink {
  private readonly settings: RedisSettings;
  private readonly opened: (client: RedisClient) => void;
  private opening: Promise<RedisClient> | undefined;
  private idle: NodeJS.Timeout | undefined;

  /** @param opened gets each new client before it is connected; must listen for `error`. */
  constructor(settings: RedisSettings, opened: (client: RedisClient) => void) {
    this.settings = settings;
    this.opened = opened;
  }

  /** A client that is connected. @throws Error when it cannot connect, or has not within `timeout` milliseconds. */
  async ready(timeout: number): Promise<RedisClient> {
    this.idle = this.idle?.refresh() ?? setTimeout(() => void this.close(), IDLE_MS).unref();
    this.opening ??= this.open();
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

  private async open(): Promise<RedisClient> {
    const client = await openRedis(this.settings);
    client.setMaxListeners(0);
    this.opened(client);
    return client;
  }
}
