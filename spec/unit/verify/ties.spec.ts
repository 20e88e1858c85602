import { describe, expect, it } from 'vitest';
import { checkParticipantKey } from '../../../plugins/core/verify/check-participant-key';
import { checkSameClient } from '../../../plugins/core/verify/check-same-client';
import { checkSamePurpose } from '../../../plugins/core/verify/check-same-purpose';
import { checkSameSigner } from '../../../plugins/core/verify/check-same-signer';
import { checkTrackingHeader } from '../../../plugins/core/verify/check-tracking-header';
import { checkVoucherEservice } from '../../../plugins/core/verify/check-voucher-eservice';
import { checkVoucherKey } from '../../../plugins/core/verify/check-voucher-key';
import { claims, made, signer, told, type Json } from '../../support/verdicts/told';
import { NOW } from '../../support/verify-route';

describe('what ties the tokens', () => {
  it('one signer', () => {
    const same = (kind: 'INTEGRITY' | 'AUDIT', other: string) =>
      told(checkSameSigner(kind), { tokens: { ID_AUTH: signer('CN=a'), [kind]: signer(other) } });
    expect(same('INTEGRITY', 'CN=a')).toBe('thumbprint of CN=a');
    const mismatch = { expected: 'CN=a', found: 'CN=b' };
    expect(same('INTEGRITY', 'CN=b')).toEqual(['MODI_SIGNER_MISMATCH', 400, 'INTEGRITY', mismatch]);
    expect(same('AUDIT', 'CN=b')).toMatchObject(['MODI_SIGNER_MISMATCH', expect.any(Number), 'AUDIT', mismatch]);
  });

  const voucher = { clientId: 'c', purposeId: 'p' } as never;
  const client = (kind: 'INTEGRITY' | 'AUDIT', owner: string | undefined, given: Json) =>
    told(checkSameClient(kind), {
      voucher,
      tokens: { [kind]: { participant: { clientId: owner }, ...claims(given) } },
    });
  const mismatch = (kind: string, claim: string, found: string): unknown[] => [
    'MODI_CLIENT_MISMATCH',
    expect.any(Number),
    kind,
    { claim, found, expected: 'c' },
  ];

  it('one client, of an integrity token', () => {
    expect(client('INTEGRITY', 'c', {})).toBe('c');
    expect(client('INTEGRITY', 'c', { iss: 'x' })).toBe('c');
    expect(client('INTEGRITY', 'x', {})).toMatchObject([
      'MODI_KEY_OWNER_MISMATCH',
      expect.any(Number),
      'INTEGRITY',
      { expected: 'c' },
    ]);
    expect(client('INTEGRITY', 'c', { clientId: 'x' })).toEqual(mismatch('INTEGRITY', 'client_id', 'x'));
    expect([client('INTEGRITY', undefined, { iss: 'c' }), client('INTEGRITY', undefined, { clientId: 'c' })]).toEqual([
      'c',
      'c',
    ]);
    expect(client('INTEGRITY', undefined, {})).toEqual(mismatch('INTEGRITY', 'iss', 'absent'));
    expect(client('INTEGRITY', undefined, { iss: 'x' })).toEqual(mismatch('INTEGRITY', 'iss', 'x'));
    expect(told(checkSameClient('INTEGRITY'), { voucher, tokens: { INTEGRITY: claims({ iss: 'c' }) } })).toBe('c');
  });

  it('one client, of an audit token', () => {
    expect(client('AUDIT', 'c', { iss: 'c' })).toBe('c');
    expect(client('AUDIT', 'c', { iss: 'x' })).toEqual(mismatch('AUDIT', 'iss', 'x'));
    expect(client('AUDIT', 'c', {})).toMatchObject([
      'MODI_CLAIM_MISSING',
      expect.any(Number),
      'AUDIT',
      { claim: 'iss' },
    ]);
  });

  it('one purpose', () => {
    const purpose = (kind: 'INTEGRITY' | 'AUDIT', raw: Json) =>
      told(checkSamePurpose(kind), { voucher, tokens: { [kind]: claims({}, raw) } });
    expect(purpose('INTEGRITY', {})).toBe('the token names none, and need not');
    expect([purpose('INTEGRITY', { purposeId: 'p' }), purpose('AUDIT', { purposeId: 'p' })]).toEqual(['p', 'p']);
    const params = { found: 'x', expected: 'p' };
    expect(purpose('INTEGRITY', { purposeId: 'x' })).toMatchObject([
      'MODI_PURPOSE_MISMATCH',
      expect.any(Number),
      'INTEGRITY',
      params,
    ]);
    expect(purpose('AUDIT', {})).toMatchObject([
      'MODI_CLAIM_MISSING',
      expect.any(Number),
      'AUDIT',
      { claim: 'purposeId' },
    ]);
  });

  it('keys of the platform, told', () => {
    const keys = {
      voucherKey: (kid: string, now: number) => ({ key: [kid, now] }),
      participantKey: (kid: string, clientId: string, now: number) => ({ kid, clientId, key: [kid, now] }),
    } as never;
    const participant = checkParticipantKey('AUDIT');
    const one = made({ voucher, tokens: { AUDIT: { kid: 'k' }, VOUCHER: { kid: 'v' } } });
    expect(() => {
      participant.run(one);
    }).toThrow('the key of the participant is not established yet');
    expect(() => {
      checkVoucherKey.run(one);
    }).toThrow('the key of the platform is not established yet');
    expect(participant.prepare?.(one, keys)).toBeUndefined();
    expect(checkVoucherKey.prepare?.(one, keys)).toBeUndefined();
    participant.run(one);
    checkVoucherKey.run(one);
    expect([one.tokens.AUDIT?.key, one.tokens.VOUCHER?.key]).toEqual([
      ['k', NOW],
      ['v', NOW],
    ]);
    expect([participant.proved(one), checkVoucherKey.proved(one)]).toEqual([
      'k of client c',
      'kid v is a key of the platform',
    ]);
    expect(told(participant, { tokens: { AUDIT: { participant: { kid: 'k' } } } })).toBe(
      'k, the platform does not tell whose',
    );
    const without = made({ voucher, tokens: { AUDIT: { kid: 'k' }, VOUCHER: { kid: 'v' } } });
    expect(() => participant.prepare?.(without, undefined)).toThrow('the platform is not established yet');
    expect(() => checkVoucherKey.prepare?.(without, undefined)).toThrow('the platform is not established yet');
  });
});

