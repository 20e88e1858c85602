import { redisFields } from '../../redis';
import { array, boolean, integer, map, record, string, type Infer } from '../../schema';
import { FACILITIES, SEVERITIES } from './syslog-words';

const QUEUE = record({
  description:
    'How records are gathered and repeated, in the words of Kong’s own queues; the chain itself is the queue.',
  fields: {
    max_batch_size: integer({
      description: 'Most records that are sent at once.',
      default: 200,
      between: [1, 10_000],
    }),
    max_coalescing_delay: integer({
      description: 'Most seconds that a record waits for others to be sent with.',
      default: 1,
      between: [0, 3600],
    }),
    initial_retry_delay: integer({
      description: 'Seconds before the first repetition; each further one waits twice as long.',
      default: 1,
      between: [1, 3600],
    }),
    max_retry_delay: integer({
      description: 'Most seconds between two repetitions.',
      default: 60,
      between: [1, 86_400],
    }),
    max_retry_time: integer({
      description: 'Seconds after which a batch goes to the dead letters instead. Default: it is repeated for ever.',
      between: [1, 31_536_000],
    }),
  },
});

const severity = <const D extends (typeof SEVERITIES)[number]>(description: string, word: D) =>
  string({ description, one_of: SEVERITIES, default: word });

const SYSLOG = record({
  description: 'A receiver of RFC 5424 messages over TLS (RFC 5425).',
  fields: {
    host: string({ description: 'Address of the receiver.' }),
    port: integer({ description: 'Port of the receiver.', default: 6514, between: [1, 65_535] }),
    tls: boolean({ description: 'Off: plain TCP, which anybody on the way can read and change.', default: true }),
    server_name: string({ description: 'Name that the certificate must hold, sent as SNI. Not set: the host.' }),
    certificate: string({ description: 'Own certificate where the receiver asks for one, or the chain: path or PEM.' }),
    key: string({ description: 'Private key of the own certificate: path or PEM.' }),
    facility: string({ description: 'Facility of the messages.', one_of: FACILITIES, default: 'local0' }),
    successful_severity: severity('Severity of calls answered below 400, and of what is no call.', 'info'),
    client_errors_severity: severity('Severity of calls answered with 4xx.', 'warning'),
    server_errors_severity: severity('Severity of calls answered with 5xx, and of records that are missing.', 'err'),
    app_name: string({ description: 'APP-NAME.', default: 'modi-audit', match: '^[!-~]{1,48}$' }),
    structured_data_id: string({
      description:
        'SD-ID of the record’s id; behind the @ your own enterprise number. The default has the one of RFC 5612 for examples.',
      default: 'modi@32473',
      match: '^[A-Za-z0-9_.-]{1,20}@[0-9]{1,11}$',
    }),
    max_message_size: integer({
      description: 'Most octets of a message; a longer one goes to the dead letters. Set the receiver to no less.',
      default: 8192,
      between: [480, 1_048_576],
    }),
  },
});

const OPENTELEMETRY = record({
  description: 'A receiver of OpenTelemetry logs by HTTP, as JSON.',
  fields: {
    logs_endpoint: string({ description: 'Where logs are posted to; as a rule …/v1/logs.', match: '^https?://' }),
    resource_attributes: map({
      description: 'Attributes of the resource. service.name is modi-audit, service.instance.id the node, unless set.',
      values: string({ description: 'Value of the attribute.' }),
    }),
    compression: string({ description: 'Compression of the requests.', one_of: ['none', 'gzip'], default: 'none' }),
  },
});

const REDIS = record({
  description: 'Streams of a Redis 6 or later, or Valkey. Give host, or the sentinel fields, or cluster_nodes.',
  fields: {
    ...redisFields({ ssl: true }),
    password_file: string({ description: 'File with the password of the user, read when the sink connects.' }),
    prefix: string({
      description: 'What the names of the streams begin with; node and id of the chain follow.',
      default: 'modi:audit',
      match: '^[A-Za-z0-9:._-]+$',
    }),
    max_length: integer({
      description: 'About how many records a stream keeps; older ones go. Default: all.',
      between: [1, 1_000_000_000],
    }),
  },
});

/** Far ends that get the records of the chain, too. */
export const SINKS_FIELD = array({
  description: 'Far ends that get the records of the chain as well, each at its own pace.',
  elements: record({
    description: 'One far end that takes batches of records.',
    fields: {
      name: string({
        description: 'Name of the sink; its cursor and its dead letters are kept under it.',
        required: true,
        match: '^[a-z0-9][a-z0-9-]*$',
      }),
      kind: string({
        description: 'What the far end speaks.',
        one_of: ['http', 'syslog', 'opentelemetry', 'redis'],
        default: 'http',
      }),
      http_endpoint: string({ description: 'http: where batches are posted to.', match: '^https?://' }),
      format: string({
        description: 'http: form of a batch, an array, or one object per line.',
        one_of: ['json', 'ndjson'],
        default: 'json',
      }),
      timeout: integer({
        description: 'Seconds that the far end has for its answer.',
        default: 10,
        between: [1, 300],
      }),
      ca: string({
        description: 'Authorities of the far end’s certificate: path or PEM. Default: the platform’s. Not for redis.',
      }),
      headers: map({
        description: 'http, opentelemetry: headers sent with each batch.',
        values: string({ description: 'Value of the header, as it is sent.' }),
      }),
      header_files: map({
        description: 'http, opentelemetry: headers whose value is a secret, name to file, read anew for each batch.',
        values: string({ description: 'Path of the file that holds the value.' }),
      }),
      syslog: SYSLOG,
      opentelemetry: OPENTELEMETRY,
      redis: REDIS,
      queue: QUEUE,
    },
  }),
  default: [],
});

export type SinkSettings = Infer<typeof SINKS_FIELD>[number];
export type SyslogSettings = SinkSettings['syslog'];
export type OpenTelemetrySettings = SinkSettings['opentelemetry'];
export type RedisSinkSettings = SinkSettings['redis'];
