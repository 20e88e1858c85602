import { connect } from 'node:net';
import { expect, it } from 'vitest';
import type { Kong } from '../../plugins/runtime/kong';
import { encodeFrames, FrameReader } from '../../plugins/runtime/wire/frames';
import { decodeMessage, encodeMessage } from '../../plugins/runtime/wire/messages';
import { mutatedBytes } from '../support/fuzz/bytes';
import type { Random } from '../support/fuzz/random';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { partOf, PERMITTED, refused, Violation, type FuzzTarget, type Outcome } from '../support/fuzz/target';
import { testPlugin, testServer } from '../support/plugin-server';
import { WireClient } from '../support/wire-client';

const SECRET = 'let-me-in';

/** Lets in whoever says the word, in one header and nowhere else. */
const access = async (kong: Kong): Promise<void> => {
  const headers = await kong.request.getHeaders(10);
  if (headers.get('x-word')?.[0] !== SECRET) kong.response.exit(403, '', {});
};

const word = (text: string): Buffer =>
  Buffer.from(encodeMessage('Struct', { fields: { 'x-word': { string_value: Buffer.from(text) } } }));
const ANSWERS = [word('another'), word(SECRET), word('')];

const CALLS = [
  { sequence: 1, cmd_start_instance: { name: 'probe', config: Buffer.from('{"a":[1]}') } },
  { sequence: 2, cmd_handle_event: { instance_id: 7, event_name: 'access' } },
  { sequence: 3, cmd_get_instance_status: { instance_id: 7 } },
  { sequence: 4, cmd_close_instance: { instance_id: 7 } },
].map((call) => Buffer.from(encodeMessage('RpcCall', call)));

/** Frames of which one is edited, its content alone or with the length in front; now and then none. */
function framed(samples: readonly Buffer[], random: Random): Buffer {
  const [sample, other] = [random.pick(samples), random.pick(samples)];
  if (random.oneIn(8)) return encodeFrames([sample]);
  if (random.oneIn(2)) return encodeFrames([mutatedBytes(sample, random, other)]);
  return mutatedBytes(encodeFrames([sample, ...(random.oneIn(3) ? [other] : [])]), random, encodeFrames([other]));
}

/** Says something, and with `then` an answer to what the server asks, and no more. Answers all that the server says. */
function talk(path: string, first: Buffer, then?: Buffer): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const [socket, reader, heard] = [connect(path), new FrameReader(1_000_000), [] as Buffer[]];
    socket.on('data', (chunk) => {
      heard.push(...reader.push(chunk));
      // The question is two frames: the method, and what it is asked with.
      if (then !== undefined && heard.length === 2) socket.end(then);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(heard);
    });
    if (then === undefined) socket.end(first);
    else socket.write(first);
  });
}

/** How an event ended, by what was heard after the question. @throws Violation when it passed without the word. */
function endOf(heard: readonly Buffer[], answer: Buffer): Outcome {
  const [method, args] = heard.slice(2);
  if (method === undefined) return refused('hung up');
  if (method.toString() === 'kong.response.exit') {
    return refused(String(decodeMessage('ExitArgs', args ?? Buffer.alloc(0)).status));
  }
  if (method.length > 0) throw new Violation(`the server says ${JSON.stringify(method.toString('latin1'))}`);
  if (answer.includes(SECRET)) return PERMITTED;
  throw new Violation('passed without the word');
}

it(
  'whatever comes on a connection, it hurts no other, and no event passes that should not',
  { timeout: PATIENCE },
  async () => {
    const { path, log } = await testServer([testPlugin('probe', { access })]);
    const starter = await WireClient.open(path);
    const target: FuzzTarget = {
      kind: 'wire frames',
      reaches: ['403', '500', 'hung up', 'answered', 'permitted'],
      make: (random) => [
        random.oneIn(3)
          ? { name: 'call', bytes: framed(CALLS, random) }
          : { name: 'answer', bytes: framed(ANSWERS, random) },
      ],
      async judge(input) {
        const call = partOf(input, 'call');
        if (call.length > 0) return refused((await talk(path, call)).length === 0 ? 'hung up' : 'answered');
        const id = await starter.startInstance('probe', {});
        const event = encodeMessage('RpcCall', {
          sequence: 9,
          cmd_handle_event: { instance_id: id, event_name: 'access' },
        });
        const answer = partOf(input, 'answer');
        return endOf(await talk(path, encodeFrames([event]), answer), answer);
      },
    };
    await fuzz(target, SHARE);
    expect(log.filter(({ msg }) => msg === 'event failed outside the guard')).toEqual([]);
    const id = await starter.startInstance('probe', {});
    const end = await starter.event(id, 'access', () => ({
      fields: { 'x-word': { string_value: Buffer.from(SECRET) } },
    }));
    expect(end.end).toBe('returned');
    starter.close();
  },
);

/** A connection for each input. */
const SHARE = 0.3;
