import { readFileSync, writeFileSync } from 'node:fs';
import type { FindingCode, VerifyOptions } from '../../../plugins/core/audit';
import { rechained, rehashed, resealed } from './tampering';
import type { Forger } from './tampering';

/** What a forger may have besides the chain itself, and what its owner kept. */
export interface Others {
  /** The same folder at an earlier time. */
  readonly earlier: Forger;
  /** A folder with another chain of the same node. */
  readonly other: Forger;
  /** A file with every checkpoint, kept elsewhere. */
  readonly witness: string;
  /** The id of the key that the owner trusts. */
  readonly trusted: string;
}

export interface Kind {
  readonly what: string;
  readonly finds: FindingCode;
  readonly tamper: (forger: Forger, others: Others) => void | Promise<void>;
  readonly options?: (others: Others) => VerifyOptions;
}

const at = (line: number, change: (line: string) => string) => (lines: string[]) =>
  lines.map((text, index) => (index === line ? change(text) : text));
const without =
  (from: number, count = 1) =>
  (lines: string[]) =>
    lines.toSpliced(from, count);
export const withWitness = ({ witness }: Others): VerifyOptions => ({
  witness: {
    file: 'witness.jsonl',
    lines: readFileSync(witness)
      .toString('latin1')
      .trimEnd()
      .split('\n')
      .map((line) => Buffer.from(line, 'latin1')),
  },
});
const flip = (place: number) => (bytes: Buffer) => {
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
};

