import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessRecord, type ChainSigner } from '../../../plugins/core/audit';
import { appendSome, chainSigner, openChain, signerOf } from '../../support/audit/chain';
import { kongLine } from '../../support/audit/kong-lines';
import { toPem } from '../../../plugins/core/pki';
import { mockPki } from '../../support/pki';
import { modi, type Ran } from './support';

const home = mkdtempSync(join(tmpdir(), 'modi-audit-cli-'));
const never = (): Promise<void> => new Promise(() => undefined);
const run = (...argv: readonly string[]): Promise<Ran> => modi(['audit', ...argv], { cwd: home, stopped: never });
const json = ({ out }: Ran) => JSON.parse(out) as Record<string, unknown>;
let signer: ChainSigner;
let signerKey = '';

beforeAll(async () => {
  const pki = await mockPki();
  const party = pki.leaf('ec');
  signerKey = party.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  signer = signerOf(signerKey, party.chain.map((der) => toPem('CERTIFICATE', der)).join('\n'));
  writeFileSync(join(home, 'ca.pem'), pki.anchorPem);
  writeFileSync(join(home, 'signer.pem'), party.pem);
  const other = await chainSigner();
  writeFileSync(join(home, 'other.jwk'), JSON.stringify(other.stated.jwk));
  const writer = await openChain({
    directory: join(home, 'audit'),
    signer: () => signer,
    witness: join(home, 'witness.jsonl'),
  });
  const record = accessRecord(JSON.parse(kongLine('request-7')) as Record<string, unknown>);
  await writer.append([{ kind: 'access', members: { record } }], {});
  await appendSome(writer, 30, 100);
  await writer.close({});
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function spoilt(change: (text: string) => string): string {
  const folder = mkdtempSync(join(home, 'spoilt-'));
  cpSync(join(home, 'audit'), folder, { recursive: true });
  const name = readdirSync(folder).find((file) => file.endsWith('.jsonl')) ?? '';
  writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));
  return folder;
}

describe('modi audit verify', () => {
  it('exits 0 on what is intact, and says that nobody vouched for the key unless somebody did', async () => {
    const alone = await run('verify', 'audit');
    expect(alone.code, alone.err).toBe(0);
    expect(alone.out).toMatch(/verdict {2}INTACT\n$/);
    expect(alone.out).toMatch(/not checked against anybody/);
    const trusted = await run('verify', 'audit', '--key', 'signer.pem', '--witness', 'witness.jsonl');
    expect(trusted.code, trusted.out).toBe(0);
    expect(trusted.out).toMatch(/trusted/);
    expect((await run('verify', 'audit', '--anchors', 'ca.pem')).code).toBe(0);
  });

  it('exits 5 on a changed byte, and names record, place, code and meaning, in English and Italian', async () => {
    const folder = spoilt((text) => text.replace('request-105', 'request-106'));
    const english = await run('verify', folder);
    expect(english.code).toBe(5);
    expect(english.out).toMatch(/FAIL +kong-1 record \d+ {2}kong-1-\d+\.jsonl byte \d+ {2}AUDIT_RECORD_EDITED\n/);
    expect(english.out).toMatch(/verdict {2}BROKEN {2}first bad record \d+ kong-1 {2}AUDIT_RECORD_EDITED\n$/);
    const italian = await run('verify', folder, '--lang', 'it');
    expect(italian.out).toMatch(/verdetto {2}ALTERATA/);
    expect(italian.out).toMatch(/il suo hash non corrisponde/);
  });

  it('exits 5 when the key is not one of those that were given', async () => {
    const ran = await run('verify', 'audit', '--key', 'other.jwk');
    expect(ran.code).toBe(5);
    expect(ran.out).toMatch(/AUDIT_SIGNER_UNTRUSTED/);
  });

  it('tells all of it as JSON', async () => {
    expect(json(await run('verify', 'audit', '--output', 'json'))).toMatchObject({
      schema: 'modi.audit-verify/1',
      outcome: 'intact',
      findings: [],
      chains: [{ node: 'kong-1', stopped: true, torn_bytes: 0 }],
    });
    const folder = spoilt((text) => text.replace('request-105', 'request-106'));
    expect(json(await run('verify', folder, '--output', 'json'))).toMatchObject({
      outcome: 'broken',
      findings: [{ code: 'AUDIT_RECORD_EDITED', node: 'kong-1' }],
    });
  });

  it('goes on where an earlier one ended, and misses what was there then', async () => {
    const folder = spoilt((text) => text);
    const whole = json(await run('verify', folder, '--state', 'state.json', '--output', 'json'));
    const again = json(await run('verify', folder, '--state', 'state.json', '--output', 'json'));
    expect(Number(whole['records_read'])).toBeGreaterThan(30);
    expect(again).toMatchObject({ outcome: 'intact', records_read: 0 });
    const writer = await openChain({ directory: folder, signer: () => signer });
    await appendSome(writer, 5);
    await writer.close({});
    const more = json(await run('verify', folder, '--state', 'state.json', '--output', 'json'));
    expect(more).toMatchObject({ outcome: 'intact' });
    expect(Number(more['records_read'])).toBeLessThan(10);
    const cut = spoilt((text) => text);
    const shorter = await run('verify', cut, '--state', 'state.json');
    expect(shorter.code).toBe(5);
    expect(shorter.out).toMatch(/AUDIT_CHAIN_TRUNCATED/);
    const name = readdirSync(folder).find((file) => file.endsWith('.jsonl')) ?? '';
    writeFileSync(
      join(folder, name),
      readFileSync(join(folder, name), 'utf8')
        .replace('checkpoint","reason":"stop"', 'checkpoint","reason":"stip"')
        .replace(/"stop"(?!.*"stop")/s, '"stup"'),
    );
    expect((await run('verify', folder, '--state', 'state.json')).out).toMatch(/AUDIT_RECORD_EDITED/);
    rmSync(join(folder, name));
    expect((await run('verify', folder, '--state', 'state.json')).code).toBe(5);
  });

  it('stops at Ctrl-C and says so', async () => {
    const ran = await modi(['audit', 'verify', 'audit'], { cwd: home, stopped: () => Promise.resolve() });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.out).toMatch(/INTERRUPTED/);
  });

  it('goes on after Ctrl-C where it was stopped, reading no record twice', async () => {
    const writer = await openChain({ directory: join(home, 'long'), signer: () => signer, segmentBytes: 4096 });
    await appendSome(writer, 60);
    await writer.close({});
    const args = ['audit', 'verify', 'long', '--state', 'long.json', '--output', 'json'];
    const read: number[] = [];
    for (let code = 1; code !== 0;) {
      const ran = await modi(args, { cwd: home, stopped: () => Promise.resolve() });
      ({ code } = ran);
      expect(code).toBeLessThan(2);
      read.push(Number(json(ran)['records_read']));
    }
    expect(read.length).toBeGreaterThan(3);
    expect(read.reduce((sum, one) => sum + one)).toBe(writer.last);
  });

  it('cannot tell without a folder, without a chain, or with a state that is none', async () => {
    expect(await run('verify', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/CLI_FILE\n$/) as string,
    });
    expect((await run('verify', mkdtempSync(join(home, 'empty-')))).code).toBe(1);
    expect((await run('verify', 'audit', '--state', 'ca.pem')).err).toMatch(/CLI_INPUT\n$/);
    expect((await run('verify', 'audit', '--key', 'witness.jsonl')).err).toMatch(/CLI_KEY\n$/);
  });
});

