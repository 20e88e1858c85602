import type { Target, Upstream } from '../config';

/** Where one try goes. */
export interface Peer {
  readonly host: string;
  readonly port: number;
}

/** Round robin by weight over the targets of an upstream; each target's turns are spread over the round. */
export class Balancer {
  readonly hostHeader: string | null;
  private readonly wheel: readonly Target[];
  private turn = 0;

  constructor(upstream: Upstream) {
    this.hostHeader = upstream.host_header;
    this.wheel = spread(upstream.targets.filter(({ weight }) => weight > 0));
  }

  /** The next target; undefined when there is none with a weight. */
  next(): Peer | undefined {
    const peer = this.wheel[this.turn % Math.max(1, this.wheel.length)];
    this.turn += 1;
    return peer;
  }
}

/** Smooth weighted round robin: one full round, in which no target waits longer than it must. */
function spread(targets: readonly Target[]): Target[] {
  const unit = targets.map(({ weight }) => weight).reduce(greatestCommonDivisor, 0) || 1;
  const entries = targets.map((target) => ({ target, weight: target.weight / unit, current: 0 }));
  const total = entries.reduce((sum, { weight }) => sum + weight, 0);
  return Array.from({ length: Math.min(total, MAX_ROUND) }, () => {
    for (const entry of entries) entry.current += entry.weight;
    const [best] = [...entries].sort((a, b) => b.current - a.current);
    if (best === undefined) throw new TypeError('an upstream without targets has no round');
    best.current -= total;
    return best.target;
  });
}

/** Weights go up to 65535; beyond this many turns the proportions are close enough. */
const MAX_ROUND = 4096;

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
