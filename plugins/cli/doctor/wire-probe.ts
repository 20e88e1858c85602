import { ConnectionPool, DialogueError, EXITED, type ExecuteMethod } from '../../dev/pluginserver';
import { decodeMessage, encodeMessage } from '../../runtime/wire/messages';
import { METHODS, type MethodName } from '../../runtime/wire/methods';
import type { PluginEntity } from './facts';
import { membersOf, parseJson, textOf } from './json';

/** What became of the trial. `problem`: the configuration cannot be honoured, or the server does not keep to the wire. */
export interface Trial {
  readonly code: string | undefined;
  readonly problem: string | undefined;
}

/**
 * Lets a plugin server start an instance of a configuration, and run one phase of a request without any token in it. The
 * right outcome is a refusal by the plugin; only a broken configuration answers as broken. Nothing is remembered: no
 * token was there. The instance is closed again.
 */
export async function tryInstance(
  socket: string,
  plugin: PluginEntity,
  phase: string,
  timeoutMs: number,
): Promise<Trial> {
  const pool = new ConnectionPool(socket, timeoutMs);
  try {
    const config = Buffer.from(JSON.stringify(plugin.config), 'utf8');
    const started = await pool.call({ cmd_start_instance: { name: plugin.name, config } });
    const id = started === EXITED ? undefined : started.instance_status?.instance_id;
    if (id === undefined) return { code: undefined, problem: 'no instance id' };
    const bare = new BareRequest();
    await pool.call({ cmd_handle_event: { instance_id: id, event_name: phase } }, bare.execute);
    await pool.call({ cmd_close_instance: { instance_id: id } });
    const broken = bare.code === 'MODI_INTERNAL' || bare.code === 'MODI_DEADLINE';
    return { code: bare.code, problem: broken ? `${bare.status} ${bare.code}` : undefined };
  } catch (error) {
    if (error instanceof DialogueError) return { code: undefined, problem: error.message };
    throw error;
  } finally {
    pool.close();
  }
}

const NOTHING = new Uint8Array();

/** Kong's answers for a GET without headers and an empty answer of the service; keeps what the plugin exits with. */
class BareRequest {
  status = 0;
  code: string | undefined;

  readonly execute: ExecuteMethod = (method, args) => {
    if (method === 'kong.response.exit') {
      const { status = 0, body } = decodeMessage('ExitArgs', args);
      this.status = status;
      this.code = textOf(membersOf(parseJson(Buffer.from(body ?? []).toString('utf8')))['code']);
      return EXITED;
    }
    const answer = ANSWERS[method];
    return answer === undefined ? NOTHING : encodeMessage(METHODS[method as MethodName].result, answer);
  };
}

const ANSWERS: Readonly<Record<string, Record<string, unknown>>> = {
  'kong.request.get_headers': { fields: {} },
  'kong.request.get_method': { v: 'GET' },
  'kong.request.get_path_with_query': { v: '/' },
  'kong.request.get_raw_body': { content: Buffer.alloc(0) },
  'kong.service.response.get_status': { v: 204 },
  'kong.response.get_status': { v: 204 },
  'kong.service.response.get_raw_body': { v: '' },
  'kong.service.response.get_headers': { fields: {} },
  'kong.response.get_headers': { fields: {} },
};
