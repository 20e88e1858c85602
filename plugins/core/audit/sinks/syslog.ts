import type { ConnectionOptions } from 'node:tls';
import type { FarEnd, PathOf } from './far-end';
import { handOver } from './hand-over';
import { pemOf } from './pem';
import type { SinkSettings } from './sink-schema';
import { framed, syslogMessage } from './syslog-message';

/**
 * Sends records to a syslog receiver, one connection for each batch. Syslog has no acknowledgement; what comes nearest is the
 * receiver's close after ours (RFC 5425 4.4), so only that counts. A message that is too long is refused before anything
 * is sent.
 */
export function syslog(settings: SinkSettings, host: string, path: PathOf): FarEnd {
  const { port, tls, max_message_size: most } = settings.syslog;
  return {
    async deliver(batch) {
      const messages = batch.map((item) => syslogMessage(item, settings.syslog));
      if (messages.some(({ length }) => length > most)) {
        return { outcome: 'refused', why: `a message is longer than ${most} octets` };
      }
      await handOver(framed(messages), {
        host,
        port,
        tls: tls ? await tlsOptions(settings, path) : undefined,
        timeoutMs: settings.timeout * 1000,
      });
      return { outcome: 'taken' };
    },
    close: () => Promise.resolve(),
  };
}

async function tlsOptions({ ca, syslog }: SinkSettings, path: PathOf): Promise<ConnectionOptions> {
  const { certificate, key, server_name } = syslog;
  return {
    ...(ca === null ? {} : { ca: await pemOf(ca, path) }),
    ...(certificate === null ? {} : { cert: await pemOf(certificate, path) }),
    ...(key === null ? {} : { key: await pemOf(key, path) }),
    ...(server_name === null ? {} : { servername: server_name }),
  };
}
