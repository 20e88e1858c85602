import type { Gauge } from '../core/gauges';

export interface ServeOptions {
  readonly socketPath: string;
  readonly logLevel: string;
  readonly deadlineMs: number;
  readonly maxFrameBytes: number;
  readonly graceMs: number;
  readonly metrics: string | undefined;
}

/**
 * Serves until SIGTERM or SIGINT, then finishes what is in flight and lets the process end with 0.
 * Structured logs go to stderr, which Kong copies into its own error log.
 */
export async function serve(options: ServeOptions): Promise<void> {
  // Loaded here and not at the top: describing a plugin needs none of it and must be quick.
  const [
    { default: pino },
    { startServer },
    { Instances },
    { loadAllPlugins },
    { NO_METRICS, startMetrics },
    { GAUGES, LABELLED_GAUGES },
    { setNoticeSink },
    { closeEvidence },
  ] = await Promise.all([
    import('pino'),
    import('./server.js'),
    import('./instances.js'),
    import('./registry.js'),
    import('./metrics.js'),
    import('../core/gauges.js'),
    import('../core/notices.js'),
    import('../core/evidence/index.js'),
  ]);
  const destination = pino.destination({ dest: 2, sync: true });
  const logger = pino({ name: 'modi-pluginserver', level: options.logLevel }, destination);
  setNoticeSink(({ level, message, fields }) => {
    logger[level](fields ?? {}, message);
  });
  const instances = new Instances(await loadAllPlugins());
  const instanceGauge: Gauge = { name: 'modi_instances', help: 'Live plugin instances.', read: () => instances.size };
  const metrics =
    options.metrics === undefined
      ? undefined
      : await startMetrics(options.metrics, [...GAUGES, instanceGauge], LABELLED_GAUGES);
  const server = await startServer({
    instances,
    logger,
    recorder: metrics?.recorder ?? NO_METRICS,
    socketPath: options.socketPath,
    deadlineMs: options.deadlineMs,
    maxFrameBytes: options.maxFrameBytes,
  });
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'stopping');
    metrics?.server.close();
    metrics?.server.closeAllConnections();
    const closed = server.close(options.graceMs).then(closeEvidence);
    void closed.then(() => {
      logger.info('stopped');
      destination.flushSync();
      process.exit(0);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Said last: whoever has read it may stop us.
  logger.info({ socket: options.socketPath, pid: process.pid }, 'listening');
}
