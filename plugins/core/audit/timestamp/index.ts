export { Stamper } from './stamper';
export type { StamperSettings } from './stamper';
export { openTimestamp, TimestampError } from './token';
export type { Timestamp } from './token';
