import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { verifyFolder, type ChainSigner } from '../../../plugins/core/audit';
import { WitnessFile } from '../../../plugins/core/audit/chain/writing/witness-file';
import { appendSome, chainSigner, openChain } from '../../support/audit/chain';
import { recordNotices } from '../../support/notices';
import { tempFolder } from '../../support/temp';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

const notices = recordNotices();

let folder: string;
let file: string;
beforeEach(() => {
  folder = tempFolder();
  file = join(folder, 'elsewhere/witness.jsonl');
  mkdirSync(join(folder, 'elsewhere'));
});

const begin = () => openChain({ directory: join(folder, 'audit'), signer: () => signer, witness: file, every: 2 });
const linesOf = (): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
const verify = () =>
  verifyFolder(join(folder, 'audit'), { witness: { file, lines: linesOf().map((line) => Buffer.from(line, 'utf8')) } });

describe('the witness of a chain', () => {
  it('has every checkpoint, and each is one of the chain', async () => {
    const writer = await begin();
    await appendSome(writer, 8);
    await writer.close({});
    expect(linesOf()).toHaveLength(writer.sealed?.number ?? 0);
    expect(await verify()).toMatchObject({ findings: [], unreadableWitness: 0 });
  });

  it('gets later what it could not have while it was away, and the chain goes on meanwhile', async () => {
    const writer = await begin();
    await appendSome(writer, 2);
    await expect.poll(() => linesOf().length).toBe(writer.sealed?.number);
    rmSync(join(folder, 'elsewhere'), { recursive: true });
    await appendSome(writer, 6, 3);
    await expect.poll(() => notices.length).toBe(1);
    mkdirSync(join(folder, 'elsewhere'));
    const before = writer.sealed?.number ?? 0;
    await writer.close({});
    expect(notices.map(({ message }) => message)).toEqual([
      'the witness of the audit chain lacks checkpoints',
      'the witness of the audit chain is written again',
    ]);
    // What stood in the folder that is gone is gone with it: the three of the six records, and that of the end.
    expect([linesOf().length, writer.sealed?.number]).toEqual([4, before + 1]);
    expect((await verify()).findings).toEqual([]);
  });

  it('with a line that is no checkpoint says so to who verifies', async () => {
    const writer = await begin();
    await writer.close({});
    appendFileSync(file, `${linesOf()[0]?.slice(0, 50) ?? ''}\n`);
    expect(await verify()).toMatchObject({ findings: [], unreadableWitness: 1 });
  });

  it('has a line whole behind the part of it that was written at first', async () => {
    writeFileSync(file, '');
    const handle = await open(file, 'a');
    const mock = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'writeFile');
    await handle.close();
    onTestFinished(() => {
      mock.mockRestore();
    });
    mock.mockImplementationOnce(async function (this: FileHandle, text) {
      await this.write((text as string).slice(0, 3));
      throw new Error('ENOSPC');
    });
    const witness = new WitnessFile(file);
    witness.take('first\n');
    witness.work();
    await expect.poll(() => notices.length).toBe(1);
    witness.take('second\n');
    await witness.close();
    expect(linesOf()).toEqual(['fir', 'first', 'second']);
  });
});