export const KINDS: readonly Kind[] = [
  {
    what: 'a value in a record is changed',
    finds: 'AUDIT_RECORD_EDITED',
    tamper: (f) => {
      f.edit(
        f.segment(0),
        at(5, (line) => line.replace('"status":200', '"status":500')),
      );
    },
  },
  {
    what: 'one bit of a record is flipped',
    finds: 'AUDIT_RECORD_EDITED',
    tamper: (f) => {
      f.bytes(f.segment(1), (bytes) => flip(bytes.indexOf('"note"') + 9)(bytes));
    },
  },
  {
    what: 'a space is added inside a record',
    finds: 'AUDIT_RECORD_EDITED',
    tamper: (f) => {
      f.edit(
        f.segment(0),
        at(5, (line) => line.replace('"record":{', '"record": {')),
      );
    },
  },
  {
    what: 'a time is moved',
    finds: 'AUDIT_RECORD_EDITED',
    tamper: (f) => {
      f.edit(
        f.segment(0),
        at(6, (line) => line.replace('T10:', 'T09:')),
      );
    },
  },
  {
    what: 'a hash is changed',
    finds: 'AUDIT_RECORD_EDITED',
    tamper: (f) => {
      f.edit(
        f.segment(0),
        at(6, (line) => line.replace(/.{64}"\}$/, `${'a'.repeat(64)}"}`)),
      );
    },
  },
  {
    what: 'a record is changed and its hash made anew',
    finds: 'AUDIT_LINK_BROKEN',
    tamper: (f) => {
      f.edit(
        f.segment(0),
        at(5, (line) => rehashed(line.replace('"status":200', '"status":500'))),
      );
    },
  },
  {
    what: 'a record is changed and all that follow are chained anew',
    finds: 'AUDIT_CHECKPOINT_FORGED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) =>
        rechained(at(5, (line) => line.replace('"status":200', '"status":500'))(lines), 5),
      );
    },
  },
  {
    what: 'a record is removed',
    finds: 'AUDIT_RECORDS_MISSING',
    tamper: (f) => {
      f.edit(f.segment(0), without(5));
    },
  },
  {
    what: 'seven records are removed',
    finds: 'AUDIT_RECORDS_MISSING',
    tamper: (f) => {
      f.edit(f.segment(0), without(5, 7));
    },
  },
  {
    what: 'a record is removed and the rest chained anew',
    finds: 'AUDIT_CHECKPOINT_FORGED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => rechained(without(5)(lines), 5));
    },
  },
  {
    what: 'a checkpoint is removed',
    finds: 'AUDIT_RECORDS_MISSING',
    tamper: (f) => {
      f.edit(f.segment(0), without(f.find(f.segment(0), 'checkpoint', 1)));
    },
  },
  {
    what: 'every checkpoint of a segment but the last is removed and the rest chained anew',
    finds: 'AUDIT_CHECKPOINT_MISSING',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) =>
        rechained(
          lines.filter((line, index) => !line.includes('"kind":"checkpoint"') || index === lines.length - 1),
          1,
        ),
      );
    },
  },
  {
    what: 'the first record of a segment is removed',
    finds: 'AUDIT_SEGMENT_REPEATED',
    tamper: (f) => {
      f.edit(f.segment(1), without(0));
    },
  },
  {
    what: 'a record is repeated',
    finds: 'AUDIT_RECORD_REPEATED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => lines.toSpliced(6, 0, lines[5]!));
    },
  },
  {
    what: 'an old record is repeated at the end',
    finds: 'AUDIT_RECORD_REPEATED',
    tamper: (f) => {
      f.edit(f.segment(-1), (lines) => [...lines, lines[3]!]);
    },
  },
  {
    what: 'a record is made up and put in',
    finds: 'AUDIT_RECORD_REPEATED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => {
        const made = rechained([...lines.slice(0, 6), lines[5]!.replace('request-', 'forged-')], 6).at(-1)!;
        return lines.toSpliced(6, 0, made);
      });
    },
  },
  {
    what: 'a record is put in and the rest chained anew',
    finds: 'AUDIT_CHECKPOINT_FORGED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => rechained(lines.toSpliced(6, 0, lines[5]!.replace('request-', 'forged-')), 6));
    },
  },
  {
    what: 'two neighbours change places',
    finds: 'AUDIT_RECORDS_REORDERED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => lines.with(5, lines[6]!).with(6, lines[5]!));
    },
  },
  {
    what: 'two distant records change places',
    finds: 'AUDIT_RECORDS_REORDERED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => lines.with(4, lines[8]!).with(8, lines[4]!));
    },
  },
  {
    what: 'two records change places and all is chained anew',
    finds: 'AUDIT_CHECKPOINT_FORGED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => rechained(lines.with(5, lines[6]!).with(6, lines[5]!), 5));
    },
  },
  {
    what: 'a line of garbage is put in',
    finds: 'AUDIT_LINE_MALFORMED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => lines.toSpliced(4, 0, 'garbage'));
    },
  },
  {
    what: 'an empty line is put in',
    finds: 'AUDIT_LINE_MALFORMED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => lines.toSpliced(4, 0, ''));
    },
  },
  {
    what: 'a line end is removed',
    finds: 'AUDIT_RECORD_EDITED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) => lines.with(4, lines[4]! + lines[5]!).toSpliced(5, 1));
    },
  },
  {
    what: 'zeros take the place of a block',
    finds: 'AUDIT_LINE_MALFORMED',
    tamper: (f) => {
      f.bytes(f.segment(0), (bytes) => bytes.fill(0, bytes.indexOf('{"seq":5,'), bytes.indexOf('{"seq":9,')));
    },
  },
  {
    what: 'the last line end becomes another byte',
    finds: 'AUDIT_LINE_MALFORMED',
    tamper: (f) => {
      f.bytes(f.segment(-1), (bytes) => bytes.fill('x', bytes.length - 1));
    },
  },
  {
    what: 'something is appended to the last segment',
    finds: 'AUDIT_LINE_MALFORMED',
    tamper: (f) => {
      f.bytes(f.segment(-1), (bytes) => Buffer.concat([bytes, Buffer.from('more')]));
    },
  },
  {
    what: 'the last segment is cut in the middle of a record',
    finds: 'AUDIT_CHAIN_TRUNCATED',
    tamper: (f) => {
      f.cut(f.segment(-1), 1500);
    },
  },
  {
    what: 'the last checkpoint is cut off',
    finds: 'AUDIT_CHAIN_TRUNCATED',
    tamper: (f) => {
      f.edit(f.segment(-1), (lines) => lines.slice(0, -1));
    },
  },
  {
    what: 'a middle segment loses its end',
    finds: 'AUDIT_SEGMENT_TRUNCATED',
    tamper: (f) => {
      f.edit(f.segment(1), (lines) => lines.slice(0, -4));
    },
  },
  {
    what: 'a middle segment is cut in the middle of a record',
    finds: 'AUDIT_LINE_MALFORMED',
    tamper: (f) => {
      f.cut(f.segment(1), 100);
    },
  },
  {
    what: 'a middle segment is emptied',
    finds: 'AUDIT_SEGMENT_TRUNCATED',
    tamper: (f) => {
      f.bytes(f.segment(1), () => Buffer.alloc(0));
    },
  },
  {
    what: 'the first segment is removed',
    finds: 'AUDIT_SEGMENT_MISSING',
    tamper: (f) => {
      f.remove(f.segment(0));
    },
  },
  {
    what: 'a middle segment is removed',
    finds: 'AUDIT_SEGMENT_MISSING',
    tamper: (f) => {
      f.remove(f.segment(1));
    },
  },
  {
    what: 'the last segment is removed',
    finds: 'AUDIT_CHAIN_TRUNCATED',
    tamper: (f) => {
      f.remove(f.segment(-1));
    },
  },
  {
    what: 'a whole chain is removed, its head left',
    finds: 'AUDIT_CHAIN_MISSING',
    tamper: (f) => {
      for (const name of f.segments('kong-2')) f.remove(name);
    },
  },
  {
    what: 'a whole chain is removed with its head',
    finds: 'AUDIT_CHAIN_MISSING',
    options: withWitness,
    tamper: (f) => {
      for (const name of [...f.segments('kong-1'), 'kong-1.head']) f.remove(name);
    },
  },
  {
    what: 'an old segment is replayed under the next name',
    finds: 'AUDIT_SEGMENT_REPEATED',
    tamper: (f) => {
      f.copy(f.segment(0), 'kong-1-000000000000900.jsonl');
    },
  },
  {
    what: 'an old segment is replayed under a name inside the chain',
    finds: 'AUDIT_SEGMENT_REPEATED',
    tamper: (f) => {
      f.copy(f.segment(0), 'kong-1-000000000000005.jsonl');
    },
  },
  {
    what: 'a segment takes the place of another',
    finds: 'AUDIT_SEGMENT_REPEATED',
    tamper: (f) => {
      f.copy(f.segment(0), f.segment(1));
    },
  },
  {
    what: 'two segments change places',
    finds: 'AUDIT_SEGMENT_REPEATED',
    tamper: (f) => {
      const [one, two] = [f.segment(0), f.segment(1)];
      f.rename(one, '.x');
      f.rename(two, one);
      f.rename('.x', two);
    },
  },
  {
    what: 'a segment of another node is put in',
    finds: 'AUDIT_SEGMENT_FOREIGN',
    tamper: (f) => {
      f.copy(f.segment(0, 'kong-2'), f.segment(0));
    },
  },
  {
    what: 'a segment of another chain of the same node is put in',
    finds: 'AUDIT_SEGMENT_FOREIGN',
    tamper: (f, { other }) => {
      f.bytes(f.segment(1), () => readFileSync(other.path(other.segment(1))));
      f.rename(f.segment(1), other.segment(1));
    },
  },
  {
    what: 'the signature of a checkpoint is changed',
    finds: 'AUDIT_CHECKPOINT_FORGED',
    tamper: (f) => {
      f.edit(f.segment(0), (lines) =>
        rechained(
          at(f.find(f.segment(0), 'checkpoint', 1), (line) =>
            line.replace(
              /\.([\w-])([\w-]+)","hash"/,
              (_, one: string, rest: string) => `.${one === 'A' ? 'B' : 'A'}${rest}","hash"`,
            ),
          )(lines),
          f.find(f.segment(0), 'checkpoint', 1),
        ),
      );
    },
  },
  {
    what: 'the position in a checkpoint is changed',
    finds: 'AUDIT_CHECKPOINT_FORGED',
    tamper: (f) => {
      const line = f.find(f.segment(0), 'checkpoint', 1);
      f.edit(f.segment(0), (lines) =>
        rechained(at(line, (text) => text.replace(/"position":\{"last":\d+/, '"position":{"last":1'))(lines), line),
      );
    },
  },
  {
    what: 'a checkpoint is signed with a key of the forger',
    finds: 'AUDIT_SIGNER_UNKNOWN',
    tamper: async (f) => {
      f.write(f.segment(0), await resealed(f.lines(f.segment(0)), f.ownKey));
    },
  },
  {
    what: 'an earlier checkpoint takes the place of a later one',
    finds: 'AUDIT_RECORD_REPEATED',
    tamper: (f) => {
      const name = f.segment(0);
      f.edit(name, (lines) => lines.with(f.find(name, 'checkpoint', 1), lines[f.find(name, 'checkpoint', 0)]!));
    },
  },
  {
    what: 'the whole chain is made anew with a key of the forger, its head too',
    finds: 'AUDIT_SIGNER_UNTRUSTED',
    options: ({ trusted }) => ({ trusts: ({ name }) => name === `key ${trusted}` }),
    tamper: async (f) => {
      const name = f.segment(0);
      for (const gone of f.segments().slice(1)) f.remove(gone);
      const text = f
        .lines(name)[0]!
        .replace(/"signer":\{.*\},"hash"/, `"signer":${JSON.stringify(f.ownKey.stated)},"hash"`);
      const lines = await resealed([rehashed(text), ...f.lines(name).slice(1, -1)], f.ownKey);
      f.write(name, lines);
      f.write('kong-1.head', [lines.findLast((line) => line.includes('"kind":"checkpoint"'))!]);
    },
  },
  {
    what: 'the whole chain is made anew, and a checkpoint was kept elsewhere',
    finds: 'AUDIT_HEAD_FORGED',
    options: withWitness,
    tamper: async (f) => {
      const name = f.segment(0);
      for (const gone of f.segments().slice(1)) f.remove(gone);
      const text = f
        .lines(name)[0]!
        .replace(/"signer":\{.*\},"hash"/, `"signer":${JSON.stringify(f.ownKey.stated)},"hash"`);
      const lines = await resealed([rehashed(text), ...f.lines(name).slice(1, -1)], f.ownKey);
      f.write(name, lines);
      f.write('kong-1.head', [lines.findLast((line) => line.includes('"kind":"checkpoint"'))!]);
    },
  },
  {
    what: 'chain and head are rolled back to an earlier state',
    finds: 'AUDIT_CHAIN_TRUNCATED',
    options: withWitness,
    tamper: (f, { earlier }) => {
      for (const name of [...f.segments(), 'kong-1.head']) f.remove(name);
      for (const name of [...earlier.segments(), 'kong-1.head'])
        writeFileSync(f.path(name), readFileSync(earlier.path(name)));
    },
  },
  {
    what: 'the chain is rolled back, its head left',
    finds: 'AUDIT_CHAIN_TRUNCATED',
    tamper: (f, { earlier }) => {
      for (const name of f.segments()) f.remove(name);
      for (const name of earlier.segments()) writeFileSync(f.path(name), readFileSync(earlier.path(name)));
    },
  },
  {
    what: 'the head is removed',
    finds: 'AUDIT_HEAD_MISSING',
    tamper: (f) => {
      f.remove('kong-1.head');
    },
  },
  {
    what: 'the head is changed',
    finds: 'AUDIT_HEAD_FORGED',
    tamper: (f) => {
      f.bytes('kong-1.head', flip(200));
    },
  },
  {
    what: 'the head is emptied',
    finds: 'AUDIT_HEAD_FORGED',
    tamper: (f) => {
      f.bytes('kong-1.head', () => Buffer.alloc(0));
    },
  },
  {
    what: 'the head is another node’s',
    finds: 'AUDIT_HEAD_FORGED',
    tamper: (f) => {
      f.copy('kong-2.head', 'kong-1.head');
    },
  },
  {
    what: 'a file that is no segment lies among them',
    finds: 'AUDIT_FILE_UNKNOWN',
    tamper: (f) => {
      f.copy(f.segment(0), 'copy-of-segment.jsonl');
    },
  },
];
