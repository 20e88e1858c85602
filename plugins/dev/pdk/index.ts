import { DialogueError, type ExecuteMethod } from '../pluginserver';
import type { Exchange } from '../exchange';
import type { GatewayLogger } from '../logger';
import type { Phase } from '../plugin';
import { CLIENT_METHODS } from './client-methods';
import { CONTEXT_METHODS } from './context-methods';
import type { AnswerView } from './answer-view';
import type { MethodTable, PdkGateway } from './method';
import { REQUEST_METHODS } from './request-methods';
import { RESPONSE_METHODS } from './response-methods';
import { SERVICE_METHODS } from './service-methods';

export { OWN_ANSWER, type AnswerView } from './answer-view';
export type { PdkGateway } from './method';
export { consumerMessage } from './client-methods';

const METHOD_TABLE: ReadonlyMap<string, MethodTable[string]> = new Map(
  Object.entries({
    ...REQUEST_METHODS,
    ...SERVICE_METHODS,
    ...RESPONSE_METHODS,
    ...CONTEXT_METHODS,
    ...CLIENT_METHODS,
  }),
);

/** The PDK as plugin servers see it: methods by name, carried out on one exchange in one phase. */
export function bindPdk(gateway: PdkGateway, logger: GatewayLogger, view: AnswerView) {
  return (exchange: Exchange, phase: Phase, plugin: string): ExecuteMethod => {
    const context = { exchange, phase, plugin, view, logger, gateway };
    return (name, args) => {
      const found = METHOD_TABLE.get(name);
      if (found === undefined) throw new DialogueError(`method "${name}" not found`);
      return found(context, args);
    };
  };
}
