/** The form of an access record as JSON Schema (draft 2020-12). `npm run docs` writes it to docs. */
export const ACCESS_RECORD_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:modi:audit-record:1',
  title: 'Access record of the audit trail, version 1',
  description:
    'What the audit trail says of one request (RAC_GEN_LOG_01 and more). Fields that are absent were not known. A redacted field holds the text REDACTED, a pseudonym hmac: and 43 characters.',
  type: 'object',
  required: ['v', 'id', 'time', 'outcome', 'http'],
  additionalProperties: false,
  properties: {
    v: { const: 1, description: 'Version of this form.' },
    id: text(
      'Id of the request: what Kong answers as X-Kong-Request-Id, and problems as instance. Kong before 3.5 has none: then the id of modi-verify, or its place in the spool.',
    ),
    time: group('UTC, RFC 3339 with T and Z.', {
      accepted: time('When the first byte of the request arrived.'),
      finished: time('When the last byte of the answer had been sent.'),
    }),
    outcome: group('What became of the request.', {
      result: {
        enum: ['accepted', 'refused', 'failed', 'gateway', 'unjudged'],
        description:
          'accepted or refused; failed: accepted, but no answer could be given, signed or kept; gateway: Kong answered, and no plugin of the pack had a say or its process was dead; unjudged: the service answered, and no plugin had a say.',
      },
      by: {
        enum: ['modi-verify', 'modi-sign', 'modi-audit', 'kong', 'service'],
        description:
          'Whose answer the caller got. What modi-audit refused, modi-verify had accepted; kong is Kong itself or another plugin, which its log does not name.',
      },
      status: integer('HTTP status that the caller got.'),
      upstream_status: integer('HTTP status of the service.'),
      code: text(
        'Code of the refusal or failure, see docs/errors.md; KONG_ and the status where Kong answered with an error by itself.',
      ),
      detail: text('The refusal in one sentence, for the operator.'),
    }),
    http: group('The call.', {
      method: text('Method.'),
      uri: text('Path, without the query string.'),
      host: text('Host and port that were called.'),
    }),
    api: group('What was called, by the names of the configuration.', {
      service: text('Service.'),
      route: text('Route.'),
    }),
    client: group('Who called.', {
      ip: text('Address of the client, as Kong knows it.'),
      id: text('The caller, by config.identity.claim of modi-verify.'),
      organization: text('organizationIdentifier of the certificate.'),
      consumer: text('The consumer of Kong.'),
      issuer: text('iss of the authorization token.'),
      subject: text('sub of the authorization token.'),
      client_id: text('client_id of the authorization token.'),
    }),
    purpose: text('Purpose of the call (purposeId).'),
    patterns: {
      type: ['array', 'string'],
      items: { type: 'string' },
      description: 'ModI patterns that were verified.',
    },
    replay: text(
      'weak: that no token was used before, this node alone has said; the memory that all nodes share was down or full. Absent otherwise.',
    ),
    ids: group('Ids by which others know the exchange.', {
      modi_request: text('Id that the service got from modi-verify.'),
      correlation: text('X-Correlation-ID of the request.'),
      traceparent: text('W3C trace context of the request.'),
      jti: group('jti of each token.', {
        authorization: text('Authorization, a voucher of the PDND or not.'),
        integrity: text('Agid-JWT-Signature.'),
        audit: text('Agid-JWT-TrackingEvidence.'),
        dpop: text('DPoP proof.'),
        answer: text('Agid-JWT-Signature of the answer.'),
      }),
    }),
    duration: group('How long it took, in milliseconds.', {
      total_ms: number('From the first byte of the request to the last of the answer.'),
      gateway_ms: number('In Kong and its plugins, before the service was asked.'),
      upstream_ms: number('Waiting for the service.'),
    }),
    size: group('Bytes.', { request: integer('Of the request.'), response: integer('Of the answer.') }),
    digest: group('Digests, as the header Digest writes them.', {
      request: text('Of the body of the request, verified.'),
      response: text('Of the body of the answer, signed.'),
    }),
    key: group('Keys.', {
      certificate_subject: text('Subject of the caller’s certificate.'),
      certificate_sha256: text('x5t#S256 of the caller’s certificate.'),
      certificate_not_after: time('When the caller’s certificate ends.'),
      request: text('What the caller’s token says of its key.'),
      response: text('What the answer’s token says of its key.'),
      revocation: text('What was known of the revocation of the caller’s certificate.'),
    }),
    evidence: group(
      'Whether the evidence that modi-audit keeps of such a request is there. The collector always says so.',
      {
        state: {
          enum: ['complete', 'none', 'absent', 'partial', 'incomplete', 'dropped', 'unread'],
          description:
            'complete: all that was due is there; none: none is kept of it; absent: none came in the time that the collector waits; partial: a part is missing; incomplete: modi-audit had not got what modi-verify had found out, and its line holds no tokens; dropped: modi-audit had no room in that time; unread: the collector was told of no evidence store.',
        },
        missing: {
          type: 'array',
          items: { enum: ['request', 'answer'] },
          description: 'What was due and is not there. What comes later has a record of its own.',
        },
      },
    ),
    config_version: text('Hash of the configuration of the plugin that judged.'),
    modi: {
      type: ['object', 'string'],
      description: 'What the plugins have logged beyond the fields above; docs/operations.md has their meaning.',
    },
  },
} as const;

function text(description: string) {
  return { type: 'string', description } as const;
}

function time(description: string) {
  const pattern = '^(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z|REDACTED)$';
  return { type: 'string', pattern, description } as const;
}

function integer(description: string) {
  return { type: ['integer', 'string'], description } as const;
}

function number(description: string) {
  return { type: ['number', 'string'], description } as const;
}

function group(description: string, properties: Readonly<Record<string, unknown>>) {
  return { type: ['object', 'string'], additionalProperties: false, description, properties } as const;
}
