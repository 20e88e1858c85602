import type { ServerResponse } from 'node:http';
import type { PlatformAnswer } from './http';

/** The parts of the platform that can be made to fail, one by one. */
export type PlatformPart = 'jwks' | 'token' | 'api' | 'events' | 'answer-keys';

/** What a part does instead of what it should. */
export type PlatformFault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Answers rightly, but late. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Takes the request and says nothing. */
  | { readonly kind: 'silence' }
  /** Sends without an end. */
  | { readonly kind: 'endless' }
  /** Hangs up in the middle of the answer. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'body'; readonly body: string; readonly type?: string }
  /** The right answer, but for what `change` makes of it. */
  | { readonly kind: 'change'; change(answer: PlatformAnswer): PlatformAnswer };

const CHUNK = Buffer.alloc(65_536, ' ');

/** Sends what the fault makes of an answer. */
export function sendFaulty(response: ServerResponse, fault: PlatformFault, answer: PlatformAnswer): void {
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, fault.headers).end();
      return;
    case 'delay':
      setTimeout(() => {
        send(response, answer);
      }, fault.milliseconds).unref();
      return;
    case 'silence':
      return;
    case 'endless':
      response.writeHead(200, { 'Content-Type': 'application/json' });
      sendForEver(response);
      return;
    case 'cut':
      response.writeHead(200, { ...answer.headers, 'Content-Length': String(answer.body.length + 100) });
      response.write(answer.body, () => {
        response.destroy();
      });
      return;
    case 'body':
      response.writeHead(200, { 'Content-Type': fault.type ?? 'application/json' }).end(fault.body);
      return;
    case 'change':
      send(response, fault.change(answer));
  }
}

export function send(response: ServerResponse, { status, headers, body }: PlatformAnswer): void {
  response.writeHead(status, { ...headers, 'Content-Length': String(body.length) }).end(body);
}

function sendForEver(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(CHUNK)) continue;
  };
  response.on('drain', more);
  more();
}
