import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

/**
 * The wire's messages. protobufjs was measured against @bufbuild/protobuf on a get_headers answer of twenty
 * headers (`npm run bench:wire`); it reads our own schema text at start and needs no generated code.
 */

/** google.protobuf.Value with its text as bytes. */
export interface WireValue {
  null_value?: number;
  number_value?: number;
  string_value?: Uint8Array;
  bool_value?: boolean;
  struct_value?: WireStruct;
  list_value?: WireList;
}
export interface WireStruct {
  fields?: Record<string, WireValue>;
}
export interface WireList {
  values?: WireValue[];
}

/** Message name to its JavaScript shape. A member that was not on the wire is absent. */
export interface WireMessages {
  Empty: object;
  Bool: { v?: boolean };
  Int: { v?: number };
  Number: { v?: number };
  Text: { v?: Uint8Array };
  KV: { k?: string; v?: WireValue };
  Struct: WireStruct;
  Value: WireValue;
  ExitArgs: { status?: number; body?: Uint8Array; headers?: WireStruct };
  RawBodyResult: { content?: Uint8Array; body_filepath?: Uint8Array; error?: Uint8Array };
  ConsumerSpec: { id?: string; by_username?: boolean };
  Consumer: { id?: string; username?: string; custom_id?: string; tags?: string[] };
  AuthenticateArgs: {
    consumer?: { id?: string; username?: string; custom_id?: string };
    credential?: { id?: string; consumer_id?: string };
  };
  AuthenticatedCredential: { id?: string; consumer_id?: string };
  ListValue: WireList;
  Target: { host?: string; port?: number };
  Route: {
    id?: string;
    name?: string;
    protocols?: string[];
    methods?: string[];
    hosts?: string[];
    paths?: string[];
    https_redirect_status_code?: number;
    regex_priority?: number;
    strip_path?: boolean;
    preserve_host?: boolean;
    tags?: string[];
    service?: { id?: string };
  };
  Service: {
    id?: string;
    name?: string;
    retries?: number;
    protocol?: string;
    host?: string;
    port?: number;
    path?: string;
    connect_timeout?: number;
    write_timeout?: number;
    read_timeout?: number;
    tags?: string[];
  };
  UriCapturesResult: { unnamed?: Uint8Array[]; named?: Record<string, Uint8Array> };
  RpcCall: {
    sequence?: number;
    cmd_get_plugin_names?: object;
    cmd_get_plugin_info?: { name?: string };
    cmd_start_instance?: { name?: string; config?: Uint8Array };
    cmd_get_instance_status?: { instance_id?: number };
    cmd_close_instance?: { instance_id?: number };
    cmd_handle_event?: { instance_id?: number; event_name?: string };
  };
  RpcReturn: {
    sequence?: number;
    instance_status?: { name?: string; instance_id?: number; config?: WireValue; started_at?: number };
  };
}

export type MessageName = keyof WireMessages;

const types = loadTypes();

function loadTypes(): ReadonlyMap<string, protobuf.Type> {
  const { root } = protobuf.parse(readFileSync(join(__dirname, 'pluginsocket.proto'), 'utf8'), { keepCase: true });
  const namespace = root.lookup('modi.wire') as protobuf.Namespace;
  const found = namespace.nestedArray.filter((nested) => nested instanceof protobuf.Type);
  for (const type of found) withoutDefaults(type);
  return new Map(found.map((type) => [type.name, type]));
}

/**
 * protobufjs answers the default of a member that was not sent; "absent" and "false" must stay apart here, so
 * the defaults are taken off the prototype (lists and maps keep theirs, which are empty).
 */
function withoutDefaults(type: protobuf.Type): void {
  const prototype = type.ctor.prototype as unknown as Record<string, unknown>;
  for (const field of type.fieldsArray) {
    if (!field.repeated && !field.map) Reflect.deleteProperty(prototype, field.name);
  }
}

function typeOf(name: MessageName): protobuf.Type {
  const type = types.get(name);
  if (type === undefined) throw new TypeError(`no message ${name} in pluginsocket.proto`);
  return type;
}

export function encodeMessage<N extends MessageName>(name: N, message: WireMessages[N]): Uint8Array {
  return typeOf(name).encode(message).finish();
}

/** @throws Error (protobufjs) when the bytes are not such a message. */
export function decodeMessage<N extends MessageName>(name: N, bytes: Uint8Array): WireMessages[N] {
  const decoded = typeOf(name).decode(bytes) as unknown as WireMessages[N];
  if (name === 'RpcCall' || name === 'RpcReturn') {
    const counted = decoded as { sequence?: unknown };
    counted.sequence = Number(counted.sequence ?? 0);
  }
  return decoded;
}
