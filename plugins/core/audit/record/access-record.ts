import { exchangeIdOf, numberOf, tableOf, textOf, type Table } from './kong-line';
import { outcomeOf } from './outcome';
import { beyond, tokenOf } from './told';
import { withoutTokens } from './tokens';

/** Version of the form of access records; docs/audit-record.schema.json describes it. */
export const RECORD_VERSION = 1;

/** What the audit trail says of one request. Names that are absent were not known. */
export type AccessRecord = Readonly<Record<string, unknown>>;

/**
 * The access record of one exchange, from what Kong logged of it: the fields of RAC_GEN_LOG_01, who asked and why, what
 * was decided, by which code, and how long it took. Never a token, no query string, no header and no body.
 *
 * The object `modi` that the plugins of the pack left there goes into the fields it has; what it has beyond them stays
 * under `modi`. Without it Kong answered by itself, or the plugin server was dead, and the record says so.
 */
export function accessRecord(line: Table, id = exchangeIdOf(line)): AccessRecord {
  const [request, modi] = [tableOf(line['request']), tableOf(line['modi'])];
  return withoutTokens(
    known({
      v: RECORD_VERSION,
      id,
      time: times(line),
      outcome: outcomeOf(line, modi),
      http: { method: request['method'], uri: pathOf(request['uri']), host: hostOf(request['url']) },
      api: { service: tableOf(line['service'])['name'], route: tableOf(line['route'])['name'] },
      client: clientOf(line, modi),
      purpose: modi['purpose'],
      patterns: modi['patterns'],
      replay: modi['replay'],
      ids: idsOf(modi),
      duration: durations(tableOf(line['latencies'])),
      size: { request: request['size'], response: tableOf(line['response'])['size'] },
      digest: { request: modi['digest'], response: tableOf(modi['response'])['digest'] },
      key: keyOf(modi),
      config_version: modi['config_version'],
      modi: beyond(modi),
    }),
  );
}

/** RAC_GEN_LOG_01: UTC, RFC 3339, upper-case T and Z. */
const iso = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined || Math.abs(milliseconds) > 8.64e15 ? undefined : new Date(milliseconds).toISOString();

function times(line: Table): Table {
  const accepted = numberOf(line['started_at']);
  const took = numberOf(tableOf(line['latencies'])['request']);
  return { accepted: iso(accepted), finished: iso(accepted === undefined ? undefined : accepted + (took ?? 0)) };
}

function clientOf(line: Table, modi: Table): Table {
  const authorization = tokenOf(modi, 'authorization');
  const consumer = tableOf(line['consumer']);
  return {
    ip: line['client_ip'],
    id: modi['client'],
    organization: modi['organization'],
    consumer: consumer['username'] ?? consumer['custom_id'],
    issuer: authorization['iss'],
    subject: authorization['sub'],
    client_id: authorization['client_id'],
  };
}

function idsOf(modi: Table): Table {
  return {
    modi_request: modi['request_id'],
    correlation: modi['correlation_id'],
    traceparent: modi['traceparent'],
    jti: {
      authorization: tokenOf(modi, 'authorization')['jti'],
      integrity: tokenOf(modi, 'integrity')['jti'],
      audit: tokenOf(modi, 'audit')['jti'],
      dpop: tokenOf(modi, 'dpop')['jti'] ?? tableOf(modi['pdnd'])['dpop_jti'],
      answer: tableOf(modi['response'])['jti'],
    },
  };
}

const durations = (latencies: Table): Table => ({
  total_ms: numberOf(latencies['request']),
  gateway_ms: numberOf(latencies['kong']),
  upstream_ms: positive(numberOf(latencies['proxy'])),
});

/** Kong writes -1 where no service was asked. */
const positive = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value;

const keyOf = (modi: Table): Table => ({
  certificate_subject: modi['certificate_subject'],
  certificate_sha256: modi['certificate_sha256'],
  certificate_not_after: modi['certificate_not_after'],
  request: tokenOf(modi, 'authorization')['key'] ?? tokenOf(modi, 'integrity')['key'],
  response: tableOf(modi['response'])['key'],
  revocation: modi['revocation'],
});

/** Query strings carry personal data, and sometimes tokens: only the path identifies the operation. */
const pathOf = (uri: unknown): string | undefined => textOf(uri)?.split('?', 1)[0];

const hostOf = (url: unknown): string | undefined => /^[a-z]+:\/\/([^/?#]+)/.exec(textOf(url) ?? '')?.[1];

/** Leaves out what is not known, at every depth. */
function known(table: Table): Table {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, value]) => {
      if (value === undefined || value === null) return [];
      if (typeof value !== 'object' || Array.isArray(value)) return [[name, value] as const];
      const inner = known(value as Table);
      return Object.keys(inner).length === 0 ? [] : [[name, inner] as const];
    }),
  );
}
