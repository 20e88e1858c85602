import { readFile } from 'node:fs/promises';
import { RedisLink, redisSettings, type RedisClient, type RedisConfig } from '../../redis';
import type { Item } from './batches';
import { FarEndError, type Delivery, type FarEnd, type PathOf } from './far-end';
import type { RedisSinkSettings, SinkSettings } from './sink-schema';

interface Connection {
  readonly link: RedisLink;
  /** What it has last complained of. */
  trouble?: Error;
}

/**
 * Appends records to a stream of Redis, one for each chain: `prefix:node:chain`. A record has the id `seq-0` there, and Redis
 * takes an id only when it is higher than all before, so that none can be there twice, whatever comes again.
 *
 * @param field where the sink stands in the settings, for the errors
 * @throws ConfigError when the settings do not say where Redis is.
 */
export function redisStream(settings: SinkSettings, path: PathOf, field: string): FarEnd {
  const { redis, timeout } = settings;
  const config: RedisConfig = { ...redis, timeout: timeout * 1000 };
  // Said now, not when the first record is there.
  redisSettings(config, `${field}.redis`);
  let connection: Connection | undefined;

  /** Opens a connection with the password as it is now. */
  async function opened(): Promise<RedisClient> {
    if (connection === undefined) {
      const { password_file: file } = redis;
      const password = file === null ? redis.password : (await readFile(path(file), 'utf8')).trim();
      const link = new RedisLink(redisSettings({ ...config, password }, `${field}.redis`), (client) => {
        client.on('error', (error: Error) => {
          opening.trouble = error;
        });
      });
      const opening: Connection = { link };
      connection = opening;
    }
    return connection.link.ready(config.timeout);
  }

  async function close(): Promise<void> {
    const closing = connection;
    connection = undefined;
    await closing?.link.close();
  }

  return {
    close,
    async deliver(batch) {
      try {
        return await appended(await opened(), batch, redis);
      } catch (error) {
        const { trouble = error } = connection ?? {};
        // The next time it connects anew: the password may be another by then.
        await close();
        throw told(trouble);
      }
    },
  };
}

/**
 * All of the batch or none: in a transaction a record cannot be refused for want of memory and its successor taken, after
 * which it could never come in again.
 */
async function appended(client: RedisClient, batch: readonly Item[], settings: RedisSinkSettings): Promise<Delivery> {
  const [first] = batch;
  if (first === undefined) return { outcome: 'taken' };
  const stream = `${settings.prefix}:${first.entry.node}:${first.entry.chain}`;
  const limit = settings.max_length === null ? [] : ['MAXLEN', '~', settings.max_length];
  const transaction = client.multi();
  for (const { id, entry, text } of batch) {
    transaction.xadd(stream, ...limit, `${entry.seq}-0`, 'id', id, 'record', text);
  }
  const answers = (await transaction.exec()) ?? [];
  const known: Item[] = [];
  for (const [index, item] of batch.entries()) {
    const [error] = answers[index] ?? [new FarEndError('it gave no receipt')];
    if (error !== null && !error.message.includes('equal or smaller')) throw error;
    if (error !== null) known.push(item);
  }
  return (await isSame(client, stream, known))
    ? { outcome: 'taken' }
    : { outcome: 'refused', why: 'the stream has another record of this number' };
}

/** Whether what was there before is what was to be added; what has left the stream since was. */
async function isSame(client: RedisClient, stream: string, known: readonly Item[]): Promise<boolean> {
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return true;
  const entries = await client.xrange(stream, `${first.entry.seq}-0`, `${last.entry.seq}-0`);
  const there = new Map(entries.map(([number, [, id]]) => [number, id]));
  return known.every(({ id, entry }) => (there.get(`${entry.seq}-0`) ?? id) === id);
}

/** A failure without its text, which may hold what was sent: of an answer of Redis its first word, as OOM or READONLY. */
function told(error: unknown): unknown {
  const [cause = error] = previousErrors(error);
  if (!(cause instanceof Error) || cause.name !== 'ReplyError') return cause;
  return new FarEndError(`it answers ${/^[A-Z]{1,20}\b/.exec(cause.message)?.[0] ?? 'an error'}`, { cause });
}

/** Why a transaction was given up: its own error does not say. */
const previousErrors = (error: unknown): readonly unknown[] =>
  error instanceof Error && 'previousErrors' in error && Array.isArray(error.previousErrors)
    ? error.previousErrors
    : [];
