import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newVerification } from '../../../plugins/core/verify';
import { checkAuthorization } from '../../../plugins/core/verify/check-authorization';
import { checkChannel } from '../../../plugins/core/verify/check-channel';
import { checkDpopRequest } from '../../../plugins/core/verify/check-dpop-request';
import { checkKidHeader } from '../../../plugins/core/verify/check-kid-header';
import { checkSignature } from '../../../plugins/core/verify/check-signature';
import { checkSignedHeaders } from '../../../plugins/core/verify/check-signed-headers';
import { checkVoucherBinding } from '../../../plugins/core/verify/check-voucher-binding';
import { checkVoucherClient } from '../../../plugins/core/verify/check-voucher-client';
import { checkVoucherHeader } from '../../../plugins/core/verify/check-voucher-header';
import { readSignedHeaders } from '../../../plugins/core/verify/read-signed-headers';
import { judged, made, type Json } from '../../support/verification';

const headersOf = (headers: Readonly<Record<string, string | readonly string[]>>) =>
  new Map(Object.entries(headers).map(([name, value]) => [name, [value].flat()]));

describe('what looks like the right thing', () => {
  it('a typ with the prefix of media types in its middle', () => {
    const policy = { pdnd: { voucherTypes: new Set(['at+jwt']) }, algorithms: new Set() };
    const header = { typ: 'at+application/jwt', alg: 'RS256', kid: 'k' };
    expect(judged(checkKidHeader('VOUCHER'), made('VOUCHER', { header }, policy))).toMatchObject([
      'MODI_VOUCHER_TYP',
      'VOUCHER',
      {},
    ]);
  });

  it('a list of one id in the place of the id', () => {
    const good = { client_id: 'c', sub: 'c', purposeId: 'p', jti: 'j' };
    const client = (raw: Json) => judged(checkVoucherClient, made('VOUCHER', { claims: { raw: { ...good, ...raw } } }));
    expect(client({})).toMatchObject({ voucher: { clientId: 'c', purposeId: 'p', jti: 'j' } });
    expect(client({ purposeId: ['p'] })).toMatchObject(['MODI_CLAIM_TYPE', 'VOUCHER', { claim: 'purposeId' }]);
  });

  it('a confirmation that holds 43 characters, and more', () => {
    const jkt = 'A'.repeat(43);
    const binding = (cnf: unknown) =>
      judged(checkVoucherBinding, made('VOUCHER', { claims: { raw: { cnf } } }, {}, { scheme: 'DPoP' }));
    expect(binding({ jkt })).toMatchObject({ tokens: { VOUCHER: { thumbprint: jkt } } });
    for (const other of [`${jkt}A`, `.${jkt}`, `${jkt}.`, [jkt]]) {
      expect(binding({ jkt: other })).toMatchObject(['MODI_VOUCHER_CONFIRMATION', 'VOUCHER', {}]);
    }
  });

  it('headers that would be alike as media types, and are none', () => {
    const compared = (name: string, signed: string[], sent: string[]) => {
      const raw = { signed_headers: signed.map((value) => ({ [name]: value })) };
      const policy = { requiredSignedHeaders: [], requireSignedContentHeaders: true };
      return judged(
        checkSignedHeaders,
        made('INTEGRITY', { claims: { raw } }, policy, { headers: headersOf({ [name]: sent }) }),
      );
    };
    const mismatch = (header: string) => ['MODI_SIGNED_HEADER_MISMATCH', 'INTEGRITY', { header }];
    expect(compared('content-type', ['text/plain;a=b'], ['TEXT/plain; a="b"'])).not.toBeInstanceOf(Array);
    expect(compared('x-a', ['text/plain;a=b'], ['TEXT/plain; a="b"'])).toEqual(mismatch('x-a'));
    expect(compared('x-a', ['è', 'b'], ['Ã¨', 'b'])).not.toBeInstanceOf(Array);
    expect([compared('x-a', ['a', 'b'], ['a', 'c']), compared('x-a', ['a', 'b'], ['c', 'b'])]).toEqual(
      Array(2).fill(mismatch('x-a')),
    );
  });
});

