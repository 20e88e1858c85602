import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrames, FrameReader, FrameTooLargeError } from '../../../plugins/runtime/wire/frames';

describe('FrameReader', () => {
  it('cuts any stream into the frames it was made of, however it was chunked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        (payloads, steps) => {
          const stream = encodeFrames(payloads);
          const reader = new FrameReader(1000);
          const frames: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const step = steps[turn % steps.length] ?? 1;
            frames.push(...reader.push(stream.subarray(at, at + step)));
            at += step;
          }
          expect(frames.map((frame) => [...frame])).toEqual(payloads.map((payload) => [...payload]));
          expect(reader.pending).toBe(false);
        },
      ),
    );
  });

  it('refuses an announced length above the limit before storing any of it', () => {
    const reader = new FrameReader(10);
    expect(() => reader.push(Buffer.from([11, 0, 0, 0]))).toThrow(FrameTooLargeError);
    expect(() => new FrameReader(10).push(Buffer.from([255, 255, 255, 255, 1]))).toThrow(FrameTooLargeError);
  });

  it('refuses with the frames that came whole before it', () => {
    const stream = Buffer.concat([encodeFrames([Buffer.from('ab'), Buffer.from('c')]), Buffer.from([11, 0, 0, 0])]);
    const before = [Buffer.from('ab'), Buffer.from('c')];
    expect(() => new FrameReader(10).push(stream)).toThrow(expect.objectContaining({ before }));
  });

  it('accepts a frame of exactly the limit, and an empty one', () => {
    const reader = new FrameReader(10);
    expect(reader.push(encodeFrames([Buffer.alloc(10), Buffer.alloc(0)])).map(({ length }) => length)).toEqual([10, 0]);
  });

  it('says that a frame is begun and not complete', () => {
    const reader = new FrameReader(10);
    reader.push(Buffer.from([5, 0, 0, 0, 1]));
    expect(reader.pending).toBe(true);
  });
});
