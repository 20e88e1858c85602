import { createFileRegistry, fromBinary, toBinary, type DescMessage } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type DescriptorProto } from '@bufbuild/protobuf/wkt';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor';
import { expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../plugins/runtime/wire/messages';
import { toWireHeaders } from '../../plugins/runtime/wire/values';
import { table } from '../support/table';

/** A get_headers answer as a ModI call has it: twenty headers, two of them tokens of 2 KiB. */
const HEADERS = toWireHeaders({
  ...Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`x-header-${index}`, 'value of a usual length'])),
  authorization: 'a'.repeat(2048),
  'agid-jwt-signature': 'b'.repeat(2048),
});

const RUNS = 40_000;

/** Microseconds for one run. */
function time(run: () => unknown): number {
  for (let index = 0; index < RUNS / 10; index += 1) run();
  const began = process.hrtime.bigint();
  for (let index = 0; index < RUNS; index += 1) run();
  return Number(process.hrtime.bigint() - began) / RUNS / 1000;
}

function bufbuildStruct(): DescMessage {
  const text = readFileSync(join(__dirname, '../../plugins/runtime/wire/pluginsocket.proto'), 'utf8');
  const { root } = protobuf.parse(text, { keepCase: true });
  root.resolveAll();
  const set = (root as unknown as { toDescriptor(syntax: string): protobuf.Message }).toDescriptor('proto3');
  const bytes = (set.constructor as typeof protobuf.Message).encode(set).finish();
  const files = fromBinary(FileDescriptorSetSchema, bytes);
  for (const message of files.file.flatMap((file) => file.messageType)) {
    qualify(message, '.modi.wire');
  }
  const struct = createFileRegistry(files).getMessage('modi.wire.Struct');
  if (struct === undefined) throw new Error('no message Struct');
  return struct;
}

/** protobufjs writes short names where the other library wants whole ones. */
function qualify(message: DescriptorProto, scope: string): void {
  const own = `${scope}.${message.name}`;
  const nested = new Set(message.nestedType.map(({ name }) => name));
  for (const field of message.field) {
    if (field.typeName === '' || field.typeName.startsWith('.')) continue;
    field.typeName = `${nested.has(field.typeName) ? own : '.modi.wire'}.${field.typeName}`;
  }
  for (const inner of message.nestedType) qualify(inner, own);
}

it('protobufjs beside @bufbuild/protobuf on the message that costs most', { timeout: 120_000 }, () => {
  const bytes = encodeMessage('Struct', HEADERS);
  const struct = bufbuildStruct();
  const decoded = fromBinary(struct, bytes);
  expect(toBinary(struct, decoded)).toHaveLength(bytes.length);
  const rows = [
    ['protobufjs', time(() => decodeMessage('Struct', bytes)), time(() => encodeMessage('Struct', HEADERS))],
    ['@bufbuild/protobuf', time(() => fromBinary(struct, bytes)), time(() => toBinary(struct, decoded))],
  ] as const;
  const lines = rows.map(([name, decode, encode]) => [name, decode.toFixed(1), encode.toFixed(1)]);
  process.stdout.write(`\n${table([['library', 'decode us', 'encode us'], ...lines])}\n`);
});
