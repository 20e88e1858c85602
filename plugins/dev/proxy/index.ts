export { Balancer } from './balancer';
export { Forwarder, ServiceUnavailableError } from './forward';
export { GATEWAY_TOKEN } from './request-headers';
export { addGatewayHeaders, fromService } from './response-headers';
