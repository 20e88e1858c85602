import type { WireMessages } from '../../runtime/wire/messages';
import { Connection, EXITED, type ExecuteMethod, type Return } from './connection';

/** Idle connections kept for a socket. */
const MAX_IDLE = 256;

type Call = Omit<WireMessages['RpcCall'], 'sequence'>;

/** Connections to one socket of a plugin server: taken for one call, kept for the next when it ended well. */
export class ConnectionPool {
  private readonly path: string;
  private readonly timeoutMs: number;
  private readonly idle: Connection[] = [];
  private sequence = 0;
  private closed = false;

  constructor(path: string, timeoutMs: number) {
    this.path = path;
    this.timeoutMs = timeoutMs;
  }

  /**
   * One call, with the dialogue that belongs to it when `execute` is given.
   * @throws DialogueError when the server cannot be reached, goes away, or does not keep to the protocol; and
   * whatever `execute` throws, which ends the event as in Kong.
   */
  async call(call: Call, execute?: ExecuteMethod): Promise<Return | typeof EXITED> {
    const connection = this.idle.pop() ?? (await Connection.open(this.path, this.timeoutMs));
    this.sequence += 1;
    try {
      const result = await connection.run({ sequence: this.sequence, ...call }, execute);
      if (result === EXITED) connection.destroy();
      else this.keep(connection);
      return result;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  close(): void {
    this.closed = true;
    for (const connection of this.idle.splice(0)) connection.destroy();
  }

  private keep(connection: Connection): void {
    if (this.closed || this.idle.length >= MAX_IDLE || !connection.usable) {
      connection.destroy();
      return;
    }
    this.idle.push(connection);
    connection.onIdleClose = () => {
      const at = this.idle.indexOf(connection);
      if (at !== -1) this.idle.splice(at, 1);
    };
  }
}
