import { HeaderList, type Exchange } from '../exchange';
import { GATEWAY_TOKEN } from './request-headers';

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** The service's headers without those of its connection. */
export function fromService(rawHeaders: readonly string[]): HeaderList {
  const headers = HeaderList.fromFlat(rawHeaders);
  const connection = headers.first('connection');
  for (const name of HOP_BY_HOP) headers.remove(name);
  for (const name of (connection ?? '').split(',')) {
    const listed = name.trim().toLowerCase();
    if (listed !== '' && listed !== 'close' && listed !== 'keep-alive') headers.remove(listed);
  }
  return headers;
}

/** Adds what Kong adds to every answer: how long it took, through whom, and under which id. */
export function addGatewayHeaders(exchange: Exchange, now: number): void {
  const { answer, timings } = exchange;
  if (answer.source === 'upstream') {
    const via = answer.headers.first('via');
    answer.headers.set('X-Kong-Upstream-Latency', String(timings.answered - timings.proxied));
    answer.headers.set('X-Kong-Proxy-Latency', String(timings.proxied - timings.started));
    answer.headers.set('Via', `${via === undefined ? '' : `${via}, `}1.1 ${GATEWAY_TOKEN}`);
  } else {
    answer.headers.set('X-Kong-Response-Latency', String(now - timings.started));
    answer.headers.set('Server', GATEWAY_TOKEN);
  }
  answer.headers.set('X-Kong-Request-Id', exchange.id);
}
