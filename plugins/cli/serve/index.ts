export { addressText, callableAddress, listenError, readAddress } from './address';
export type { Address } from './address';
export { openDevPlatform, PLATFORM_OPTIONS } from './dev-platform';
export { startCollector } from './collector-process';
export { openGateway, readConfigFile, readListeners } from './gateway';
export { openPlatform } from './platform';
export { startSampleService } from './sample-service';
export { LISTEN_OPTIONS } from './listen-options';
export type { ConfigSource } from './gateway';
