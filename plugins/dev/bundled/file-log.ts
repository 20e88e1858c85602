import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { toText } from '../byte-strings';
import { textOf, type NamedField, type PlainRecord } from '../schema';
import { NO_LUA } from './rules';
import type { BundledContext, BundledPlugin } from './types';

const FIELDS: readonly NamedField[] = [
  { path: { type: 'string', required: true, match: '^[^*&%%\\`]+$', err: 'not a valid filename' } },
  { reopen: { type: 'boolean', required: true, default: false } },
  { custom_fields_by_lua: NO_LUA },
];

/** Kong's file-log: one line of JSON for each request, appended at once. */
export const FILE_LOG: BundledPlugin = {
  name: 'file-log',
  priority: 9,
  fields: FIELDS,
  configure: (config, context) => {
    const file = new LogFile(config, context);
    return {
      name: 'file-log',
      phases: new Set(['log']),
      log: (exchange) => {
        file.append(context.serialize(exchange));
      },
      close: async () => {
        file.close();
      },
    };
  },
};

/** A file that is opened when first written to, and again on each line with `reopen`, for log rotation. */
class LogFile {
  private readonly path: string;
  private readonly reopen: boolean;
  private descriptor: number | undefined;

  constructor(config: PlainRecord, context: BundledContext) {
    this.path = resolve(context.directory, toText(textOf(config['path'])));
    this.reopen = config['reopen'] === true;
  }

  append(line: string): void {
    if (this.reopen) this.close();
    this.descriptor ??= openSync(this.path, 'a', 0o644);
    // Devices and pipes may take a part at a time; a line is one write otherwise, so lines never mix.
    const bytes = Buffer.from(`${line}\n`, 'latin1');
    for (let written = 0; written < bytes.length;) written += writeSync(this.descriptor, bytes, written);
  }

  close(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
