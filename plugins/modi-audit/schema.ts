import { array, integer, record, string, type Infer } from '../core/schema';

/** The configuration of `modi-audit`: the only source of Kong's schema, of the type, and of the table in README.md. */
export const modiAuditSchema = record({
  description: 'Evidence of exchanges: the signed tokens and what is needed to check them years later.',
  fields: {
    organization: string({
      description: 'Who keeps the evidence, as others know it, such as the code of the public administrations index.',
      required: true,
    }),
    evidence: string({
      description:
        'What is kept. none: nothing, the log record alone. integrity: tokens, the headers they cover, digests, certificates, the signature of the answer. full: also the bodies, up to max_body_size.',
      default: 'integrity',
      one_of: ['none', 'integrity', 'full'],
    }),
    durability: string({
      description:
        'async: no call waits for the disk, nor with evidence integrity for its evidence; what finds no room in the queue is dropped and counted. before_response: the evidence of the request is on the disk before the service is called, that of the answer before the caller gets it, else 503.',
      default: 'async',
      one_of: ['async', 'before_response'],
    }),
    directory: string({
      description:
        'Where the files go: a path, absolute or relative to MODI_HOME. Made with mode 0700 when its parent is there. Needed unless evidence is none.',
    }),
    encryption: record({
      description: 'Evidence encrypted at rest, so that the gateway cannot read what it has written.',
      fields: {
        key: string({
          description:
            'Public key of whoever may read the evidence: PEM (key or certificate) or JWK, as text or as the path of a file. RSA from 2048 bits (RSA-OAEP-256), or EC and X25519 (ECDH-ES). Not set: in clear.',
          referenceable: true,
        }),
      },
    }),
    retention: integer({
      description:
        'Seconds after which `modi audit prune` removes evidence, keeping a proof of what was removed. Not set: it is kept.',
      between: [86_400, 2_147_483_647],
    }),
    redact: array({
      description:
        'Fields of the log record that become REDACTED on requests that get here, such as client_ip, request.uri, request.headers.x-user, request.querystring.cf, modi.authorization.sub.',
      elements: string({ description: 'A field of the record, with dots between the levels.' }),
    }),
    max_body_size: integer({
      description: 'Largest body kept with evidence full, in bytes; of larger ones length and digest are kept.',
      default: 1_048_576,
      between: [0, 67_108_864],
    }),
    max_file_size: integer({
      description: 'Bytes after which a new file is begun.',
      default: 67_108_864,
      between: [65_536, 2_147_483_647],
    }),
    max_file_age: integer({
      description: 'Seconds after which a new file is begun.',
      default: 3600,
      between: [60, 604_800],
    }),
    max_queue_size: integer({
      description: 'Bytes of evidence that may wait for the disk. Beyond: dropped and counted (async), or 503.',
      default: 67_108_864,
      between: [65_536, 1_073_741_824],
    }),
    disclosure: string({
      description:
        'What a caller is told when evidence cannot be stored. code: code, title and one sentence. full: also the reason. none: the status alone.',
      default: 'code',
      one_of: ['code', 'full', 'none'],
    }),
    compat: string({
      description:
        "Whose words a refusal speaks. standard: this pack's. govway: statuses, titles, body and headers of that product, with our code beside them, for callers who coded against it.",
      default: 'standard',
      one_of: ['standard', 'govway'],
    }),
  },
});

export type ModiAuditConfig = Infer<typeof modiAuditSchema>;
