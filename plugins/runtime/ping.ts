import { connect } from 'node:net';
import { encodeFrames, FrameReader } from './wire/frames';
import { decodeMessage, encodeMessage } from './wire/messages';

/** The plugin server did not answer as one. */
export class PingError extends Error {
  override readonly name = 'PingError';
}

const MAX_ANSWER_BYTES = 65_536;
const SEQUENCE = 1;

/**
 * Asks a plugin server on a socket something harmless, as Kong would: the status of an instance there is none of.
 * Resolves when it answers on Kong's wire.
 *
 * @throws PingError when nobody listens, when what listens speaks otherwise, or after `timeoutMs`.
 */
export function ping(socketPath: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = new FrameReader(MAX_ANSWER_BYTES);
    const socket = connect(socketPath);
    const refuse = (problem: string, cause?: unknown): void => {
      socket.destroy();
      reject(new PingError(`${socketPath}: ${problem}`, { cause }));
    };
    socket.setTimeout(timeoutMs, () => {
      refuse(`no answer within ${timeoutMs} ms`);
    });
    socket.once('error', (error) => {
      refuse((error as NodeJS.ErrnoException).code ?? error.message, error);
    });
    socket.once('close', () => {
      refuse('closed without an answer');
    });
    socket.once('connect', () => {
      const call = encodeMessage('RpcCall', { sequence: SEQUENCE, cmd_get_instance_status: { instance_id: 0 } });
      socket.write(encodeFrames([call]));
    });
    socket.on('data', (chunk) => {
      try {
        const [frame] = reader.push(chunk);
        if (frame === undefined) return;
        if (decodeMessage('RpcReturn', frame).sequence !== SEQUENCE) throw new Error('another sequence was answered');
        socket.removeAllListeners('close');
        socket.destroy();
        resolve();
      } catch (error) {
        refuse(`no plugin server of this wire: ${(error as Error).message}`, error);
      }
    });
  });
}
