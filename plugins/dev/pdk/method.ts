import { decodeMessage, encodeMessage, type WireMessages } from '../../runtime/wire/messages';
import { METHODS, type MethodName } from '../../runtime/wire/methods';
import type { Exchange } from '../exchange';
import type { GatewayLogger } from '../logger';
import type { Phase } from '../plugin';
import type { EXITED } from '../pluginserver';
import type { AnswerView } from './answer-view';

/** What a method of the PDK works on. */
export interface PdkContext {
  readonly exchange: Exchange;
  readonly phase: Phase;
  readonly plugin: string;
  /** Where answers and kong.ctx.shared are read from: this exchange, unless a test asked for Kong's own leak. */
  readonly view: AnswerView;
  readonly logger: GatewayLogger;
  readonly gateway: PdkGateway;
}

/** What methods need of the gateway around the request. */
export interface PdkGateway {
  readonly nodeId: string;
  findConsumer(idOrUsername: string, byUsername: boolean): WireMessages['Consumer'] | undefined;
  hasUpstream(name: string): boolean;
  serialize(exchange: Exchange): string;
}

type Args<N extends MethodName> = WireMessages[(typeof METHODS)[N]['args']];
type Result<N extends MethodName> = WireMessages[(typeof METHODS)[N]['result']];
type Outcome<N extends MethodName> = Result<N> | undefined;

/** A method with its messages: bytes in, bytes out. */
export type BoundMethod = (context: PdkContext, args: Uint8Array) => Uint8Array | typeof EXITED | Promise<Uint8Array>;

export type MethodTable = Readonly<Record<string, BoundMethod>>;

const NOTHING = new Uint8Array(0);

/**
 * Ties a method's name to its code. `phases`: those in which Kong allows it; in another one it raises, which ends the
 * event. Undefined as result is an empty frame.
 */
export function method<const N extends MethodName>(
  name: N,
  phases: readonly Phase[],
  run: (context: PdkContext, args: Args<N>) => Outcome<N> | Promise<Outcome<N>>,
): MethodTable {
  const { args: argsName, result: resultName } = METHODS[name];
  const encode = (result: Outcome<N>): Uint8Array =>
    result === undefined ? NOTHING : encodeMessage(resultName, result as never);
  return {
    [name]: (context, bytes) => {
      if (!phases.includes(context.phase)) {
        throw new Error(`function ${name} cannot be called in ${context.phase} phase`);
      }
      const result = run(context, decodeMessage(argsName, bytes) as Args<N>);
      return result instanceof Promise ? result.then(encode) : encode(result);
    },
  };
}

export const ANY_PHASE: readonly Phase[] = ['access', 'response', 'log'];
export const BEFORE_SENT: readonly Phase[] = ['access', 'response'];
export const ACCESS: readonly Phase[] = ['access'];
export const WITH_ANSWER: readonly Phase[] = ['response', 'log'];
