import type { MessageName } from './messages';

/** What a PDK method takes and answers on the wire. `Empty` as answer: Kong replies with an empty frame. */
export interface MethodShape {
  readonly args: MessageName;
  readonly result: MessageName;
}

/** The methods of Kong that the pack calls, by their names on the wire. */
export const METHODS = {
  'kong.request.get_headers': { args: 'Int', result: 'Struct' },
  'kong.request.get_raw_body': { args: 'Empty', result: 'RawBodyResult' },
  'kong.request.get_method': { args: 'Empty', result: 'Text' },
  'kong.request.get_path_with_query': { args: 'Empty', result: 'Text' },
  'kong.nginx.get_var': { args: 'Text', result: 'Text' },
  'kong.ctx.shared.get': { args: 'Text', result: 'Value' },
  'kong.ctx.shared.set': { args: 'KV', result: 'Empty' },
  'kong.log.set_serialize_value': { args: 'KV', result: 'Empty' },
  'kong.client.load_consumer': { args: 'ConsumerSpec', result: 'Consumer' },
  'kong.client.authenticate': { args: 'AuthenticateArgs', result: 'Empty' },
  'kong.service.request.set_headers': { args: 'Struct', result: 'Empty' },
  'kong.service.request.clear_header': { args: 'Text', result: 'Empty' },
  'kong.service.response.get_status': { args: 'Empty', result: 'Int' },
  'kong.service.response.get_headers': { args: 'Int', result: 'Struct' },
  'kong.service.response.get_raw_body': { args: 'Empty', result: 'Text' },
  'kong.response.get_status': { args: 'Empty', result: 'Int' },
  'kong.response.get_headers': { args: 'Int', result: 'Struct' },
  'kong.response.set_headers': { args: 'Struct', result: 'Empty' },
  'kong.response.clear_header': { args: 'Text', result: 'Empty' },
  'kong.response.exit': { args: 'ExitArgs', result: 'Empty' },
} as const satisfies Record<string, MethodShape>;

export type MethodName = keyof typeof METHODS;
