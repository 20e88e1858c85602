import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Exchange } from '../exchange';
import { textOf, type NamedField, type PlainRecord } from '../schema';
import type { BundledContext, BundledPlugin } from './types';

const FIELDS: readonly NamedField[] = [
  { header_name: { type: 'string', default: 'Kong-Request-ID' } },
  {
    generator: {
      type: 'string',
      default: 'uuid#counter',
      required: true,
      one_of: ['uuid', 'uuid#counter', 'tracker'],
    },
  },
  { echo_downstream: { type: 'boolean', required: true, default: false } },
];

type Generator = (exchange: Exchange) => string;

/** Kong's correlation-id: gives a request an id unless it brought one, and may repeat it to the client. */
export const CORRELATION_ID: BundledPlugin = {
  name: 'correlation-id',
  priority: 100_001,
  fields: FIELDS,
  configure: (config, context) => {
    const header = textOf(config['header_name']) || 'Kong-Request-ID';
    const generate = generatorOf(config, context);
    return {
      name: 'correlation-id',
      phases: new Set(['access', 'header_filter']),
      access: (exchange) => {
        identify(exchange, header, generate);
      },
      headerFilter: (exchange) => {
        if (config['echo_downstream'] !== true) return;
        const id = exchange.headers.first(header.toLowerCase());
        exchange.answer.headers.set(header, id === undefined || id === '' ? generate(exchange) : id);
      },
    };
  },
};

function identify(exchange: Exchange, header: string, generate: Generator): void {
  const given = exchange.headers.first(header.toLowerCase());
  const id = given === undefined || given === '' ? generate(exchange) : given;
  if (id !== given) exchange.headers.set(header, id);
  exchange.logValues.push({ key: 'correlation_id', value: id });
}

function generatorOf(config: PlainRecord, { now }: BundledContext): Generator {
  if (config['generator'] === 'uuid') return () => randomUUID();
  if (config['generator'] === 'tracker') return (exchange) => tracker(exchange, now());
  const prefix = randomUUID();
  let counter = 0;
  return () => {
    counter += 1;
    return `${prefix}#${counter}`;
  };
}

const connections = new WeakMap<Socket, { readonly serial: number; requests: number }>();
let connectionSerial = 0;

/** Address, port, process, connection, request on it, and time: what identifies a request on one machine. */
function tracker({ incoming, listener }: Exchange, now: number): string {
  const { socket } = incoming;
  const connection = connections.get(socket) ?? { serial: (connectionSerial += 1), requests: 0 };
  connections.set(socket, connection);
  connection.requests += 1;
  const place = `${socket.localAddress ?? ''}-${listener.port}-${process.pid}`;
  return `${place}-${connection.serial}-${connection.requests}-${(now / 1000).toFixed(3)}`;
}
