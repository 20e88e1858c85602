import { Agent } from 'node:http';
import type { Cast } from '../corpus';
import { send } from '../http';
import { makeRequest } from '../requests';
import { pause } from './random';

/** Callers that send one signed request after the other to `url`, whatever is being killed, until they are stopped. */
export class Callers {
  /** Kong's ids of the requests whose caller got the service's answer, since last taken. */
  acknowledged: string[] = [];
  answered = 0;
  /** How often something else came back, by status. */
  readonly others = new Map<number | string, number>();
  private readonly agent: Agent;
  private readonly running: Promise<unknown>;
  private isOver = false;

  constructor(url: string, cast: Cast, count: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: count });
    this.running = Promise.all(Array.from({ length: count }, () => this.call(url, cast)));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
    this.agent.destroy();
  }

  private async call(url: string, cast: Cast): Promise<void> {
    while (!this.isOver) {
      const request = makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec, integrity: true });
      const answer = await send(url, request, { agent: this.agent }).catch(() => undefined);
      if (answer?.status === 200) {
        this.answered += 1;
        this.acknowledged.push(String(answer.headers['x-kong-request-id']));
        continue;
      }
      const kind = answer?.status ?? 'broken';
      this.others.set(kind, (this.others.get(kind) ?? 0) + 1);
      await pause(20);
    }
  }
}
