import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chainSigner } from '../../support/audit/chain';
import { ExchangesHome } from '../../support/audit/exchanges';
import { verifyBundle } from '../../support/audit/third-party';
import { makeCast } from '../../support/corpus';
import { modi } from './support';

describe('x', () => {
  it('y', async () => {
    const home = mkdtempSync(join(tmpdir(), 'export-'));
    const cast = await makeCast();
    const signer = await chainSigner();
    const there = await ExchangesHome.open(home, () => signer);
    await there.exchange('a1', cast, cast.ec);
    await there.exchange('b2', cast, cast.rsa);
    await there.writer.close({});
    const ran = await modi(['audit', 'export', 'a1', 'b2', '--chains', 'audit', '--evidence', 'evidence', '--out', 'bundle'], { cwd: home, stopped: () => new Promise(() => undefined) });
    console.log(ran.out, ran.err, home);
    const v = verifyBundle('verify.sh', join(home, 'bundle'));
    console.log(v.out, readFileSync(join(home, 'bundle/checks.txt'), 'utf8'));
    expect([ran.code, v.code]).toEqual([0, 0]);
  });
});
