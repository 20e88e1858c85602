import { array, integer, map, record, string, type Infer } from '../../schema';

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

/** Far ends that get the records of the chain, too. */
export const SINKS_FIELD = array({
  description: 'Far ends that get the records of the chain by HTTP as well, each at its own pace.',
  elements: record({
    description: 'One far end that takes batches of records by HTTP.',
    fields: {
      name: string({
        description: 'Name of the sink; its cursor and its dead letters are kept under it.',
        required: true,
        match: '^[a-z0-9][a-z0-9-]*$',
      }),
      http_endpoint: string({ description: 'Where batches are posted to.', required: true, match: '^https?://' }),
      format: string({
        description: 'Form of a batch: an array, or one object per line.',
        one_of: ['json', 'ndjson'],
        default: 'json',
      }),
      timeout: integer({
        description: 'Seconds that the far end has for its answer.',
        default: 10,
        between: [1, 300],
      }),
      ca: string({ description: 'Authorities of the far end’s certificate: path or PEM. Default: the platform’s.' }),
      headers: map({
        description: 'Headers sent with each batch.',
        values: string({ description: 'Value of the header, as it is sent.' }),
      }),
      header_files: map({
        description: 'Headers whose value is a secret: name to file, read anew for each batch.',
        values: string({ description: 'Path of the file that holds the value.' }),
      }),
      queue: QUEUE,
    },
  }),
  default: [],
});

export type SinkSettings = Infer<typeof SINKS_FIELD>[number];
