/** What the gateway tells its operator; pino fits. */
export interface GatewayLogger {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}
