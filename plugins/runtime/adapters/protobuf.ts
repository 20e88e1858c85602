import { ExitSignal } from '../exit-signal';
import type { Consumer, Kong, RawBody } from '../kong';
import type { WireMessages } from '../wire/messages';
import { fromWireHeaders, fromWireValue, textOf, toWireHeaders, toWireValue } from '../wire/values';
import type { Dialogue } from './dialogue';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** `Kong` over one dialogue of the ProtoBuf:1 wire. */
export function wireKong(dialogue: Dialogue): Kong {
  return {
    atEnd: (ask) => dialogue.atEnd(ask),
    request: {
      getHeaders: async (max) => fromWireHeaders(await dialogue.query('kong.request.get_headers', { v: max })),
      getRawBody: async () => toRawBody(await dialogue.query('kong.request.get_raw_body', {})),
      getMethod: async () => text(await dialogue.query('kong.request.get_method', {})),
      getPathWithQuery: async () => text(await dialogue.query('kong.request.get_path_with_query', {})),
    },
    nginx: {
      getVar: async (name) => {
        const { v } = await dialogue.query('kong.nginx.get_var', { v: bytes(name) });
        return v === undefined || v.length === 0 ? undefined : textOf(v, 'latin1');
      },
    },
    ctxShared: {
      get: async (key) => {
        const value = await dialogue.query('kong.ctx.shared.get', { v: bytes(key) });
        const json = fromWireValue(value);
        return json === null ? undefined : json;
      },
      set: (key, value) => {
        dialogue.command('kong.ctx.shared.set', { k: key, v: toWireValue(value) });
      },
    },
    log: {
      setSerializeValue: (key, value) => {
        dialogue.command('kong.log.set_serialize_value', { k: key, v: toWireValue(value) });
      },
    },
    client: {
      getIp: async () => text(await dialogue.query('kong.client.get_ip', {})) || undefined,
      loadConsumer: async (id, byUsername) =>
        toConsumer(await dialogue.query('kong.client.load_consumer', { id, by_username: byUsername })),
      authenticate: (consumer, credential) => {
        dialogue.command('kong.client.authenticate', { consumer, credential });
      },
    },
    serviceRequest: {
      setHeaders: (headers) => {
        dialogue.command('kong.service.request.set_headers', toWireHeaders(headers));
      },
      clearHeader: (name) => {
        dialogue.command('kong.service.request.clear_header', { v: bytes(name) });
      },
    },
    serviceResponse: {
      getStatus: async () => (await dialogue.query('kong.service.response.get_status', {})).v ?? 0,
      getHeaders: async (max) => fromWireHeaders(await dialogue.query('kong.service.response.get_headers', { v: max })),
      getRawBody: async () => {
        const { v } = await dialogue.query('kong.service.response.get_raw_body', {});
        return v === undefined ? Buffer.alloc(0) : Buffer.from(v.buffer, v.byteOffset, v.byteLength);
      },
    },
    response: {
      getStatus: async () => (await dialogue.query('kong.response.get_status', {})).v ?? 0,
      getHeaders: async (max) => fromWireHeaders(await dialogue.query('kong.response.get_headers', { v: max })),
      setHeaders: (headers) => {
        dialogue.command('kong.response.set_headers', toWireHeaders(headers));
      },
      clearHeader: (name) => {
        dialogue.command('kong.response.clear_header', { v: bytes(name) });
      },
      exit: (status, body, headers, code) => {
        dialogue.exit({
          status,
          body: typeof body === 'string' ? Buffer.from(body, 'utf8') : body,
          headers: toWireHeaders(headers),
        });
        throw new ExitSignal(status, code);
      },
    },
  };
}

const text = ({ v }: WireMessages['Text']): string => (v === undefined ? '' : textOf(v, 'latin1'));

/** @throws Error when Kong could not read the body. */
function toRawBody(result: WireMessages['RawBodyResult']): RawBody {
  const { content, body_filepath: path, error } = result;
  if (content !== undefined) {
    return { kind: 'bytes', bytes: Buffer.from(content.buffer, content.byteOffset, content.byteLength) };
  }
  if (path !== undefined) return { kind: 'file', path: textOf(path, 'utf8') };
  throw new Error(`Kong could not read the body: ${error === undefined ? 'empty reply' : textOf(error, 'latin1')}`);
}

/** Kong answers an empty frame when there is no such consumer. */
function toConsumer(consumer: WireMessages['Consumer']): Consumer | undefined {
  const { id, username, custom_id, tags } = consumer;
  if (id === undefined || id === '') return undefined;
  return {
    id,
    ...(username === undefined ? {} : { username }),
    ...(custom_id === undefined ? {} : { custom_id }),
    ...(tags === undefined ? {} : { tags }),
  };
}
