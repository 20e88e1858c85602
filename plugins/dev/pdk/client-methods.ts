import { bytesOf, toByteString, toText } from '../byte-strings';
import type { Route, Service } from '../config';
import type { AuthenticatedConsumer, Exchange } from '../exchange';
import { ACCESS, ANY_PHASE, method, type MethodTable } from './method';
import type { WireMessages } from '../../runtime/wire/messages';

/** kong.client and kong.router: who called, and what was matched. */
export const CLIENT_METHODS: MethodTable = {
  ...method('kong.client.get_ip', ANY_PHASE, ({ exchange }) => ({ v: bytesOf(exchange.remoteAddress) })),
  ...method('kong.client.get_forwarded_ip', ANY_PHASE, ({ exchange }) => ({ v: bytesOf(exchange.remoteAddress) })),
  ...method('kong.client.get_port', ANY_PHASE, ({ exchange }) => ({ v: exchange.incoming.socket.remotePort ?? 0 })),
  ...method('kong.client.get_forwarded_port', ANY_PHASE, ({ exchange }) => ({
    v: exchange.incoming.socket.remotePort ?? 0,
  })),
  ...method('kong.client.get_protocol', ANY_PHASE, ({ exchange }) => ({ v: bytesOf(exchange.listener.scheme) })),
  ...method('kong.client.get_credential', ANY_PHASE, ({ exchange }) => exchange.credential),
  ...method('kong.client.get_consumer', ANY_PHASE, ({ exchange }) =>
    exchange.consumer === undefined ? undefined : consumerMessage(exchange.consumer),
  ),
  ...method('kong.client.load_consumer', ANY_PHASE, ({ gateway }, { id, by_username: byUsername }) => {
    if (id === undefined || id === '') throw new Error('consumer_id must be a string');
    return gateway.findConsumer(toByteString(id), byUsername ?? false);
  }),
  ...method('kong.client.authenticate', ACCESS, ({ exchange }, { consumer, credential }) => {
    authenticate(exchange, consumer, credential);
    return undefined;
  }),
  ...method('kong.router.get_route', ANY_PHASE, ({ exchange }) =>
    exchange.match === undefined ? undefined : routeMessage(exchange.match.route),
  ),
  ...method('kong.router.get_service', ANY_PHASE, ({ exchange }) => {
    const service = exchange.match?.route.service;
    return service === undefined ? undefined : serviceMessage(service);
  }),
};

function authenticate(
  exchange: Exchange,
  consumer: WireMessages['AuthenticateArgs']['consumer'],
  credential: WireMessages['AuthenticateArgs']['credential'],
): void {
  if (consumer === undefined && credential === undefined) {
    throw new Error('either credential or consumer must be provided');
  }
  exchange.consumer =
    consumer === undefined
      ? undefined
      : {
          id: toByteString(consumer.id ?? ''),
          ...(consumer.username ? { username: toByteString(consumer.username) } : {}),
          ...(consumer.custom_id ? { custom_id: toByteString(consumer.custom_id) } : {}),
        };
  exchange.credential =
    credential === undefined
      ? undefined
      : {
          id: toByteString(credential.id ?? ''),
          ...(credential.consumer_id ? { consumer_id: toByteString(credential.consumer_id) } : {}),
        };
}

export const consumerMessage = (consumer: AuthenticatedConsumer): WireMessages['Consumer'] => ({
  id: toText(consumer.id),
  ...(consumer.username ? { username: toText(consumer.username) } : {}),
  ...(consumer.custom_id ? { custom_id: toText(consumer.custom_id) } : {}),
  ...(consumer.tags ? { tags: consumer.tags.map(toText) } : {}),
});

const routeMessage = (route: Route): WireMessages['Route'] => ({
  id: route.id,
  ...(route.name === null ? {} : { name: toText(route.name) }),
  protocols: [...route.protocols],
  methods: [...(route.methods ?? [])],
  hosts: [...(route.hosts ?? [])],
  paths: [...(route.paths ?? [])],
  https_redirect_status_code: route.https_redirect_status_code,
  regex_priority: route.regex_priority,
  strip_path: route.strip_path,
  preserve_host: route.preserve_host,
  tags: route.tags ?? [],
  ...(route.service === undefined ? {} : { service: { id: route.service.id } }),
});

const serviceMessage = (service: Service): WireMessages['Service'] => ({
  id: service.id,
  ...(service.name === null ? {} : { name: toText(service.name) }),
  retries: service.retries,
  protocol: service.protocol,
  host: service.host,
  port: service.port,
  ...(service.path === null ? {} : { path: service.path }),
  connect_timeout: service.connect_timeout,
  write_timeout: service.write_timeout,
  read_timeout: service.read_timeout,
  tags: service.tags ?? [],
});
