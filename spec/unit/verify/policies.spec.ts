import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../plugins/core/schema';
import {
  combinationOf,
  compileAnswerPolicy,
  compileAuditPolicy,
  compilePolicy,
  patternsOf,
} from '../../../plugins/core/verify';
import { compilePdndPolicy, type PdndPolicyConfig } from '../../../plugins/core/verify/pdnd-policy';
import type { AuditPolicyConfig, AuditRuleConfig } from '../../../plugins/core/verify/audit-policy';
import { compileParty } from '../../../plugins/core/verify/party-policy';
import type { PolicyConfig } from '../../../plugins/core/verify/policy';
import type { SignerDirectory } from '../../../plugins/core/verify';

const never = (): never => {
  throw new TypeError('nobody is asked');
};
const SIGNERS: SignerDirectory = { id: 'policies.spec', maxChain: 6, byChain: never, byThumbprint: never };

const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof ConfigError ? `${error.field}: ${error.problem}` : String(error);
  }
  return 'accepted';
};

describe('patterns together', () => {
  it.each([
    ['ID_AUTH_REST_01', false, 'ID_AUTH_REST_01', undefined],
    ['ID_AUTH_REST_02', false, 'ID_AUTH_REST_02', undefined],
    ['ID_AUTH_REST_02 INTEGRITY_REST_01', false, 'ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
    ['ID_AUTH_REST_01', true, 'ID_AUTH_REST_01', undefined],
    ['INTEGRITY_REST_01', true, 'ID_AUTH_REST_01', 'INTEGRITY_REST_01'],
    ['INTEGRITY_REST_02 AUDIT_REST_02', true, 'ID_AUTH_REST_01', 'INTEGRITY_REST_02'],
  ])('%s, voucher %j', (patterns, voucher, authentication, integrity) => {
    expect(combinationOf(patterns.split(' '), voucher)).toEqual({ authentication, integrity });
  });

  it.each([
    ['ID_AUTH_REST_01 ID_AUTH_REST_02', false, 'patterns: ID_AUTH_REST_02 includes ID_AUTH_REST_01; name one'],
    ['INTEGRITY_REST_01 INTEGRITY_REST_02', true, 'patterns: a request carries one integrity token; name one'],
    ['AUDIT_REST_01 AUDIT_REST_02', true, 'patterns: AUDIT_REST_02 includes AUDIT_REST_01; name one'],
    [
      'ID_AUTH_REST_02',
      true,
      'patterns: ID_AUTH_REST_02 cannot be met by a voucher of the PDND: it asks for a jti per request, and a voucher is used for many requests until it expires; name ID_AUTH_REST_01, and INTEGRITY_REST_02 or pdnd.voucher: dpop for uniqueness',
    ],
    [
      'ID_AUTH_REST_01 INTEGRITY_REST_02',
      false,
      'patterns: INTEGRITY_REST_02 needs the keys of the PDND; set pdnd.environment, or its addresses',
    ],
    [
      'ID_AUTH_REST_01 AUDIT_REST_02',
      false,
      'patterns: AUDIT_REST_02 needs the keys of the PDND; set pdnd.environment, or its addresses',
    ],
    [
      'INTEGRITY_REST_01 AUDIT_REST_01',
      false,
      'patterns: INTEGRITY_REST_01, AUDIT_REST_01 needs ID_AUTH_REST_01 or ID_AUTH_REST_02 beside it',
    ],
  ])('%s, voucher %j: refused', (patterns, voucher, problem) => {
    expect(problemOf(() => combinationOf(patterns.split(' '), voucher))).toBe(problem);
  });
});

describe('the policy of audit tokens', () => {
  const audit = (rules: readonly AuditRuleConfig[] | null, config: Partial<AuditPolicyConfig> = {}) =>
    compileAuditPolicy({ patterns: ['AUDIT_REST_01'], audit_token: 'required', audit_claims: rules, ...config });
  const problem = (rule: Partial<AuditRuleConfig>) => problemOf(() => audit([{ name: 'a' }, { name: 'b', ...rule }]));

  it('is none where no pattern asks for one', () => {
    expect(audit(null, { patterns: ['ID_AUTH_REST_01'] })).toBeUndefined();
  });

  it('is what the norm suggests, unless something else was agreed', () => {
    const usual = { type: 'string', oneOf: undefined, pattern: undefined, minLength: 1, maxLength: 256 };
    expect(audit(null)).toEqual({
      pattern: 'AUDIT_REST_01',
      required: true,
      rules: [
        { ...usual, claim: 'userID', header: 'x-modi-audit-userid', required: true },
        { ...usual, claim: 'userLocation', header: 'x-modi-audit-userlocation', required: true },
        { ...usual, claim: 'LoA', header: 'x-modi-audit-loa', required: false },
      ],
    });
    expect(audit([], { patterns: ['AUDIT_REST_02'], audit_token: 'optional' })).toEqual({
      pattern: 'AUDIT_REST_02',
      required: false,
      rules: [],
    });
  });

  it('has rules as they were agreed', () => {
    const rule: AuditRuleConfig = {
      ...{ name: 'a__B//c1', required: true, type: 'number' as const, one_of: ['1', '2'] },
      ...{ pattern: '\\d', min_length: 2, max_length: 2 },
    };
    expect(audit([rule])?.rules).toEqual([
      {
        ...{ claim: 'a__B//c1', header: 'x-modi-audit-a-b-c1', required: true, type: 'number' },
        ...{ oneOf: new Set(['1', '2']), pattern: /^(?:\d)$/u, minLength: 2, maxLength: 2 },
      },
    ]);
  });

  it.each<[string, Partial<AuditRuleConfig>, string]>([
    [
      'one header for two data',
      { name: 'A' },
      'audit_claims[2].name: two rules for what the service gets as x-modi-audit-a',
    ],
    ['lengths', { min_length: 9, max_length: 8 }, 'audit_claims[2].min_length: 9 is above max_length'],
    ['a long pattern', { pattern: 'a'.repeat(257) }, 'audit_claims[2].pattern: has more than 256 characters'],
    ['no pattern', { pattern: '(' }, 'audit_claims[2].pattern: "(" is no regular expression'],
    ['a longest pattern', { pattern: 'a'.repeat(256) }, 'accepted'],
    [
      'a slow pattern for long values',
      { pattern: '[a-z]+\\d*', max_length: 257 },
      'audit_claims[2].max_length: 257 is above 256: with several repetitions of no fixed length, matching can take for ever',
    ],
    ['no pattern for long values', { max_length: 4096 }, 'accepted'],
    ['a slow pattern', { pattern: '[a-z]+\\d*', max_length: 256 }, 'accepted'],
    ['a quick pattern for long values', { pattern: '[a+*]+\\+x{2}', max_length: 4096 }, 'accepted'],
  ])('%s', (_, rule, told) => {
    expect(problem(rule)).toBe(told);
  });

  it('tells the platform’s error beside its own where a pattern is none', () => {
    const cause = expect.objectContaining({ name: 'SyntaxError' }) as Error;
    expect(() => audit([{ name: 'a', pattern: '(' }])).toThrow(expect.objectContaining({ cause }));
  });

  it.each([
    ['(a)\\1', 'refers back to a group'],
    ['(?<x>a)\\k<x>', 'refers back to a group'],
    ['(?=a)b', 'looks around'],
    ['(?!a)b', 'looks around'],
    ['(?<=a)b', 'looks around'],
    ['(?<!a)b', 'looks around'],
    ['(a)*', 'repeats a group'],
    ['(a)+', 'repeats a group'],
    ['(a){2}', 'repeats a group'],
    ['a*b+c{1,}d{1,2}', 'has 4 repetitions of no fixed length'],
    ['a{10,}b{10,20}c*d*', 'has 4 repetitions of no fixed length'],
  ])('the pattern %s is not safe: it %s', (pattern, danger) => {
    expect(problem({ pattern })).toBe(`audit_claims[2].pattern: ${danger}: matching it can take for ever; simplify it`);
  });

  it.each([
    'a*b+c{1,}',
    '(a|b)c',
    '[)*]',
    '\\)*',
    '[*+*+]',
    '\\*\\+\\*\\+',
    '[^\\]]a',
    '(?<x>a)',
    'a{2}b{2}c{2}d{2}',
    '\\d\\0',
    '(a)\\d*',
    '(a)[0-9]*',
  ])('the pattern %s is safe', (pattern) => {
    expect(problem({ pattern })).toBe('accepted');
  });
});

const PDND: PdndPolicyConfig = {
  producer_id: null,
  eservice_id: null,
  descriptor_ids: null,
  voucher: 'bearer',
  voucher_types: ['at+jwt'],
  dpop: { public_urls: null, algorithms: ['ES256'], max_age: 60, further_jwk_members: false },
};

describe('the policy of vouchers', () => {
  it('looks at nothing that is not configured', () => {
    expect(compilePdndPolicy(PDND, 'iss')).toEqual({
      issuer: 'iss',
      voucherTypes: new Set(['at+jwt']),
      schemes: ['Bearer'],
      producerId: undefined,
      eserviceId: undefined,
      descriptorIds: undefined,
      dpop: { publicBases: [], algorithms: new Set(['ES256']), maxAge: 60, furtherMembers: false },
    });
  });

  it('looks at all that is', () => {
    const dpop = {
      ...PDND.dpop,
      public_urls: ['https://a.example/', 'https://b.example/x'],
      further_jwk_members: true,
    };
    const config = { ...PDND, producer_id: 'p', eservice_id: 'e', descriptor_ids: ['d'], dpop };
    const { schemes, ...policy } = compilePdndPolicy({ ...config, voucher: 'any' }, 'iss');
    expect(schemes).toEqual(['Bearer', 'DPoP']);
    expect(compilePdndPolicy({ ...config, voucher: 'dpop' }, 'iss').schemes).toEqual(['DPoP']);
    expect(policy).toMatchObject({ producerId: 'p', eserviceId: 'e', descriptorIds: new Set(['d']) });
    expect(policy.dpop).toMatchObject({
      publicBases: ['https://a.example', 'https://b.example/x'],
      furtherMembers: true,
    });
  });

  it.each(['dpop', 'any'] as const)('voucher %s needs a public address', (voucher) => {
    expect(problemOf(() => compilePdndPolicy({ ...PDND, voucher }, 'iss'))).toBe(
      `pdnd.dpop.public_urls: voucher: ${voucher} needs the public URL of this service, which proofs name in htu`,
    );
  });

  it('names the public address that is none', () => {
    const dpop = { ...PDND.dpop, public_urls: ['https://a.example', 'b'] };
    expect(problemOf(() => compilePdndPolicy({ ...PDND, dpop }, 'iss'))).toContain('pdnd.dpop.public_urls[2]: ');
  });
});

const CONFIG: PolicyConfig = {
  patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
  audience: ['a'],
  integrity_audience: null,
  algorithms: ['ES256'],
  max_age: 1,
  clock_skew: 2,
  max_lifetime: 3,
  max_token_size: 4,
  max_body_size: 5,
  empty_body: 'only_with_payload',
  digest_algorithms: ['SHA-256'],
  digest_encodings: ['hex'],
  require_signed_content_headers: true,
  required_signed_headers: null,
  identity: { claim: 'certificate' },
};

describe('the policy of a route', () => {
  it('is what is configured', () => {
    const { signers, signerCache, ...policy } = compilePolicy(CONFIG, SIGNERS);
    expect(signers).toBe(SIGNERS);
    expect(signerCache.size).toBe(0);
    const ours = new Set(['a']);
    expect(policy).toEqual({
      authentication: 'ID_AUTH_REST_02',
      unique: true,
      integrity: 'INTEGRITY_REST_01',
      pdnd: undefined,
      audit: undefined,
      revocation: undefined,
      channel: undefined,
      audience: { ID_AUTH: ours, VOUCHER: ours, INTEGRITY: ours, AUDIT: ours, DPOP: new Set() },
      algorithms: new Set(['ES256']),
      maxAge: { ID_AUTH: 1, INTEGRITY: 1, VOUCHER: Infinity, AUDIT: Infinity, DPOP: 0 },
      clockSkew: 2,
      maxLifetime: 3,
      maxTokenSize: 4,
      maxBodySize: 5,
      tokenOnEmptyBody: false,
      digestAlgorithms: new Set(['SHA-256']),
      digestEncodings: new Set(['hex']),
      requireSignedContentHeaders: true,
      requiredSignedHeaders: [],
      party: { identityClaim: 'certificate', callers: undefined, bindings: undefined, claimRules: [] },
    });
  });

  it('has an audience of its own, an age of its own, for tokens that have one', () => {
    const pdnd = compilePdndPolicy({ ...PDND, dpop: { ...PDND.dpop, max_age: 7 } }, 'iss');
    const own = { integrity_audience: ['i'], audit_audience: ['t'], audit_max_age: 9, required_signed_headers: ['x'] };
    const policy = compilePolicy({ ...CONFIG, patterns: ['ID_AUTH_REST_01'], ...own }, SIGNERS, { pdnd });
    expect(policy).toMatchObject({ unique: false, integrity: undefined, requiredSignedHeaders: ['x'] });
    expect([policy.audience.INTEGRITY, policy.audience.AUDIT]).toEqual([new Set(['i']), new Set(['t'])]);
    expect([policy.maxAge.AUDIT, policy.maxAge.DPOP]).toEqual([9, 7]);
  });

  it.each([
    ['always', true],
    ['any_request_response_payload', true],
    ['only_with_payload', false],
  ])('empty_body %s', (empty_body, tokenOnEmptyBody) => {
    expect(compilePolicy({ ...CONFIG, empty_body }, SIGNERS)).toMatchObject({ tokenOnEmptyBody });
  });

  it('tells the patterns that a request has satisfied', () => {
    const audit = compileAuditPolicy({ patterns: ['AUDIT_REST_01'], audit_token: 'required', audit_claims: null });
    const policy = compilePolicy(CONFIG, SIGNERS, { audit });
    expect(patternsOf(policy)).toEqual(['ID_AUTH_REST_02', 'AUDIT_REST_01', 'INTEGRITY_REST_01']);
    const channel = { match: 'none' } as NonNullable<typeof policy.channel>;
    const alone = { ...policy, audit: undefined, integrity: undefined, channel };
    expect(patternsOf(alone)).toEqual(['ID_AUTH_REST_02', 'ID_AUTH_CHANNEL_02']);
  });

  it('lets rules speak of the tokens that it asks for', () => {
    const rule = (token: 'ID_AUTH' | 'AUDIT' | 'INTEGRITY') => {
      const conditions = { value: null, one_of: null, patterns: null, pattern: null, optional: false };
      return { ...CONFIG, authorization: [{ name: null, token, claim: 'x', ...conditions }] };
    };
    const audit = compileAuditPolicy({ patterns: ['AUDIT_REST_01'], audit_token: 'required', audit_claims: null });
    const only = { patterns: ['ID_AUTH_REST_02'] };
    expect(problemOf(() => compilePolicy({ ...rule('ID_AUTH'), ...only }, SIGNERS))).toBe('accepted');
    expect(problemOf(() => compilePolicy(rule('INTEGRITY'), SIGNERS))).toBe('accepted');
    expect(problemOf(() => compilePolicy(rule('AUDIT'), SIGNERS, { audit }))).toBe('accepted');
    expect(problemOf(() => compilePolicy({ ...rule('INTEGRITY'), ...only }, SIGNERS))).toMatch(/^authorization\[1\]/);
    expect(problemOf(() => compilePolicy(rule('AUDIT'), SIGNERS))).toMatch(/^authorization\[1\]/);
  });
});

describe('who may call', () => {
  const caller = (name: string | null) => ({
    ...{ name, groups: null, iss: ['x'], sub: null, client_id: null, organization_identifier: null },
    ...{ organizational_unit: null, common_name: null, alternative_name: null, issuer: null, thumbprint: null },
  });
  const problem = (names: readonly (string | null)[] | null) =>
    problemOf(() =>
      compileParty(
        { identity: { claim: 'application', callers: names && names.map((name) => caller(name) as never) } },
        [],
      ),
    );

  it('applications need names', () => {
    expect(problem(null)).toBe('identity.claim: "application" needs entries in identity.callers');
    expect(problem([])).toBe('identity.claim: "application" needs entries in identity.callers');
    expect(problem(['a', null])).toBe('identity.callers[2].name: is needed where identity.claim is application');
    expect(problem([null])).toBe('identity.callers[1].name: is needed where identity.claim is application');
    expect(problem(['a', 'b'])).toBe('accepted');
  });

  it('names the list in which an entry is wrong', () => {
    const everybody = { ...caller('a'), iss: null } as never;
    expect(problemOf(() => compileParty({ identity: { claim: 'iss', callers: [everybody] } }, []))).toContain(
      'identity.callers[1]: ',
    );
  });
});

describe('the policy of a receiver of answers', () => {
  it('is as modi-verify has it by default', () => {
    const policy = compileAnswerPolicy({ audience: ['me'] }, SIGNERS);
    expect(policy).toMatchObject({
      authentication: 'ID_AUTH_REST_01',
      integrity: 'INTEGRITY_REST_01',
      algorithms: new Set(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']),
      clockSkew: 5,
      maxLifetime: 86_400,
      maxTokenSize: 16_384,
      maxBodySize: 52_428_800,
      tokenOnEmptyBody: false,
      digestAlgorithms: new Set(['SHA-256', 'SHA-384', 'SHA-512']),
      digestEncodings: new Set(['base64']),
      requireSignedContentHeaders: true,
      requiredSignedHeaders: [],
    });
    expect(policy.party.identityClaim).toBe('certificate');
    expect([policy.maxAge.INTEGRITY, policy.audience.INTEGRITY]).toEqual([300, new Set(['me'])]);
  });

  it('is what its receiver says', () => {
    const policy = compileAnswerPolicy(
      {
        ...{ audience: ['me'], algorithms: ['ES256'], maxAge: 1, clockSkew: 0, maxLifetime: 3, maxTokenSize: 4 },
        ...{ maxBodySize: 5, tokenOnEmptyBody: true, digestAlgorithms: ['SHA-512'], digestEncodings: ['hex'] },
        requiredSignedHeaders: ['x'],
      },
      SIGNERS,
    );
    expect(policy).toMatchObject({
      ...{ algorithms: new Set(['ES256']), clockSkew: 0, maxLifetime: 3, maxTokenSize: 4, maxBodySize: 5 },
      ...{ tokenOnEmptyBody: true, digestAlgorithms: new Set(['SHA-512']), digestEncodings: new Set(['hex']) },
      requiredSignedHeaders: ['x'],
    });
    expect(policy.maxAge.INTEGRITY).toBe(1);
  });
});
