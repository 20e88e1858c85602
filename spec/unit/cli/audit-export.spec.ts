import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stamper } from '../../../plugins/core/audit/timestamp';
import { toPem } from '../../../plugins/core/pki';
import { chainSigner, openChain, signerOf } from '../../support/audit/chain';
import { ANSWER, ExchangesHome } from '../../support/audit/exchanges';
import { TimestampAuthority } from '../../support/audit/timestamp-authority';
import { filesIn, runLine, turnBit, verifyBundle, verifyWith } from '../../support/audit/third-party';
import { makeCast, type Cast } from '../../support/corpus';
import { fakeKeys, makePdndRequest, pdndCast, pdndRoute, PDND_CONFIGS } from '../../support/pdnd';
import { mockPki } from '../../support/pki';
import { NOW, runAccess } from '../../support/verify-route';
import { BOTH, KONG_ID } from '../../support/audit-route';
import { makeCrl } from '../../support/crl';
import { modi, type Ran } from './support';

/** Much of it is openssl, started again and again. */
const SLOW = 240_000;
const home = mkdtempSync(join(tmpdir(), 'modi-export-'));
const at = (...names: readonly string[]): string => join(home, ...names);
const run = (...argv: readonly string[]): Promise<Ran> =>
  modi(['audit', 'export', ...argv], { cwd: home, stopped: () => new Promise(() => undefined) });
const text = (...names: readonly string[]): string => readFileSync(at(...names), 'utf8');
let cast: Cast;

