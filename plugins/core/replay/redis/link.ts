import { notify } from '../../notices';
import { RedisLink, type RedisClient, type RedisSettings } from '../../redis';

/** The connection of one store, its troubles told once each. */
export class Link {
  private readonly name: string;
  private readonly link: RedisLink;
  private told: string | undefined;

  constructor(settings: RedisSettings) {
    this.name = settings.name;
    this.link = new RedisLink(settings, (client) => {
      this.watch(client);
    });
  }

  /** A client that is connected. @throws Error when it cannot connect, or has not within `timeout` milliseconds. */
  ready(timeout: number): Promise<RedisClient> {
    return this.link.ready(timeout);
  }

  close(): Promise<void> {
    return this.link.close();
  }

  /** Says what is wrong, once until it is another thing or all is well again. Texts only: errors carry arguments. */
  tell(problem: string): void {
    if (this.told === problem) return;
    this.told = problem;
    notify({ level: 'error', message: 'replay store in trouble', fields: { store: this.name, problem } });
  }

  tellRecovery(): void {
    if (this.told === undefined) return;
    this.told = undefined;
    notify({ level: 'info', message: 'replay store answers again', fields: { store: this.name } });
  }

  private watch(client: RedisClient): void {
    client.on('error', (error: Error) => {
      this.tell(error.message);
    });
    client.on('ready', () => void this.warnOfEviction(client));
  }

  /** A server that throws keys away when its memory is full forgets tokens that could still come again. */
  private async warnOfEviction(client: RedisClient): Promise<void> {
    const info = await client.info('memory').catch(() => undefined);
    const policy = /^maxmemory_policy:(\S+)/m.exec(info ?? '')?.[1];
    if (policy === undefined || policy === 'noeviction') return;
    notify({
      level: 'warn',
      message: 'the replay store evicts keys when full, and forgets used tokens then; set maxmemory-policy noeviction',
      fields: { store: this.name, policy },
    });
  }
}
