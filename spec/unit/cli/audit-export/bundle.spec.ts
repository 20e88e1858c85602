import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANSWER } from '../../../support/audit/exchanges';
import { Exporting, SLOW } from '../../../support/audit/exporting';
import { filesIn, runLine, verifyBundle } from '../../../support/audit/third-party';
import type { Ran } from '../support';

const exporting = new Exporting();
const { at, run, text, from } = exporting;

describe('modi audit export', { timeout: SLOW }, () => {
  const bundle = at('bundle');
  let ran: Ran;
  beforeAll(async () => {
    await exporting.made('plain', ['a1', 'b2', 'c3']);
    ran = await run('b2', ...from('plain'), '--out', 'bundle');
  }, SLOW);

  it('makes a folder that openssl alone verifies', () => {
    expect(ran.code, ran.err).toBe(0);
    const verdict = verifyBundle(bundle);
    expect(verdict.out).toMatch(/^VERIFIED: \d+ checks; bundle [0-9a-f]{64}$/m);
    expect(verdict).toMatchObject({ code: 0, out: expect.not.stringMatching(/FAIL/) as string });
    for (const proven of [
      /exchange-1\/request\/INTEGRITY: the signature holds under the key in materials/,
      /exchange-1\/request\/body\.bin has the digest that is signed/,
      /exchange-1\/answer\/ANSWER: the signature holds/,
      /the signed answer names the digest of the request/,
      /nobody vouches for the key of the chain/,
    ]) {
      expect(verdict.out).toMatch(proven);
    }
    expect(text('bundle', 'exchange-1/answer/body.bin')).toBe(ANSWER.toString());
    expect(ran.out).toMatch(/exchanges 1, files \d+, records of other requests 1\n/);
    expect(statSync(bundle).mode & 0o777).toBe(0o700);
    expect(statSync(join(bundle, 'checks.txt')).mode & 0o777).toBe(0o600);
  });

  it('holds no token that could be used again, and says so', () => {
    expect(ran.out).toMatch(/note {2}exchange-1\/request\/ID_AUTH: .*its signature was never kept/);
    expect(text('bundle', 'exchange-1/request/ID_AUTH/token.txt').split('.')).toHaveLength(2);
  });

  it('explains by hand in English and Italian, and every command there works', () => {
    for (const name of ['INSTRUCTIONS.md', 'ISTRUZIONI.md']) {
      const commands = [...text('bundle', name).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
        block.trim().split('\n'),
      );
      expect(commands.length).toBeGreaterThan(15);
      // The first is verify.sh itself; the second page has the same commands.
      if (name === 'ISTRUZIONI.md') continue;
      for (const command of commands.slice(1)) {
        const { code, out } = runLine(bundle, command);
        expect(code, `${command}\n${out}`).toBe(0);
        expect(out).not.toBe('');
        if (command.includes(' -verify ')) expect(out).toBe('Verified OK\n');
      }
    }
    expect(text('bundle', 'ISTRUZIONI.md')).toMatch(/Che cosa prova, e che cosa no/);
  });

  it('is the same bytes each time', async () => {
    await run('b2', ...from('plain'), '--out', 'again');
    expect(filesIn(at('again'))).toEqual(filesIn(bundle));
    for (const file of filesIn(bundle)) expect(text('again', file)).toBe(text('bundle', file));
  });

  it('finds the exchange by jti, and several at once in one stretch', async () => {
    const byJti = await run('jti-1', ...from('plain'), '--out', 'jti', '--output', 'json');
    expect(JSON.parse(byJti.out)).toMatchObject({
      schema: 'modi.audit-export/1',
      exchanges: ['a1', 'b2', 'c3'],
      other_records: 0,
    });
    expect(filesIn(at('jti')).filter((file) => file.endsWith('.jsonl'))).toHaveLength(1);
  });

  it('refuses what it cannot prove, and writes nothing', async () => {
    const cases = [
      [['zz', ...from('plain'), '--out', 'x'], 1, /CLI_NO_RECORD\n$/],
      [['b2', ...from('plain')], 2, /--out/],
      [['b2', ...from('plain'), '--out', 'bundle'], 1, /CLI_FILE_EXISTS\n$/],
      [['b2', '--chains', 'nowhere', '--out', 'x'], 1, /CLI_FILE\n$/],
      [['b2', ...from('plain'), '--out', 'no/such/x'], 1, /CLI_FILE\n$/],
      [['b2', '--chains', 'plain/audit', '--evidence', 'nowhere', '--out', 'x'], 1, /CLI_FILE\n$/],
      [['b2', ...from('plain'), '--key', 'bundle/checks.txt', '--out', 'x'], 1, /CLI_KEY\n$/],
    ] as const;
    for (const [argv, code, message] of cases) {
      const refused = await run(...argv);
      expect(refused.code, argv.join(' ')).toBe(code);
      expect(refused.err).toMatch(message);
    }
    expect(() => statSync(at('x'))).toThrow(/ENOENT/);
  });
});