describe('the scheme of an Authorization header', () => {
  const schemes = ['Bearer', 'DPoP'];
  const voucher = (value: string) =>
    judged(
      checkVoucherHeader,
      made('VOUCHER', {}, { pdnd: { schemes } }, { headers: headersOf({ authorization: value }) }),
    );

  it('may have blanks around what follows it, and other words are told with all that would do', () => {
    expect(voucher('dpop  a.b.c ')).toMatchObject({ scheme: 'DPoP', tokens: { VOUCHER: { text: 'a.b.c' } } });
    expect(voucher('Basic YTpi')).toEqual([
      ...['MODI_VOUCHER_SCHEME', undefined],
      { found: 'Basic', expected: 'Bearer or DPoP' },
    ]);
    expect(voucher('Bearer a b')).toMatchObject(['MODI_VOUCHER_SCHEME', undefined, { found: 'Bearer' }]);
  });

  it('is told only where it can be no credential', () => {
    const found = (value: string) => {
      const outcome = judged(
        checkAuthorization,
        made('ID_AUTH', {}, {}, { headers: headersOf({ authorization: value }) }),
      );
      return Array.isArray(outcome) ? (outcome as [string, undefined, Json])[2]['found'] : outcome;
    };
    expect([found('  Digest x'), found('x'.repeat(12)), found(`${'x'.repeat(13)} y`), found('a.b.c')]).toEqual([
      ...['Digest', 'x'.repeat(12), 'none', 'none'],
    ]);
  });
});

describe('a channel', () => {
  const channel = (policy: Json, facts: Json, headers = headersOf({})) =>
    judged(checkChannel, made('ID_AUTH', {}, { channel: policy }, { channel: facts, headers }));

  it('has no header where none is configured, whoever asks', () => {
    const policy = { header: undefined, trustedAddress: () => true };
    expect(channel(policy, { verify: 'SUCCESS', certificate: 'x' })).toMatchObject([
      ...['MODI_CHANNEL_CERTIFICATE_MALFORMED', undefined, {}],
    ]);
  });
});

describe('a signature', () => {
  it('is over the bytes that came, one for each character', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const bytes = Buffer.from('e30.\xe9', 'latin1');
    const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    const token = {
      text: `${bytes.toString('latin1')}.${signature}`,
      parts: { header: 'e30', payload: '\xe9', signature },
      jose: { alg: 'ES256', raw: {} },
      key: { type: 'EC', curve: 'P-256', key: publicKey },
    };
    expect(judged(checkSignature('AUDIT'), made('AUDIT', token))).not.toBeInstanceOf(Array);
  });
});

describe('a request to be judged', () => {
  it('has what is known of it, and no member for what is not', () => {
    const known = { policy: made('AUDIT', {}).policy, headers: headersOf({ a: 'b' }), now: 5 };
    const request = { method: 'GET', target: '/' };
    const channel = { peer: '192.0.2.1', verify: undefined, certificate: undefined };
    expect(newVerification(known.policy, known.headers, 5)).toStrictEqual({ ...known, tokens: {} });
    expect(newVerification(known.policy, known.headers, 5, request, channel)).toStrictEqual({
      ...{ ...known, tokens: {}, request, channel },
    });
  });

  it('has signed headers only where each is an object, and not too many', () => {
    const told = (claim: unknown) => () => readSignedHeaders(claim);
    const refused = (reason: string): unknown =>
      expect.objectContaining({ code: 'MODI_SIGNED_HEADERS_MALFORMED', params: { reason } });
    expect(told([null])).toThrow(refused('entry 1 is null'));
    expect(told(Array(101).fill({ a: 'b' }))).toThrow(refused('it has more than 100 entries'));
    expect(readSignedHeaders(Array(100).fill({ a: 'b' })).get('a')).toHaveLength(100);
  });
});

describe('out of order', () => {
  it('a proof without the line of its request', () => {
    const claims = { raw: { htm: 'GET', htu: 'u' } };
    expect(() => judged(checkDpopRequest, made('DPOP', { claims }))).toThrow('the request line is not established yet');
  });
});
