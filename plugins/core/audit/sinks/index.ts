export { httpBatch } from './http-batch';
export { Sink } from './sink';
export { SINKS_FIELD } from './sink-schema';