describe('modi audit show', () => {
  it.each(['request-7', 'jti-1', 'jti-2', 'jti-3', 'e2b8c1c0-0000-4000-8000-000000000001'])(
    'finds the exchange by %s',
    async (id) => {
      const ran = await run('show', id, 'audit');
      expect(ran.code, ran.err).toBe(0);
      expect(ran.out).toMatch(/accepted 200 POST \/rest\/anagrafe\/v1\/persone CF:IT-00000000001 request-7/);
      const records = json(await run('show', id, 'audit', '--output', 'json'))['records'] as { record: object }[];
      expect(records).toMatchObject([{ kind: 'access', record: { id: 'request-7' } }]);
    },
  );

  it('exits 1 for an id that is nowhere, 5 for a chain that was changed', async () => {
    expect(await run('show', 'xyz', 'audit')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/CLI_NO_RECORD\n$/) as string,
    });
    const ran = await run(
      'show',
      'request-129',
      spoilt((text) => text.replace('request-105', 'request-106')),
    );
    expect(ran).toMatchObject({ code: 5, err: expect.stringMatching(/AUDIT_RECORD_EDITED\n$/) as string });
  });
});

describe('modi audit tail', () => {
  it('prints the latest records, one line each, or as they stand', async () => {
    const ran = await run('tail', 'audit', '--lines', '3');
    expect(ran.code).toBe(0);
    expect(ran.out.trimEnd().split('\n')).toHaveLength(3);
    expect(ran.out).toMatch(/kong-1 \d+ checkpoint stop\n$/);
    const lines = (await run('tail', 'audit', '--lines', '2', '--output', 'json')).out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['access', 'checkpoint']);
  });

  it('goes on with what comes until it is told to stop', async () => {
    const folder = spoilt((text) => text);
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const tailing = modi(['audit', 'tail', folder, '--lines', '1', '--follow'], { cwd: home, stopped: () => stopped });
    const writer = await openChain({ directory: folder, signer: () => signer });
    await appendSome(writer, 2, 900);
    await writer.close({});
    // Two looks of the reader later it has seen them.
    await new Promise((resolve) => setTimeout(resolve, 600));
    stop();
    expect((await tailing).out).toMatch(/request-901\n/);
  });
});

describe('modi audit collect', () => {
  const config = (text: string): string => {
    const path = join(mkdtempSync(join(home, 'collect-')), 'audit.yml');
    writeFileSync(path, text);
    return path;
  };

  it('collects what is there and ends, when told so', async () => {
    const folder = mkdtempSync(join(home, 'once-'));
    writeFileSync(join(folder, 'access.log'), kongLine('request-1') + kongLine('request-2'));
    writeFileSync(join(folder, 'key.pem'), signerKey);
    writeFileSync(
      join(folder, 'audit.yml'),
      'organization: Ente\nspool: [access.log]\nchain: {directory: audit, key: {file: key.pem}}\n',
    );
    const ran = await modi(['audit', 'collect', '--once'], { cwd: folder, stopped: never });
    expect(ran.code, ran.err).toBe(0);
    const shown = await modi(['audit', 'show', 'request-2', 'audit'], { cwd: folder });
    expect(shown.code, shown.err).toBe(0);
  });

  it.each([
    ['no such file', 'nowhere.yml', /CLI_FILE\n$/],
    [
      'a field that is not there',
      config('organisation: x\n'),
      /organisation: unknown field; did you mean organization\?.*CLI_CONFIG\n$/,
    ],
    ['what is no YAML', config('a: [\n'), /CLI_CONFIG\n$/],
    [
      'a key that is not there',
      config('organization: x\nspool: [x]\nchain: {directory: y, key: {file: z.pem}}\n'),
      /key\.file.*does not exist.*CLI_CONFIG\n$/,
    ],
  ])('says in one line what is wrong: %s', async (_, file, message) => {
    const ran = await modi(['audit', 'collect', '--config', file], { cwd: home });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(message);
  });
});
