import type { IncomingMessage } from 'node:http';
import { checkStatus, type Exchange } from './exchange';
import type { Generation } from './generation';
import type { GatewayLogger } from './logger';
import type { ConfiguredPlugin } from './plugin';
import { addGatewayHeaders, fromService, ServiceUnavailableError } from './proxy';
import { findRoute } from './find-route';
import { sendAnswer } from './send-answer';

/** What the life of a request needs of the gateway around it. */
export interface LifecycleContext {
  readonly logger: GatewayLogger;
  readonly now: () => number;
  /** A plugin or its server failed, and the answer is 500. */
  onFailure(): void;
}

/** Takes one request from its headers to its log record. Never rejects: what fails becomes an answer and a log line. */
export async function serveExchange(
  exchange: Exchange,
  generation: Generation,
  context: LifecycleContext,
): Promise<void> {
  const streamed = await makeAnswer(exchange, generation, context);
  try {
    runHeaderFilter(exchange, context);
    addGatewayHeaders(exchange, context.now());
    await sendAnswer(exchange, streamed);
  } catch (error) {
    tell(context, exchange, error);
    exchange.outgoing.destroy();
  }
  await runLog(exchange, context);
  await exchange.body.dispose().catch((error: unknown) => {
    tell(context, exchange, error);
  });
}

/** The answer, but for a body that is still to come from the service. Whatever breaks here is a 500. */
async function makeAnswer(
  exchange: Exchange,
  generation: Generation,
  context: LifecycleContext,
): Promise<IncomingMessage | undefined> {
  try {
    findRoute(exchange, generation);
    await runAccess(exchange, generation, context);
    return exchange.answer.exited ? undefined : await proxy(exchange, generation, context);
  } catch (error) {
    tell(context, exchange, error);
    exchange.exitWithError(500);
    return undefined;
  }
}

function tell({ logger }: LifecycleContext, exchange: Exchange, error: unknown, who = ''): void {
  logger.error(`${who}${(error as Error).message}, request_id: ${exchange.id}`);
}

/** Every plugin's turn in access. After an exit the others no longer run, but are still found out: they log. */
async function runAccess(exchange: Exchange, { chains }: Generation, context: LifecycleContext): Promise<void> {
  const plugins: ConfiguredPlugin[] = [];
  exchange.plugins = plugins;
  for (const turn of chains.turnsOf(exchange.match?.route)) {
    const plugin = chains.resolve(turn, exchange);
    if (plugin === undefined) continue;
    plugins.push(plugin);
    if (exchange.answer.exited || plugin.access === undefined || !plugin.phases.has('access')) continue;
    try {
      const running = plugin.access(exchange);
      if (running !== undefined) await running;
    } catch (error) {
      fail(exchange, plugin, error, context);
    }
  }
}

async function proxy(
  exchange: Exchange,
  generation: Generation,
  context: LifecycleContext,
): Promise<IncomingMessage | undefined> {
  const fromUpstream = await generation.forwarder.send(exchange).catch((error: unknown) => {
    if (!(error instanceof ServiceUnavailableError)) throw error;
    const gone = exchange.outgoing.destroyed;
    context.logger[gone ? 'debug' : 'error'](`${error.message}, request_id: ${exchange.id}`);
    exchange.exitWithError(error.status, error.clientMessage);
    return undefined;
  });
  if (fromUpstream === undefined) return undefined;
  takeAnswer(exchange, fromUpstream, context.now());
  const responders = exchange.plugins.filter(({ phases }) => phases.has('response'));
  if (responders.length === 0) return fromUpstream;
  if (await buffer(exchange, fromUpstream, context)) await runResponse(exchange, responders, context);
  return undefined;
}

function takeAnswer(exchange: Exchange, fromUpstream: IncomingMessage, now: number): void {
  const { answer } = exchange;
  exchange.timings.answered = now;
  exchange.upstreamStatus = fromUpstream.statusCode ?? 502;
  exchange.serviceHeaders = fromService(fromUpstream.rawHeaders);
  answer.status = exchange.upstreamStatus;
  answer.source = 'upstream';
  // Plugins may have set headers in access already; the service's do not displace those of other names.
  answer.headers.takeOver(exchange.serviceHeaders);
}

async function buffer(exchange: Exchange, source: IncomingMessage, context: LifecycleContext): Promise<boolean> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) chunks.push(chunk);
    if (!source.complete) throw new Error('the service closed the connection within its answer');
  } catch (error) {
    return giveUp(context, exchange, error, 502);
  }
  try {
    // Kong sets the status of a buffered answer anew.
    checkStatus(exchange.answer.status);
  } catch (error) {
    return giveUp(context, exchange, error, 500);
  }
  exchange.serviceBody = Buffer.concat(chunks);
  exchange.answer.body = exchange.serviceBody;
  return true;
}

/** An answer of Kong's own in the place of the service's, of which nothing is left. */
function giveUp(context: LifecycleContext, exchange: Exchange, error: unknown, status: number): false {
  tell(context, exchange, error);
  exchange.answer.headers.removeAll();
  exchange.exitWithError(status);
  return false;
}

async function runResponse(
  exchange: Exchange,
  responders: readonly ConfiguredPlugin[],
  context: LifecycleContext,
): Promise<void> {
  for (const plugin of responders) {
    try {
      await plugin.response?.(exchange);
    } catch (error) {
      fail(exchange, plugin, error, context);
    }
    if (exchange.answer.exited) return;
  }
}

function runHeaderFilter(exchange: Exchange, context: LifecycleContext): void {
  for (const plugin of exchange.plugins) {
    try {
      plugin.headerFilter?.(exchange);
    } catch (error) {
      fail(exchange, plugin, error, context);
    }
  }
}

function fail(exchange: Exchange, plugin: ConfiguredPlugin, error: unknown, context: LifecycleContext): void {
  tell(context, exchange, error, `[${plugin.name}] `);
  context.onFailure();
  exchange.exitWithError(500);
}

async function runLog(exchange: Exchange, context: LifecycleContext): Promise<void> {
  for (const plugin of exchange.plugins) {
    if (!plugin.phases.has('log')) continue;
    try {
      await plugin.log?.(exchange);
    } catch (error) {
      tell(context, exchange, error, `[${plugin.name}] `);
    }
  }
}
