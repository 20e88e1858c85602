import { createServer, type Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Gauge, LabelledGauge } from '../core/gauges';
import type { Phase } from './plugin';

/** Told of every event; must cost next to nothing. */
export interface Recorder {
  event(plugin: string, phase: Phase, outcome: string, code: string | undefined, seconds: number): void;
}

export const NO_METRICS: Recorder = { event: () => undefined };

const DURATION_BUCKETS_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5];

/** Prometheus text over HTTP on a loopback port or a Unix socket. Labels are few and bounded. */
export async function startMetrics(
  listen: string,
  gauges: readonly Gauge[],
  labelledGauges: readonly LabelledGauge[] = [],
): Promise<{ recorder: Recorder; server: Server }> {
  const { Counter, Gauge: PromGauge, Histogram, Registry } = await import('prom-client');
  const registers = [new Registry()];
  const [registry] = registers;
  if (registry === undefined) throw new TypeError('unreachable');
  const events = new Counter({
    name: 'modi_events_total',
    help: 'Phases run, by plugin, phase, outcome (passed, exited, failed, deadline, lost) and code of a refusal.',
    labelNames: ['plugin', 'phase', 'outcome', 'code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'modi_event_seconds',
    help: 'Duration of a phase, including the time Kong takes to answer.',
    labelNames: ['plugin', 'phase'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const lag: Gauge = {
    name: 'modi_event_loop_lag_seconds',
    help: 'Mean delay of the event loop since the last scrape, above its resolution of 10 ms.',
    read: () => {
      const mean = delay.mean;
      delay.reset();
      return Number.isFinite(mean) ? Math.max(0, mean / 1e9 - 0.01) : 0;
    },
  };
  for (const gauge of [...gauges, lag]) {
    new PromGauge({
      name: gauge.name,
      help: gauge.help,
      registers,
      collect() {
        this.set(gauge.read());
      },
    });
  }
  for (const gauge of labelledGauges) {
    new PromGauge({
      name: gauge.name,
      help: gauge.help,
      labelNames: [gauge.label],
      registers,
      collect() {
        this.reset();
        for (const [labelValue, value] of gauge.read()) this.set({ [gauge.label]: labelValue }, value);
      },
    });
  }
  const recorder: Recorder = {
    event: (plugin, phase, outcome, code, duration) => {
      events.inc({ plugin, phase, outcome, code: code ?? '' });
      seconds.observe({ plugin, phase }, duration);
    },
  };
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    void registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await listening(server, listen);
  return { recorder, server };
}

/** `PORT`, `HOST:PORT` with a loopback host, or the absolute path of a socket. */
function listening(server: Server, listen: string): Promise<void> {
  const at = listen.lastIndexOf(':');
  const host = at === -1 ? '127.0.0.1' : listen.slice(0, at).replaceAll(/[[\]]/g, '');
  const target = listen.startsWith('/') ? { path: listen } : { host, port: Number(listen.slice(at + 1)) };
  if ('host' in target && !['127.0.0.1', '::1', 'localhost'].includes(target.host)) {
    throw new RangeError(`metrics listen on a loopback address or a socket, not on ${listen}`);
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(target, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
