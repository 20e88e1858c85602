import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { closeEvidence, evidenceWriterFor, takeOver, handOver, type HandedOver } from '../../../plugins/core/evidence';
import { item, told } from '../../support/evidence';
import { tempFolder } from '../../support/temp';

const LIMITS = { recipient: undefined, maxFileSize: 1e6, maxFileAge: 60, maxQueueBytes: 1e6 };

it('all routes with the same settings share a writer, others get files of their own', async () => {
  const directory = join(tempFolder(), 'evidence');
  const writer = evidenceWriterFor({ directory, ...LIMITS });
  expect(evidenceWriterFor({ directory, ...LIMITS })).toBe(writer);
  const other = evidenceWriterFor({ directory, ...LIMITS, maxFileAge: 61 });
  expect(other).not.toBe(writer);
  writer.offer(item('a'));
  other.offer(item('b'));
  await closeEvidence();
  expect(readdirSync(directory)).toHaveLength(2);
  expect((await told(directory)).toSorted()).toEqual(['a', 'b']);
});

it('what one phase leaves is taken once, and the oldest is forgotten when nobody takes it', () => {
  const accepted = { attempt: 1 } as HandedOver;
  handOver('x', accepted);
  expect([takeOver('x'), takeOver('x')]).toEqual([accepted, undefined]);
  handOver('first', accepted);
  for (let index = 0; index < 2000; index += 1) handOver(`r${index}`, accepted);
  expect([takeOver('first'), takeOver('r1999')]).toEqual([undefined, accepted]);
});
