import { HeaderList } from './header-list';

/** Who made the answer, in the words of Kong's log record. */
export type AnswerSource = 'kong' | 'upstream';

/** The answer to the client while it is being made. */
export class Answer {
  status = 0;
  headers = new HeaderList();
  /** Undefined while nobody has made one: a proxied body goes through as a stream. */
  body: Buffer | undefined;
  source: AnswerSource = 'kong';
  /** True once a plugin or the gateway itself ended the request. */
  exited = false;

  /** kong.response.exit: status and body are replaced, headers already set stay. */
  exit(status: number, body: Buffer, headers: readonly (readonly [string, string | readonly string[]])[]): void {
    this.exited = true;
    this.status = status;
    this.body = body;
    this.source = 'kong';
    for (const [name, value] of headers) {
      const key = name.toLowerCase();
      if (key === 'transfer-encoding' || key === 'content-length') continue;
      // A length that does not fit the body would break the connection for whoever comes next on it.
      this.headers.set(name, value);
    }
    this.headers.remove('transfer-encoding');
    this.headers.set('Content-Length', String(body.length));
  }
}

/** A status that Kong may set. @throws Error in Kong's words for another. */
export function checkStatus(status: number): number {
  if (status < 100 || status > 599) throw new Error('code must be a number between 100 and 599');
  return status;
}
