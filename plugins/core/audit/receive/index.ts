export { LogReceiver } from './log-receiver';
export type { ReceiverSettings } from './log-receiver';