beforeAll(async () => {
  cast = await makeCast();
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** A chain in `name`, sealed and closed, with these exchanges. */
async function made(
  name: string,
  ids: readonly string[],
  config: Record<string, unknown> = {},
): Promise<ExchangesHome> {
  const signer = await chainSigner();
  const there = await ExchangesHome.open(at(name), () => signer, config);
  for (const id of ids) await there.exchange(id, cast, cast.ec);
  await there.writer.close({});
  return there;
}

/** The check that must find a change of this file. */
function checkOf(file: string): string {
  const [folder, name] = [dirname(file), basename(file)];
  if (folder.startsWith('chain/')) return name.endsWith('.jsonl') ? 'stretch ' : 'checkpoint ';
  if (name === 'material.json') return 'material ';
  if (name.startsWith('record-')) return 'record exchange';
  if (name === 'line.json') return `evidence ${folder}`;
  if (name === 'body.bin') return `body ${folder}`;
  if (/^(?:token|header|payload)\./.test(name)) return `token ${folder}`;
  return /^sign/.test(name) ? `signature_of ${folder}` : `certificates ${folder}`;
}

const from = (name: string): readonly string[] => ['--chains', `${name}/audit`, '--evidence', `${name}/evidence`];

describe('modi audit export', { timeout: SLOW }, () => {
  const bundle = at('bundle');
  let ran: Ran;
  beforeAll(async () => {
    await made('plain', ['a1', 'b2', 'c3']);
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

  it('with one bit of any file turned does not verify, and names the file', () => {
    const script = text('bundle', 'verify.sh');
    const files = filesIn(bundle);
    const turns = fc.sample(fc.tuple(fc.nat(), fc.nat(7)), { seed: 20261123, numRuns: files.length });
    const turn = (file: string) => turnBit(join(bundle, file), ...(turns[files.indexOf(file)] ?? [0, 0]));
    expect(verifyWith(script, bundle, '--files').code).toBe(0);
    for (const file of ['manifest.json', 'manifest.sha256']) {
      const undo = turn(file);
      expect(verifyWith(script, bundle, '--files').code, file).toBe(1);
      undo();
    }
    // All the others in one run: each is compared by itself.
    const listed = files.filter((file) => !file.startsWith('manifest.'));
    const undo = listed.map(turn);
    const { code, out } = verifyWith(script, bundle, '--files');
    expect([code, [...out.matchAll(/see (\S+)/g)].map(([, file]) => file).toSorted()]).toEqual([1, listed]);
    for (const one of undo) one();
    writeFileSync(join(bundle, 'exchange-1/more.txt'), 'x');
    expect(verifyWith(script, bundle, '--files').code).toBe(1);
    rmSync(join(bundle, 'exchange-1/more.txt'));
  });

  it('nor when the manifest is made to fit the change: what is in the files hangs together', () => {
    // One of each kind; pages, the list of checks and the script prove nothing themselves.
    const proofs = filesIn(bundle).filter((file) => file.includes('/'));
    const kinds = [...new Map(proofs.map((file) => [basename(file).replace(/\d+/g, ''), file])).values()];
    const turns = fc.sample(fc.tuple(fc.nat(), fc.nat(7)), { seed: 7, numRuns: kinds.length });
    expect(kinds.length).toBeGreaterThan(10);
    for (const [index, file] of kinds.entries()) {
      const undo = turnBit(join(bundle, file), ...(turns[index] ?? [0, 0]));
      const { code, out } = verifyBundle(bundle, '--only', checkOf(file));
      expect(code, `${file}\n${out}`).toBe(1);
      expect(out).toMatch(/^FAIL/m);
      undo();
    }
    expect(verifyBundle(bundle, '--only', 'exchange-1/').out).not.toMatch(/FAIL/);
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

describe('a chain that is damaged', () => {
  const segment = (name: string): string =>
    join(at(name, 'audit'), filesIn(at(name, 'audit')).find((file) => file.endsWith('.jsonl')) ?? '');
  const edit = (name: string, change: (lines: string[]) => string[]): void => {
    writeFileSync(segment(name), `${change(readFileSync(segment(name), 'utf8').trimEnd().split('\n')).join('\n')}\n`);
  };

  it('between the record and its seal is not exported: exit 5, and the finding', async () => {
    await made('broken', ['a1', 'b2', 'c3']);
    edit('broken', (lines) => lines.map((line) => line.replace('"id":"c3"', '"id":"c4"')));
    const ran = await run('b2', ...from('broken'), '--out', 'broken/x');
    expect(ran).toMatchObject({ code: 5, err: expect.stringMatching(/AUDIT_RECORD_EDITED\n$/) as string });
    expect(() => statSync(at('broken/x'))).toThrow(/ENOENT/);
    // What is damaged itself is not found: the damage is told.
    expect(await run('c3', ...from('broken'), '--out', 'broken/x')).toMatchObject({ code: 5 });
  });

  it('elsewhere is exported, and the damage told', async () => {
    const { writer } = await made('elsewhere', ['a1']);
    expect(writer.sealed).toBeDefined();
    const signer = await chainSigner();
    const more = await openChain({ directory: at('elsewhere/audit'), signer: () => signer });
    await more.append([{ kind: 'note', members: { text: 'later' } }], {});
    await more.close({});
    edit('elsewhere', (lines) => lines.map((line) => line.replace('"later"', '"later!"')));
    const ran = await run('a1', ...from('elsewhere'), '--out', 'elsewhere/x');
    expect(ran).toMatchObject({
      code: 0,
      err: expect.stringMatching(/damaged elsewhere.*AUDIT_RECORD_EDITED/) as string,
    });
  });

  it('or whose evidence was changed is not exported either', async () => {
    const { evidence } = await made('edited', ['a1']);
    const file = join(evidence, filesIn(evidence)[0] ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"status":200', '"status":201'));
    const ran = await run('a1', ...from('edited'), '--out', 'edited/x');
    expect(ran).toMatchObject({ code: 5, err: expect.stringMatching(/AUDIT_EVIDENCE_EDITED\n$/) as string });
  });

  it('or not sealed yet has nothing to prove', async () => {
    const signer = await chainSigner();
    const there = await ExchangesHome.open(at('open'), () => signer);
    await there.exchange('a1', cast, cast.ec);
    await there.writer.abandon();
    const ran = await run('a1', ...from('open'), '--out', 'open/x');
    expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/CLI_AUDIT_UNSEALED\n$/) as string });
  });
});

describe('evidence that is not there', () => {
  const codes = async (name: string, ...argv: readonly string[]): Promise<unknown> => {
    const { out, err } = await run(...argv, '--out', name, '--output', 'json');
    expect(err).toBe('');
    return (JSON.parse(out) as { notes: { code: string }[] }).notes.map(({ code }) => code);
  };

  it(
    'never came, was left out, or is gone: the record alone is exported, and it says so',
    async () => {
      const signer = await chainSigner();
      const there = await ExchangesHome.open(at('bare'), () => signer);
      await there.record('none', []);
      await there.exchange('kept', cast, cast.ec);
      const refs = await there.refsOf('kept');
      await there.record(
        'gone',
        refs.map((ref) => ({ ...ref, file: 'evidence-n-1-1-9.jsonl' })),
      );
      const pruned = refs.map((ref) => ({ ...ref, file: 'evidence-n-1-1-8.jsonl' }));
      await there.record('pruned', pruned);
      const removed = { file: 'evidence-n-1-1-8.jsonl', lines: 2, told_at: '2026-11-23T10:00:00.000Z' };
      await there.writer.append([{ kind: 'removed', members: { removed, evidence: refs } }], {});
      await there.writer.append([{ kind: 'orphan', members: { id: 'alone', evidence: refs } }], {});
      await there.writer.close({});
      expect(await codes('bare/none', 'none', ...from('bare'))).toEqual(['no-evidence']);
      expect(await codes('bare/left', 'kept', '--chains', 'bare/audit')).toEqual(['evidence-left-out']);
      expect(await codes('bare/gone', 'gone', ...from('bare'))).toEqual(['evidence-missing', 'evidence-missing']);
      expect(await codes('bare/pruned', 'pruned', ...from('bare'))).toEqual(['evidence-removed', 'evidence-removed']);
      expect(filesIn(at('bare/pruned')).filter((file) => file.includes('/record-'))).toHaveLength(2);
      expect(await codes('bare/alone', 'alone', ...from('bare'))).toEqual(['no-access-record', 'signature-removed']);
      expect(verifyBundle(at('bare/none')).code).toBe(0);
    },
    SLOW,
  );
});

describe('revocation lists that were believed', { timeout: SLOW }, () => {
  it('go along as files for openssl, tied by their hash', async () => {
    const pki = await mockPki();
    const lists = [pki.root, pki.intermediate].map((authority) =>
      makeCrl({ authority, thisUpdate: NOW - 60, revoked: [] }),
    );
    const crls = lists.map((der) => toPem('X509 CRL', der));
    const signer = await chainSigner();
    const there = await ExchangesHome.open(at('lists'), () => signer);
    await there.exchange('a1', cast, cast.ec, { ...BOTH, trust: { anchors: [cast.anchor], crls } });
    await there.writer.close({});
    expect((await run('a1', ...from('lists'), '--out', 'lists/x')).out).not.toMatch(/material/);
    const verdict = verifyBundle(at('lists/x'), '--only', 'material');
    expect(verdict.code, verdict.out).toBe(0);
    expect(verdict.out.match(/crl\.der stands in material\.json/g)).toHaveLength(2);
    const [, command = ''] = /^(openssl crl .+)$/m.exec(text('lists/x', 'INSTRUCTIONS.md')) ?? [];
    expect(runLine(at('lists/x'), command).out).toMatch(/Certificate Revocation List/);
  });
});

describe('encrypted evidence', { timeout: SLOW }, () => {
  it.each([
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['EC', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ] as const)('to an %s key is opened with it, line by line, and closed without it', async (name, make) => {
    const { publicKey, privateKey } = make();
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await made(name, ['a1', 'b2'], { encryption: { key: pem } });
    writeFileSync(at(name, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(at(name, 'other.pem'), make().privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });

    const opened = await run('a1', ...from(name), '--key', `${name}/key.pem`, '--out', `${name}/opened`);
    expect(opened.code, opened.err).toBe(0);
    const verdict = verifyBundle(at(name, 'opened'), '--only', 'exchange-1/request');
    expect(verdict.out).toMatch(/ok {4}exchange-1\/request\/clear\.json is what line\.json holds encrypted/);
    expect(verdict.out).toMatch(/ok {4}exchange-1\/request\/INTEGRITY: the signature holds/);
    expect(verdict.code, verdict.out).toBe(0);

    const closed = await run('a1', ...from(name), '--out', `${name}/closed`);
    expect(closed.out).toMatch(/exchange-1\/request: the evidence is encrypted and was not opened/);
    expect(verifyBundle(at(name, 'closed'), '--files').code).toBe(0);
    const wrong = await run('a1', ...from(name), '--key', `${name}/other.pem`, '--out', `${name}/x`);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/CLI_KEY\n$/) as string });

    turnBit(at(name, 'opened/exchange-1/request/clear.json'), 200, 0);
    expect(verifyBundle(at(name, 'opened'), '--only', 'opened exchange-1/request').code).toBe(1);
  });
});

describe('a key of the chain that is replaced', { timeout: SLOW }, () => {
  it('leaves each checkpoint under its own; keys of the PDND are files for openssl', async () => {
    const pki = await mockPki();
    const [ec, rsa] = [pki.leaf('ec'), pki.leaf('rsa')].map((party) =>
      signerOf(
        party.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        party.chain.map((der) => toPem('CERTIFICATE', der)).join('\n'),
      ),
    );
    let signer = ec!;
    const there = await ExchangesHome.open(at('rotated'), () => signer, {}, { every: 3 });
    await there.exchange('first', cast, cast.p521);
    await there.writer.append([{ kind: 'note', members: {} }], {});
    await there.writer.append([{ kind: 'note', members: {} }], {});
    signer = rsa!;
    const platform = pdndCast();
    const request = makePdndRequest({
      now: NOW,
      cast: platform,
      path: '/p-all',
      dpop: true,
      audit: true,
      integrity: true,
    });
    const { shared } = await runAccess(pdndRoute(PDND_CONFIGS['p-all'], fakeKeys(platform)), {
      ...request,
      method: 'POST',
      pathWithQuery: '/p-all',
    });
    await there.keep(KONG_ID, { shared, body: request.body });
    await there.record(KONG_ID);
    await there.writer.close({});
    const ran = await run('first', KONG_ID, ...from('rotated'), '--out', 'rotated/x');
    expect(ran.code, ran.err).toBe(0);
    writeFileSync(at('rotated/ca.pem'), pki.anchorPem);
    const verdict = verifyBundle(at('rotated/x'), '--chain-ca', '../ca.pem');
    expect(verdict.code, verdict.out).toBe(0);
    expect(verdict.out.match(/checkpoint-\d+: the signature holds/g)).toHaveLength(2);
    expect(verdict.out).toMatch(/public-key\.pem is the key of material\.json, kid /);
    expect(verdict.out).toMatch(/request\/AUDIT: the signature holds under the key in materials/);
    expect(verdict.out).not.toMatch(/nobody vouches for the key of the chain/);
    for (const removed of ['VOUCHER', 'DPOP']) expect(ran.out).toMatch(new RegExp(`request/${removed}: .*never kept`));
    writeFileSync(at('rotated/ca.pem'), (await mockPki()).leaf('ec').pem);
    const strange = verifyBundle(at('rotated/x'), '--chain-ca', '../ca.pem', '--only', 'chain/');
    expect(strange.code).toBe(1);
  });
});

describe('a time stamp', { timeout: SLOW }, () => {
  it('goes along, with all lines up to its checkpoint, unless the first checkpoint is enough', async () => {
    const authority = await TimestampAuthority.start(home);
    const signer = await chainSigner();
    const there = await ExchangesHome.open(at('stamped'), () => signer, {}, { every: 2 });
    for (const id of ['a1', 'b2', 'c3', 'd4']) await there.record(id, []);
    const stamper = new Stamper({ url: authority.url, every: 60, timeout: 5 }, () => 0);
    stamper.look(there.writer.sealed);
    let stamp = stamper.take();
    await expect
      .poll(() => {
        if (stamp.length === 0) stamp = stamper.take();
        return stamp.length;
      })
      .toBe(1);
    authority.close();
    await there.writer.append(stamp, {});
    await there.writer.close({});
    const others = async (...argv: readonly string[]): Promise<number> => {
      const { out, err } = await run('a1', '--chains', 'stamped/audit', '--output', 'json', ...argv);
      expect(err).toBe('');
      return (JSON.parse(out) as { other_records: number }).other_records;
    };
    expect(await others('--out', 'stamped/x')).toBeGreaterThan(
      await others('--out', 'stamped/y', '--first-checkpoint'),
    );
    writeFileSync(at('stamped/tsa.pem'), authority.anchorPem);
    const alone = verifyBundle(at('stamped/x'));
    expect(alone.code, alone.out).toBe(0);
    expect(alone.out).toMatch(/time stamp of \w+ [\s\S]*nobody vouches for the time stamping authority/);
    const trusted = verifyBundle(at('stamped/x'), '--tsa-ca', '../tsa.pem', '--only', 'timestamp');
    expect(trusted).toMatchObject({ code: 0, out: expect.not.stringMatching(/time stamping authority/) as string });
    writeFileSync(at('stamped/tsa.pem'), (await mockPki()).anchorPem);
    expect(verifyBundle(at('stamped/x'), '--tsa-ca', '../tsa.pem', '--only', 'timestamp').code).toBe(1);
    expect(text('stamped/x', 'INSTRUCTIONS.md')).toMatch(/openssl ts -reply -token_in -in chain/);
  });
});