describe('the audit token', () => {
  const header = (values: string[], required = true, voucher: Json = {}) =>
    told(checkTrackingHeader, {
      policy: { audit: { pattern: 'AUDIT_REST_01', required } },
      headers: values.length === 0 ? {} : { 'agid-jwt-trackingevidence': values },
      tokens: { VOUCHER: voucher },
    });
  const refused = (code: string, reason: string): unknown[] => [code, expect.any(Number), 'AUDIT', { reason }];

  it('is one bare token, or may be absent', () => {
    expect([header(['a.b.c']), header([], false), header([], false, claims({}))]).toEqual([
      'one header, bare token, 5 bytes',
      'absent, as the route allows',
      'absent, as the route allows',
    ]);
    expect(header([])).toEqual(refused('MODI_AUDIT_MISSING', 'AUDIT_REST_01'));
    expect(header([], false, claims({}, { digest: {} }))).toEqual(
      refused('MODI_AUDIT_MISSING', 'the voucher holds the digest of one'),
    );
    expect(header(['a', 'b'])).toEqual(refused('MODI_AUDIT_HEADER', '2 headers were found'));
    for (const value of ['a b', 'a,b']) {
      expect(header([value])).toEqual(refused('MODI_AUDIT_HEADER', 'several words were found'));
    }
  });
});

describe('the e-service', () => {
  const ids = { producerId: 'p', eserviceId: 'e', descriptorIds: new Set(['d', 'f']) };
  const service = (facts: Json, pdnd: Json = ids) =>
    told(checkVoucherEservice, { policy: { pdnd }, voucher: facts as never });

  it('is the one configured, as far as it is', () => {
    const facts = { producerId: 'p', eserviceId: 'e', descriptorId: 'f' };
    expect(service(facts)).toBe('producerId, eserviceId, descriptorId as configured');
    expect(service({}, {})).toBe('not looked at: no id is configured');
    expect(service(facts, { eserviceId: 'e' })).toBe('eserviceId as configured');
    expect(service({ ...facts, eserviceId: undefined })).toEqual([
      'MODI_CLAIM_MISSING',
      401,
      'VOUCHER',
      { claim: 'eserviceId' },
    ]);
    expect(service({ ...facts, descriptorId: 'x' })).toEqual([
      ...['MODI_VOUCHER_DESCRIPTOR', 403, 'VOUCHER'],
      { found: 'x', expected: 'd, f' },
    ]);
  });
});
