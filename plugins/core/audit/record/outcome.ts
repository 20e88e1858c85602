import { numberOf, tableOf, textOf, type Table } from './kong-line';

/** Whether Kong answered by itself. Kong before 3.6 does not say; then no service was asked. */
export const isAnsweredByKong = (line: Table): boolean =>
  line['source'] === undefined ? upstreamStatus(line) === undefined : line['source'] !== 'upstream';

/**
 * What became of a request, by whom, and under which code. `accepted` and `refused` are about the request, `failed` about
 * what came after it was accepted. Where nobody had a say, Kong's own answer is `gateway` and the service's `unjudged`.
 */
export function outcomeOf(line: Table, modi: Table): Table {
  const status = numberOf(tableOf(line['response'])['status']);
  const { result, by, code, detail } = verdictOf(line, modi, status ?? 0);
  return { result, by, status, upstream_status: serviceStatus(line, status), code, detail };
}

interface Verdict {
  readonly result: 'accepted' | 'refused' | 'failed' | 'gateway' | 'unjudged';
  readonly by: 'modi-verify' | 'modi-sign' | 'modi-audit' | 'kong' | 'service';
  readonly code?: unknown;
  readonly detail?: unknown;
}

/** The last who refused comes first: what modi-audit refuses, modi-verify had accepted. */
function verdictOf(line: Table, modi: Table, status: number): Verdict {
  const [response, evidence] = [tableOf(modi['response']), tableOf(modi['evidence'])];
  if (evidence['outcome'] === 'refused') {
    const result = evidence['phase'] === 'response' ? 'failed' : 'refused';
    return { result, by: 'modi-audit', code: evidence['code'], detail: evidence['detail'] };
  }
  if (modi['outcome'] === 'refused') {
    return { result: 'refused', by: 'modi-verify', code: modi['code'], detail: modi['detail'] };
  }
  if (textOf(response['code']) !== undefined) {
    return { result: 'failed', by: 'modi-sign', code: response['code'], detail: response['detail'] };
  }
  const isJudged = textOf(modi['outcome']) !== undefined;
  if (!isAnsweredByKong(line)) return { result: isJudged ? 'accepted' : 'unjudged', by: 'service' };
  return { result: isJudged ? afterAccepted(status) : 'gateway', by: 'kong', code: kongCode(status) };
}

/** Kong's own answer to a request that modi-verify has let in: another plugin's no, or a fault. */
const afterAccepted = (status: number): Verdict['result'] =>
  status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'accepted';

/** Kong's log does not name the plugin, or the fault: its status is what there is. */
const kongCode = (status: number): string | undefined => (status >= 400 ? `KONG_${status}` : undefined);

function upstreamStatus(line: Table): number | undefined {
  const status = Number(line['upstream_status']);
  return Number.isInteger(status) && status > 0 ? status : undefined;
}

/** nginx writes 502 and 504 there also for a service that it could not reach. */
const UNREACHED: readonly number[] = [502, 504];

function serviceStatus(line: Table, status: number | undefined): number | undefined {
  const upstream = upstreamStatus(line);
  const isNginx = upstream === status && UNREACHED.includes(status ?? 0) && isAnsweredByKong(line);
  return isNginx ? undefined : upstream;
}
