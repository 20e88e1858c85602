import type { Problem } from './problem';
import type { Answer } from './send';
import type { WireRequest } from './wire';

/** A request and what came back; the problem when it was refused with one. */
export interface Exchange {
  readonly wire: WireRequest;
  readonly url: URL;
  readonly answer: Answer;
  readonly problem: Problem | undefined;
}

export const isAccepted = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** The exchange as `modi.call/1` has it. */
export const exchangeForJson = ({ wire, url, answer, problem }: Exchange): object => ({
  outcome: isAccepted(answer) ? 'accepted' : 'refused',
  request: { method: wire.method, url: url.href, headers: wire.headers, body_bytes: wire.body.length },
  response: { status: answer.status, headers: answer.headers, body: answer.body.toString('utf8') },
  problem: problem === undefined ? null : problemForJson(problem),
});

const problemForJson = ({ code, title, detail, row, instance }: Problem): object => ({
  code: code ?? null,
  title: title ?? null,
  detail: detail ?? null,
  act: row?.act ?? null,
  clause: row?.clause ?? null,
  instance: instance ?? null,
});
