import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chainSigner, openChain } from '../../../support/audit/chain';
import { Exporting } from '../../../support/audit/exporting';
import { filesIn } from '../../../support/audit/third-party';

const exporting = new Exporting();
const { at, run, from } = exporting;

describe('a chain that is damaged', () => {
  const segment = (name: string): string =>
    join(at(name, 'audit'), filesIn(at(name, 'audit')).find((file) => file.endsWith('.jsonl')) ?? '');
  const edit = (name: string, change: (lines: string[]) => string[]): void => {
    writeFileSync(segment(name), `${change(readFileSync(segment(name), 'utf8').trimEnd().split('\n')).join('\n')}\n`);
  };

  it('between the record and its seal is not exported: exit 5, and the finding', async () => {
    await exporting.made('broken', ['a1', 'b2', 'c3']);
    edit('broken', (lines) => lines.map((line) => line.replace('"id":"c3"', '"id":"c4"')));
    const ran = await run('b2', ...from('broken'), '--out', 'broken/x');
    expect(ran).toMatchObject({ code: 5, err: expect.stringMatching(/AUDIT_RECORD_EDITED\n$/) as string });
    expect(() => statSync(at('broken/x'))).toThrow(/ENOENT/);
    // What is damaged itself is not found: the damage is told.
    expect(await run('c3', ...from('broken'), '--out', 'broken/x')).toMatchObject({ code: 5 });
  });

  it('elsewhere is exported, and the damage told', async () => {
    const { writer } = await exporting.made('elsewhere', ['a1']);
    expect(writer.sealed).toBeDefined();
    const signer = await chainSigner();
    const more = await openChain({ directory: at('elsewhere/audit'), signer: () => signer });
    await more.append([{ kind: 'note', members: { text: 'later' } }], {});
    await more.close({});
    edit('elsewhere', (lines) => lines.map((line) => line.replace('"later"', '"later!"')));
    const ran = await run('a1', ...from('elsewhere'), '--out', 'elsewhere/x');
    expect(ran).toMatchObject({
      code: 0,
      err: expect.stringMatching(/damaged elsewhere.*AUDIT_RECORD_EDITED\); run/) as string,
    });
    const ofCaller = await run('--caller', 'CF:IT-00000000001', ...from('elsewhere'), '--out', 'elsewhere/y');
    expect(ofCaller).toMatchObject({ code: 0, err: expect.stringMatching(/may lack exchanges of the/) as string });
  });

  it('or whose evidence was changed is not exported either', async () => {
    const { evidence } = await exporting.made('edited', ['a1']);
    const file = join(evidence, filesIn(evidence)[0] ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"status":200', '"status":201'));
    const ran = await run('a1', ...from('edited'), '--out', 'edited/x');
    expect(ran).toMatchObject({ code: 5, err: expect.stringMatching(/AUDIT_EVIDENCE_EDITED\n$/) as string });
  });

  it('or not sealed yet has nothing to prove', async () => {
    const { writer } = await exporting.open('open', ['a1']);
    await writer.abandon();
    const ran = await run('a1', ...from('open'), '--out', 'open/x');
    expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/CLI_AUDIT_UNSEALED\n$/) as string });
  });
});
