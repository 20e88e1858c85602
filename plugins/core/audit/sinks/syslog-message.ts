import type { Item } from './batches';
import type { SyslogSettings } from './sink-schema';
import { FACILITIES, SEVERITIES } from './syslog-words';
import { weightOf, type Weight } from './weight';

/** RFC 5424 6.4: a message in UTF-8 begins with it. */
const BOM = '\uFEFF';

/**
 * A record as a message of RFC 5424, in UTF-8: TIMESTAMP is when the record was written, HOSTNAME the node, MSGID its kind. The
 * structured data hold its id, and MSG is the JSON that every far end gets. The same record is the same message for ever,
 * hence no PROCID.
 */
export function syslogMessage({ id, entry, text }: Item, settings: SyslogSettings): Buffer {
  const { app_name, structured_data_id: sdId } = settings;
  const data = `[${sdId} id="${paramValue(id)}" chain="${paramValue(entry.chain)}"]`;
  const head = `<${priority(settings, weightOf(entry))}>1 ${entry.at} ${entry.node} ${app_name} - ${entry.kind}`;
  return Buffer.from(`${head} ${data} ${BOM}${text}`, 'utf8');
}

/** RFC 5425 4.3: the number of octets goes ahead, so that nothing in a message can end it. */
export const framed = (messages: readonly Buffer[]): Buffer =>
  Buffer.concat(messages.flatMap((message) => [Buffer.from(`${message.length} `, 'latin1'), message]));

/** RFC 5424 6.2.1. */
function priority(settings: SyslogSettings, weight: Weight): number {
  const words = {
    successful: settings.successful_severity,
    client_error: settings.client_errors_severity,
    server_error: settings.server_errors_severity,
  };
  return FACILITIES.indexOf(settings.facility) * 8 + SEVERITIES.indexOf(words[weight]);
}

/** RFC 5424 6.3.3. */
const paramValue = (text: string): string => text.replaceAll(/["\\\]]/g, String.raw`\$&`);
