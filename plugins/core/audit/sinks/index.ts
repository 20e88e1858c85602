export { farEndOf } from './far-end-of';
export { refuseOtherKinds } from './kinds';
export { Sink } from './sink';
export { SINKS_FIELD } from './sink-schema';
