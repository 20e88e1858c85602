import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange';

/** Sends the answer: the body at hand, or the service's as it comes. Resolves when the client has it, or is gone. */
export async function sendAnswer(exchange: Exchange, streamed: IncomingMessage | undefined): Promise<void> {
  const { answer, outgoing } = exchange;
  if (outgoing.destroyed) {
    streamed?.destroy();
    return;
  }
  outgoing.sendDate = !answer.headers.has('date');
  outgoing.writeHead(answer.status, answer.headers.flat());
  await (streamed === undefined ? end(exchange) : relay(exchange, streamed));
}

/** When either side breaks off, so does the other: nobody is left to tell. */
function relay({ outgoing }: Exchange, source: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('close', () => {
      if (!source.complete) source.destroy();
      resolve();
    });
    source.on('data', (chunk: Buffer) => {
      if (outgoing.write(chunk)) return;
      source.pause();
      outgoing.once('drain', () => source.resume());
    });
    source.once('end', () => outgoing.end());
    source.once('error', () => outgoing.destroy());
  });
}

function end({ answer, outgoing, incoming }: Exchange): Promise<void> {
  const body = incoming.method === 'HEAD' ? undefined : answer.body;
  return new Promise((resolve) => {
    outgoing.once('close', resolve);
    if (body === undefined || body.length === 0) outgoing.end();
    else outgoing.end(body);
  });
}
