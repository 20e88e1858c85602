import { describe, expect, it } from 'vitest';
import { checkCaller } from '../../../plugins/core/verify/check-caller';
import { checkClaimRules } from '../../../plugins/core/verify/check-claim-rules';
import { checkIdentity } from '../../../plugins/core/verify/check-identity';
import { certificate, claims, signer, told, type Given, type Json } from '../../support/verdicts/told';

describe('the caller', () => {
  const caller = (party: Json, token: Json = { ...claims({ iss: 'i' }), ...signer('CN=a') }, kind = 'ID_AUTH') =>
    told(checkCaller, { policy: { party }, tokens: { [kind]: token } });
  const always = (answer: unknown) => () => answer;

  it('is everybody, or one on the list, or one whose claims belong to the certificate', () => {
    expect(caller({})).toBe('every trusted certificate is');
    expect(told(checkCaller, { policy: { party: {} } })).toBe('every trusted certificate is');
    expect(caller({ bindings: always(undefined) })).toBe('claims and certificate agree');
    const known = (name?: string) => always({ verdict: 'known', caller: { name, groups: [] } });
    expect(caller({ callers: known('Anagrafe') })).toBe('Anagrafe');
    expect(caller({ callers: known() })).toBe('on the list');
  });

  it('is asked about with certificate and claims', () => {
    const asked: unknown[] = [];
    const note = (...args: unknown[]) => void asked.push(args);
    caller({ bindings: note, callers: note });
    const naming = { iss: 'i', sub: undefined, client_id: undefined };
    expect(asked).toEqual([
      [certificate('CN=a'), naming],
      [certificate('CN=a'), naming],
    ]);
  });

  it('is refused without a word of who is on the list', () => {
    const stranger = { callers: always({ verdict: 'stranger' }) };
    const refused = (found: string) => ['MODI_CALLER_NOT_ALLOWED', 403, 'ID_AUTH', { found }];
    expect(caller(stranger)).toEqual(refused('CN=a'));
    expect(caller(stranger, { ...claims({}), ...signer('x'.repeat(201)) })).toEqual(refused(`${'x'.repeat(200)}...`));
    expect(caller(stranger, claims({ clientId: 'c' }), 'VOUCHER')).toEqual(refused('c'));
    expect(caller(stranger, claims({}), 'VOUCHER')).toEqual(refused('no certificate'));
  });

  it('is refused with the claim that is another’s', () => {
    const mismatch = (claim: string, found: string) => ['MODI_CALLER_MISMATCH', 403, 'ID_AUTH', { claim, found }];
    expect(caller({ callers: always({ verdict: 'claim', claim: 'iss' }) })).toEqual(mismatch('iss', 'i'));
    expect(caller({ bindings: always('sub') })).toEqual(mismatch('sub', 'absent'));
  });
});

describe('the identity', () => {
  const identity = (identityClaim: string, token: Json, further: Given = {}, kind = 'ID_AUTH') =>
    told(checkIdentity, { policy: { party: { identityClaim } }, tokens: { [kind]: token }, ...further });

  it.each<[string, Json, Given, string]>([
    ['certificate', signer('CN=a'), {}, 'CN=a (from certificate)'],
    ['certificate', signer('CN=a'), { voucher: { clientId: 'v' } as never }, 'v (from certificate)'],
    ['application', {}, { caller: { name: 'App', groups: [] } }, 'App (from application)'],
    ['client_id', claims({ clientId: 'c' }), {}, 'c (from client_id)'],
    ['sub', claims({ sub: 's' }), {}, 's (from sub)'],
    ['purposeId', claims({}, { purposeId: 'p' }), {}, 'p (from purposeId)'],
    ['consumerId', claims({}, { consumerId: 'k' }), {}, 'k (from consumerId)'],
  ])('is the %s', (claim, token, further, line) => {
    expect(identity(claim, token, further)).toBe(line);
  });

  it.each(['client_id', 'purposeId', 'consumerId'])('%s must be there', (claim) => {
    const missing = ['MODI_IDENTITY_MISSING', 403, 'ID_AUTH', { claim }];
    expect(identity(claim, claims({}, { purposeId: 5, consumerId: [] }))).toEqual(missing);
  });

  it('that is too long is refused', () => {
    const params = { claim: 'iss', found: 513, max: 512 };
    expect(identity('iss', claims({ iss: 'x'.repeat(513) }))).toEqual([
      ...['MODI_IDENTITY_TOO_LONG', 403, 'ID_AUTH'],
      params,
    ]);
  });
});

describe('rules on claims', () => {
  const rule = (name: string, token: string, verdict: Json) => ({ name, token, claim: 'c', judge: () => verdict });
  const rules = (...claimRules: unknown[]) =>
    told(checkClaimRules, { policy: { party: { claimRules } }, tokens: { ID_AUTH: claims({}) } });
  const holds = { verdict: 'holds' };

  it('all hold, or the first that does not is named', () => {
    expect([rules(), rules(rule('a', 'ID_AUTH', holds), rule('b', 'AUDIT', holds))]).toEqual(['no rules', 'a, b']);
    expect(rules(rule('a', 'ID_AUTH', holds), rule('b', 'INTEGRITY', { verdict: 'missing' }))).toEqual([
      ...['MODI_CLAIM_RULE_MISSING', 403, 'INTEGRITY'],
      { rule: 'b', claim: 'c' },
    ]);
    const differs = (...found: unknown[]) => rules(rule('a', 'ID_AUTH', { verdict: 'differs', found }));
    const mismatch = (found: string) => ['MODI_CLAIM_RULE_MISMATCH', 403, 'ID_AUTH', { rule: 'a', claim: 'c', found }];
    expect([differs('x'), differs('x', 'y')]).toEqual([mismatch('x'), mismatch('["x","y"]')]);
    expect(differs('x'.repeat(201))).toEqual(mismatch(`${'x'.repeat(200)}...`));
  });

  it('speak of the token that they name; a voucher stands for the caller’s own', () => {
    const asked: unknown[] = [];
    const spy = (token: string) => ({ ...rule('a', token, holds), judge: (raw: unknown) => (asked.push(raw), holds) });
    const raw = (kind: string) => claims({}, { kind });
    const claimRules = [spy('ID_AUTH'), spy('AUDIT'), spy('INTEGRITY')];
    const policy = { party: { claimRules } };
    told(checkClaimRules, { policy, tokens: { VOUCHER: raw('v'), AUDIT: raw('a'), INTEGRITY: {} } });
    told(checkClaimRules, { policy, tokens: { ID_AUTH: raw('i'), VOUCHER: raw('v'), INTEGRITY: raw('s') } });
    expect(asked).toEqual([{ kind: 'v' }, { kind: 'a' }, undefined, { kind: 'i' }, undefined, { kind: 's' }]);
  });
});
