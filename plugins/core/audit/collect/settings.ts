import { array, integer, readConfig, record, string, type Infer } from '../../schema';
import { ConfigError } from '../../schema';
import { nearest } from '../../text';
import { checkPaths } from '../record';
import { refuseOtherKinds, SINKS_FIELD } from '../sinks';

/** The file of a collector, in the words of the pack's plugins. */
export const COLLECTOR_SCHEMA = record({
  description: 'The file of modi audit collect.',
  fields: {
    node: string({
      description: 'Name of the Kong node whose requests are recorded; part of the file names. Default: the host name.',
      match: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    }),
    organization: string({ description: 'Whose audit trail this is: the name or code of the body.', required: true }),
    spool: array({
      description:
        'Files that the file-log plugins of this node write, as absolute paths or relative to MODI_HOME. Needed unless receive is set.',
      elements: string({ description: 'Path of a file that file-log writes; its rotated siblings are read, too.' }),
      default: [],
    }),
    receive: record({
      description: 'Takes the records that http-log sends, where Kong shall write no file. Off unless port is set.',
      fields: {
        port: integer({ description: 'Port on which http-log finds the collector.', between: [1, 65_535] }),
        host: string({ description: 'Address to listen on.', default: '127.0.0.1' }),
        file: string({
          description:
            'File that the records are written to before they are acknowledged; a further spool, rotated alike.',
        }),
        authorization_file: string({
          description:
            'File with the value of the header Authorization that http-log must send. Needed where host is not a loopback address.',
        }),
      },
    }),
    evidence: record({
      description: 'Where modi-audit keeps the evidence, when it does.',
      fields: {
        directory: string({ description: 'The directory that modi-audit writes; without it no evidence is joined.' }),
        wait: integer({
          description: 'Seconds that a record waits for the evidence of its exchange before it goes without.',
          default: 2,
          between: [0, 3600],
        }),
        orphan_wait: integer({
          description: 'Seconds after which evidence without an access record gets a record of its own.',
          default: 600,
          between: [1, 604_800],
        }),
      },
    }),
    chain: record({
      description: 'The chain that is written.',
      required: true,
      fields: {
        directory: string({
          description: 'An existing folder for the chains, on a disk of its own if you can.',
          required: true,
        }),
        key: record({
          description: 'The organisation’s key that signs checkpoints; the fields are those of modi-sign.',
          required: true,
          fields: {
            file: string({ description: 'Private key: path, or the PEM or JWK itself.', required: true }),
            format: string({
              description: 'Form of the key; auto looks at the bytes.',
              one_of: ['auto', 'pem', 'jwk', 'pkcs12'],
              default: 'auto',
            }),
            password: string({ description: 'Password of the key. Better: password_file.' }),
            password_file: string({ description: 'File with the password of the key.' }),
            kid: string({ description: 'Name of a key without certificate; default: its thumbprint (RFC 7638).' }),
            certificate: string({ description: 'Certificate of the key, or the chain: path or PEM.' }),
            algorithm: string({
              description: 'Algorithm of the signatures; default: the natural one of the key.',
              one_of: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
            }),
          },
        }),
        checkpoint_records: integer({
          description: 'Most records from one signed checkpoint to the next.',
          default: 1000,
          between: [1, 100_000],
        }),
        checkpoint_seconds: integer({
          description: 'Most seconds that a record waits for a checkpoint.',
          default: 10,
          between: [1, 86_400],
        }),
        segment_bytes: integer({
          description: 'A file of the chain is closed when it has grown to this size.',
          default: 67_108_864,
          between: [4096, 4_294_967_296],
        }),
        timestamp_authority: record({
          description: 'An authority that stamps checkpoints with the time (RFC 3161); none when url is not set.',
          fields: {
            url: string({ description: 'Where the authority answers, by HTTP or HTTPS.', match: '^https?://' }),
            every: integer({
              description: 'Least seconds from one time stamp to the next.',
              default: 3600,
              between: [1, 2_592_000],
            }),
            timeout: integer({
              description: 'Seconds that the authority has for its answer.',
              default: 10,
              between: [1, 120],
            }),
          },
        }),
        witness: string({
          description:
            'A file elsewhere that every checkpoint is appended to: who rolls back the chain would need both.',
        }),
      },
    }),
    redact: array({
      description: 'Fields of the access record that are written as REDACTED.',
      elements: string({ description: 'Dotted path of a field of the access record, e.g. client.ip.' }),
      default: [],
    }),
    pseudonyms: record({
      description: 'Fields of the access record that are written as a keyed hash: the same value is the same hash.',
      fields: {
        key_file: string({
          description: 'File with the secret of the hashes, at least 32 bytes; who has it can tell whose a hash is.',
        }),
        fields: array({
          description: 'Fields that are written as hmac: and an HMAC-SHA-256.',
          elements: string({ description: 'Dotted path of a field of the access record, e.g. client.subject.' }),
          default: [],
        }),
      },
    }),
    personal_codes: string({
      description:
        'redact: a codice fiscale of a natural person in the path of the call or in the caller’s names is written as REDACTED. keep: it stays.',
      one_of: ['redact', 'keep'],
      default: 'redact',
    }),
    sinks: SINKS_FIELD,
  },
});

