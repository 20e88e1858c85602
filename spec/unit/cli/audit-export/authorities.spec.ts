import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Stamper } from '../../../../plugins/core/audit/timestamp';
import { toPem } from '../../../../plugins/core/pki';
import { BOTH, KONG_ID } from '../../../support/audit-route';
import { chainSigner, signerOf } from '../../../support/audit/chain';
import { ExchangesHome } from '../../../support/audit/exchanges';
import { Exporting, SLOW } from '../../../support/audit/exporting';
import { filesIn, runLine, turnBit, verifyBundle } from '../../../support/audit/third-party';
import { TimestampAuthority } from '../../../support/audit/timestamp-authority';
import { makeCrl } from '../../../support/crl';
import { fakeKeys, makePdndRequest, pdndCast, pdndRoute, PDND_CONFIGS } from '../../../support/pdnd';
import { mockPki } from '../../../support/pki';
import { responderOf } from '../../../support/responder';
import { NOW, runAccess } from '../../../support/verify-route';

const exporting = new Exporting();
const { at, run, text, from } = exporting;

describe('what was believed of revocation', { timeout: SLOW }, () => {
  it('goes along as lists for openssl, tied by their hash', async () => {
    const pki = await mockPki();
    const lists = [pki.root, pki.intermediate].map((authority) =>
      makeCrl({ authority, thisUpdate: NOW - 60, revoked: [] }),
    );
    const crls = lists.map((der) => toPem('X509 CRL', der));
    const [cast, there] = await Promise.all([exporting.people(), exporting.open('lists')]);
    await there.exchange('a1', cast, cast.ec, { ...BOTH, trust: { anchors: [cast.anchor], crls } });
    await there.writer.close({});
    expect((await run('a1', ...from('lists'), '--out', 'lists/x')).out).not.toMatch(/material/);
    const verdict = verifyBundle(at('lists/x'), '--only', 'material');
    expect(verdict.code, verdict.out).toBe(0);
    expect(verdict.out.match(/crl\.der stands in material\.json/g)).toHaveLength(2);
    const [, command = ''] = /^(openssl crl .+)$/m.exec(text('lists/x', 'INSTRUCTIONS.md')) ?? [];
    expect(runLine(at('lists/x'), command).out).toMatch(/Certificate Revocation List/);
  });
  it('goes along as responses of a responder, which openssl verifies and finds the caller good by', async () => {
    const [pki, cast, there] = await Promise.all([mockPki(), exporting.people(), exporting.open('ocsp')]);
    const url = await responderOf(pki, NOW, pki.leaf('ec').serialNumber);
    const trust = { anchors: [cast.anchor], private_hosts: ['localhost'], ocsp: { responders: [url] } };
    await there.exchange('a1', cast, cast.ec, { ...BOTH, trust });
    await there.writer.close({});
    expect((await run('a1', ...from('ocsp'), '--out', 'ocsp/x')).out).not.toMatch(/material/);
    const bundle = at('ocsp/x');
    const verdict = verifyBundle(bundle, '--only', 'material');
    expect(verdict.code, verdict.out).toBe(0);
    expect(verdict.out.match(/ocsp\.der stands in material\.json/g)).toHaveLength(2);
    const [, command = ''] = /^(openssl ocsp .+)$/m.exec(text('ocsp/x', 'INSTRUCTIONS.md')) ?? [];
    expect(runLine(bundle, command).out).toMatch(/OCSP Response Status: successful[^]*Cert Status: good/);

    // With the authorities, which the verifier has from elsewhere, the responses themselves are judged.
    writeFileSync(at('ocsp/authorities.pem'), [pki.intermediate, pki.root].map(({ pem }) => pem).join(''));
    writeFileSync(at('ocsp/leaf.pem'), pki.leaf('ec').pem);
    writeFileSync(at('ocsp/issuer.pem'), pki.intermediate.pem);
    const response = filesIn(bundle).filter((file) => file.endsWith('ocsp.der'));
    const judged = response.map((file) =>
      runLine(
        bundle,
        `openssl ocsp -respin ${file} -issuer ../issuer.pem -cert ../leaf.pem -CAfile ../authorities.pem -verify_other ../authorities.pem -no_nonce -attime ${NOW} -validity_period 1000000000`,
      ),
    );
    for (const { out } of judged) expect(out).toMatch(/Response verify OK/);
    // The other is about the authority between, by the authority above.
    expect(judged.filter(({ out }) => out.includes('leaf.pem: good'))).toHaveLength(1);

    turnBit(join(bundle, response[0] ?? ''), 100, 0);
    expect(verifyBundle(bundle, '--only', 'member_file').code).toBe(1);
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
    const cast = await exporting.people();
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
    const authority = await TimestampAuthority.start(exporting.home);
    const signer = await chainSigner();
    const there = await ExchangesHome.open(at('stamped'), () => signer, {}, { every: 2 });
    for (const id of ['a1', 'b2', 'c3', 'd4']) await there.record(id, []);
    const stamper = new Stamper({ url: authority.url, every: 60, timeout: 5 }, () => 0);
    stamper.look(there.writer.sealed);
    let stamp = stamper.take(there.writer.sealed);
    await expect
      .poll(() => {
        if (stamp.length === 0) stamp = stamper.take(there.writer.sealed);
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
