export { Balancer } from './balancer';
export { Forwarder, ServiceUnavailableError } from './forward';
export { addGatewayHeaders, fromService } from './response-headers';