export type CollectorSettings = Infer<typeof COLLECTOR_SCHEMA>;

type Fields = (typeof COLLECTOR_SCHEMA)['fields'];

/**
 * The settings in a collector's file.
 * @throws ConfigError for a missing, wrong, unknown or idle field; an unknown one with the name that was meant.
 */
export function readSettings(raw: unknown): CollectorSettings {
  refuseUnknown(COLLECTOR_SCHEMA.fields, raw, '');
  const settings = readConfig(COLLECTOR_SCHEMA, raw);
  refuseTwins(settings.sinks.map(({ name }) => name));
  checkReceive(settings);
  checkPaths('redact', settings.redact);
  checkPaths('pseudonyms.fields', settings.pseudonyms.fields);
  if (settings.pseudonyms.fields.length > 0 && settings.pseudonyms.key_file === null) {
    throw new ConfigError('pseudonyms.key_file', 'pseudonyms need a secret');
  }
  const { sinks } = raw as { readonly sinks?: readonly object[] | null };
  for (const [index, sink] of settings.sinks.entries()) {
    refuseOtherKinds(sinks?.[index] ?? {}, sink, `sinks[${index + 1}]`);
  }
  return settings;
}

/** A collector without a source would collect nothing, and one that anybody can reach would believe anybody. */
function checkReceive({
  spool,
  receive: { port, host, file, authorization_file: authorization },
}: CollectorSettings): void {
  if (port === null) {
    if (spool.length === 0) throw new ConfigError('spool', 'needs at least one file, or receive.port must be set');
    return;
  }
  if (file === null) throw new ConfigError('receive.file', 'is needed with receive.port');
  if (!LOOPBACK.test(host) && authorization === null) {
    throw new ConfigError('receive.authorization_file', `is needed where ${host} is listened on`);
  }
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/** Two sinks of one name would share a cursor, and each would lose what the other has sent. */
function refuseTwins(names: readonly string[]): void {
  const index = names.findIndex((name, place) => names.indexOf(name) !== place);
  if (index !== -1) throw new ConfigError(`sinks[${index + 1}].name`, 'another sink has this name');
}

interface Nested {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly elements?: Nested;
}

function refuseUnknown(fields: Fields | Readonly<Record<string, unknown>>, raw: unknown, prefix: string): void {
  if (typeof raw !== 'object' || raw === null) return;
  for (const [name, value] of Object.entries(raw)) {
    const field = (fields as Readonly<Record<string, Nested>>)[name];
    if (field === undefined) {
      const meant = nearest(name, Object.keys(fields));
      throw new ConfigError(prefix + name, `unknown field${meant === undefined ? '' : `; did you mean ${meant}?`}`);
    }
    if (field.fields !== undefined) refuseUnknown(field.fields, value, `${prefix}${name}.`);
    const inner = field.elements?.fields;
    if (inner === undefined || !Array.isArray(value)) continue;
    for (const [index, one] of value.entries()) refuseUnknown(inner, one, `${prefix}${name}[${index + 1}].`);
  }
}
