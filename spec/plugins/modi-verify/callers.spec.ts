import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../plugins/core/schema';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { makeCast, type Cast } from '../../support/corpus';
import { mockPki, type MockSigner } from '../../support/pki';
import { makeRequest, type Party } from '../../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../../support/verify-route';

const BODY_ID = 'CF:IT-80012000000';

let cast: Cast;
let unit: MockSigner;
beforeAll(async () => {
  cast = await makeCast();
  unit = await (
    await mockPki()
  ).issue({
    subject: `CN=Anagrafe, OU=IPAIT-UO_AB12CD, OU=Servizi, O=Comune, 2.5.4.97=${BODY_ID}`,
    subjectAltNames: ['anagrafe.comune.example'],
  });
});

type Json = Record<string, unknown>;

const call = (config: Json, { party = cast.ec, claims = {}, ...more } = {}): Promise<MemoryKong> =>
  runAccess(verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], ...config }), {
    ...makeRequest({ now: NOW, party, idAuth: { claims } }),
    ...more,
  });

const outcome = async (...args: Parameters<typeof call>): Promise<unknown> =>
  problemOf(await call(...args))['code'] ?? 'accepted';

const thumbprintOf = async (party: Party): Promise<string> => {
  const { calls } = await call({}, { party });
  const headers = calls.find(([method]) => method === 'kong.service.request.set_headers')?.[1];
  return (headers as Record<string, string>)['x-modi-certificate-sha256'] ?? '';
};

describe('identity.callers', () => {
  it.each([
    ['organization_identifier', ['CF:IT-80012000000'], 'accepted'],
    ['organization_identifier', ['CF:IT-*'], 'accepted'],
    ['organization_identifier', ['80012000000'], 'MODI_CALLER_NOT_ALLOWED'],
    ['organizational_unit', ['IPAIT-UO_AB12CD'], 'accepted'],
    ['organizational_unit', ['IPAIT-UO_ZZ99ZZ', 'Servizi'], 'accepted'],
    ['organizational_unit', ['IPAIT-UO_'], 'MODI_CALLER_NOT_ALLOWED'],
    ['common_name', ['Anagrafe'], 'accepted'],
    ['common_name', ['anagrafe'], 'MODI_CALLER_NOT_ALLOWED'],
    ['alternative_name', ['DNS:*.comune.example'], 'accepted'],
    ['alternative_name', ['URI:*.comune.example'], 'MODI_CALLER_NOT_ALLOWED'],
    ['subject', ['*OU=Servizi*'], 'accepted'],
    ['issuer', ['*CN=Prova Issuing CA*'], 'accepted'],
    ['issuer', ['*CN=Other CA*'], 'MODI_CALLER_NOT_ALLOWED'],
    ['thumbprint', ['A'.repeat(43)], 'MODI_CALLER_NOT_ALLOWED'],
  ])('by %s %j: %s', async (field, patterns, expected) => {
    expect(await outcome({ identity: { callers: [{ [field]: patterns }] } }, { party: unit })).toBe(expected);
  });

  it('by thumbprint admits one certificate of a body and not its other one', async () => {
    const config = { identity: { callers: [{ thumbprint: [await thumbprintOf(cast.ec)] }] } };
    expect(await outcome(config)).toBe('accepted');
    expect(await outcome(config, { party: cast.rsa })).toBe('MODI_CALLER_NOT_ALLOWED');
  });

  it('asks for everything an entry says, and for one entry of several', async () => {
    const both = { organization_identifier: [BODY_ID], organizational_unit: ['Altro'] };
    expect(await outcome({ identity: { callers: [both] } }, { party: unit })).toBe('MODI_CALLER_NOT_ALLOWED');
    const callers = [both, { organization_identifier: ['CF:IT-1', BODY_ID], common_name: ['Ana*'] }];
    expect(await outcome({ identity: { callers } }, { party: unit })).toBe('accepted');
  });

  it('ties claims to the certificate: another body cannot use the name', async () => {
    const identity = {
      claim: 'client_id',
      callers: [
        { organization_identifier: [BODY_ID], client_id: ['anagrafe'] },
        { organization_identifier: ['CF:IT-80099000000'], client_id: ['protocollo', 'archivio-*'] },
      ],
    };
    expect(await outcome({ identity }, { claims: { client_id: 'anagrafe' } })).toBe('accepted');
    expect(await outcome({ identity }, { party: cast.other, claims: { client_id: 'archivio-2' } })).toBe('accepted');
    const stolen = await call(
      { identity, disclosure: 'full' },
      { party: cast.other, claims: { client_id: 'anagrafe' } },
    );
    expect(problemOf(stolen)).toMatchObject({ code: 'MODI_CALLER_MISMATCH', status: 403, found: 'anagrafe' });
    expect(await outcome({ identity }, { claims: { client_id: undefined } })).toBe('MODI_CALLER_MISMATCH');
  });

  it('tells a stranger nothing of those on the list', async () => {
    const callers = [{ organization_identifier: ['CF:IT-80055500000'], name: 'segreto', client_id: ['segreto'] }];
    const memory = await call({ identity: { callers }, disclosure: 'full' });
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_CALLER_NOT_ALLOWED', status: 403, token: 'Authorization' });
    expect(JSON.stringify(problemOf(memory))).not.toMatch(/80055500000|segreto/);
  });

  it('uses up nothing: an admitted jti that was refused elsewhere is still good', async () => {
    const request = makeRequest({ now: NOW, party: cast.ec });
    const route = (organization: string) =>
      verifyRoute(cast, {
        patterns: ['ID_AUTH_REST_02'],
        identity: { callers: [{ organization_identifier: [organization] }] },
      });
    expect(problemOf(await runAccess(route('CF:IT-1'), request))['code']).toBe('MODI_CALLER_NOT_ALLOWED');
    expect((await runAccess(route(BODY_ID), request)).exited()).toBeUndefined();
  });

  it('names the application, as identity, consumer and in the log', async () => {
    const callers = [
      { name: 'altro', organization_identifier: ['CF:IT-1'] },
      { name: 'protocollo', organization_identifier: [BODY_ID], groups: ['scrittura'] },
    ];
    const memory = await call({ identity: { claim: 'application', consumer: 'virtual', callers } });
    expect(memory.shared.get('authenticated_groups')).toEqual(['modi', 'scrittura']);
    const record = JSON.parse(memory.shared.get('modi') as string) as Json;
    expect(record).toMatchObject({ client: 'protocollo', application: 'protocollo' });
    const authenticated = memory.calls.find(([method]) => method === 'kong.client.authenticate');
    expect(authenticated?.[1]).toMatchObject({ username: 'protocollo' });
  });
});

describe('identity.bindings', () => {
  const bound = (binding: Json) => ({ identity: { bindings: [binding] } });

  it.each([
    [{ claim: 'iss' }, { iss: BODY_ID }, 'accepted'],
    [{ claim: 'iss' }, { iss: '80012000000' }, 'MODI_CALLER_MISMATCH'],
    [{ claim: 'iss', strip_prefixes: ['VATIT-', 'CF:IT-'] }, { iss: '80012000000' }, 'accepted'],
    [{ claim: 'iss', strip_prefixes: ['CF:IT-'] }, { iss: BODY_ID }, 'MODI_CALLER_MISMATCH'],
    [{ claim: 'iss', strip_prefixes: [BODY_ID] }, { iss: undefined }, 'MODI_CALLER_MISMATCH'],
    [{ claim: 'client_id', equals: 'common_name' }, { client_id: 'Anagrafe' }, 'accepted'],
    [{ claim: 'client_id', equals: 'organizational_unit' }, { client_id: 'Servizi' }, 'accepted'],
    [{ claim: 'sub', equals: 'alternative_name' }, { sub: 'DNS:anagrafe.comune.example' }, 'accepted'],
    [
      { claim: 'sub', equals: 'alternative_name', strip_prefixes: ['DNS:'] },
      { sub: 'anagrafe.comune.example' },
      'accepted',
    ],
    [{ claim: 'sub', equals: 'thumbprint' }, { sub: 'x' }, 'MODI_CALLER_MISMATCH'],
  ])('%j with %j: %s', async (binding, claims, expected) => {
    expect(await outcome(bound(binding), { party: unit, claims })).toBe(expected);
  });

  it('hold nothing for a certificate without that part', async () => {
    expect(await outcome(bound({ claim: 'iss' }), { party: cast.p384 })).toBe('MODI_CALLER_MISMATCH');
  });
});

describe('groups', () => {
  const groupsFor = async (groups: string[], more: Json = {}, request: Json = {}): Promise<unknown> =>
    (await call({ groups, ...more }, { party: unit, ...request })).shared.get('authenticated_groups');

  it('come from certificate, claims and identity', async () => {
    const groups = [
      'modi',
      'org:{organization_identifier}',
      'unit:{organizational_unit}',
      'c:{client}',
      'n={common_name}',
    ];
    expect(await groupsFor(groups)).toEqual([
      'modi',
      `org:${BODY_ID}`,
      'unit:IPAIT-UO_AB12CD',
      'unit:Servizi',
      `c:${BODY_ID}`,
      'n=Anagrafe',
    ]);
    expect(
      await groupsFor(['modi', 'p:{claim:purpose.id}'], {}, { claims: { purpose: [{ id: 'a' }, { id: 7 }] } }),
    ).toEqual(['modi', 'p:a', 'p:7']);
  });

  it('come from the registered consumer: username, custom_id, tags', async () => {
    const consumers = [{ id: 'c1', username: BODY_ID, custom_id: 'k-1', tags: ['lettura', 'scrittura'] }];
    const identity = { consumer: 'registered' };
    expect(await groupsFor(['modi', '{tags}', 'k:{custom_id}', '{consumer}'], { identity }, { consumers })).toEqual([
      'modi',
      'lettura',
      'scrittura',
      'k:k-1',
      BODY_ID,
    ]);
  });

  it('are not there where the value is not, or is no name', async () => {
    expect(await groupsFor(['modi', '{application}', '{tags}', 'x:{claim:none}', 'x:{claim:aud}'])).toHaveLength(2);
    expect(await groupsFor(['modi', 'x:{claim:o}'], {}, { claims: { o: { a: 1 } } })).toEqual(['modi']);
    expect(await groupsFor(['modi', 'x:{claim:o}'], {}, { claims: { o: 'y'.repeat(300) } })).toEqual(['modi']);
  });

  it('cannot be chosen by a caller: no comma, no second name', async () => {
    const claims = { sub: 'a, admin', many: Array.from({ length: 500 }, (_, index) => `g${index}`) };
    expect(await groupsFor(['modi', 's:{claim:sub}'], {}, { claims })).toEqual(['modi', 's:a%2C%20admin']);
    expect(await groupsFor(['modi', 's:{claim:many}'], {}, { claims })).toHaveLength(50);
  });

  it.each([
    '{client}',
    '{claim:sub}',
    'mod{client}',
    'x:{nothing}',
    'x:{client}:y',
    '{',
    'x:{}',
    'x:{claim:}',
    'x:{claim:a..b}',
  ])('%s is refused as configuration', (group) => {
    expect(() => verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], groups: ['modi', group] })).toThrow(ConfigError);
  });
});

describe('a registered consumer', () => {
  const identity = { claim: 'client_id', consumer: 'registered', consumer_custom_id: 'organization_identifier' };
  const consumers = [
    { id: 'c1', username: 'anagrafe', custom_id: BODY_ID },
    { id: 'c2', username: 'senza' },
  ];

  it.each([
    ['anagrafe', 'ec', 'accepted'],
    ['anagrafe', 'other', 'MODI_CONSUMER_MISMATCH'],
    ['anagrafe', 'p384', 'MODI_CONSUMER_MISMATCH'],
    ['senza', 'ec', 'MODI_CONSUMER_MISMATCH'],
    ['nessuno', 'ec', 'MODI_CONSUMER_UNKNOWN'],
  ] as const)('%s of %s: %s', async (clientId, who, expected) => {
    const request = { party: cast[who], claims: { client_id: clientId }, consumers } as Parameters<typeof call>[1];
    const memory = await call({ identity }, request);
    expect(problemOf(memory)['code'] ?? 'accepted').toBe(expected);
  });
});

describe('authorization', () => {
  const rules = (...authorization: Json[]) => ({ authorization });
  const purpose = { name: 'purpose', claim: 'purposeId', one_of: ['p-1', 'p-2'] };

  it.each([
    [{ purposeId: 'p-1' }, 'accepted'],
    [{ purposeId: ['x', 'p-2'] }, 'accepted'],
    [{ purposeId: 'p-3' }, 'MODI_CLAIM_RULE_MISMATCH'],
    [{}, 'MODI_CLAIM_RULE_MISSING'],
  ])('%j: %s', async (claims, expected) => {
    expect(await outcome(rules(purpose), { claims })).toBe(expected);
  });

  it.each([
    [{ purposeId: 'p-17' }, 'accepted'],
    [{ purposeId: ['x', 'p-2'] }, 'accepted'],
    [{ purposeId: 'xp-17' }, 'MODI_CLAIM_RULE_MISMATCH'],
    [{}, 'MODI_CLAIM_RULE_MISSING'],
  ])('by a regular expression, %j: %s', async (claims, expected) => {
    expect(await outcome(rules({ claim: 'purposeId', pattern: 'p-[0-9]{1,3}' }), { claims })).toBe(expected);
  });

  it('names rule and claim, and what this caller sent; never what others may send', async () => {
    const memory = await call({ ...rules(purpose), disclosure: 'full' }, { claims: { purposeId: 'p-3' } });
    expect(problemOf(memory)).toMatchObject({ code: 'MODI_CLAIM_RULE_MISMATCH', status: 403, found: 'p-3' });
    expect(problemOf(memory)['detail']).toMatch(/purposeId.*purpose/);
    expect(JSON.stringify(problemOf(memory))).not.toMatch(/p-1|p-2/);
  });

  it('asks for all rules, each of its own token', async () => {
    const both = {
      patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
      ...rules(
        { claim: 'iss', value: 'comune-di-esempio' },
        { token: 'INTEGRITY', claim: 'scope', patterns: ['read:*'] },
      ),
    };
    const route = verifyRoute(cast, both);
    const run = async (scope: string | undefined) =>
      problemOf(
        await runAccess(
          route,
          makeRequest({ now: NOW, party: cast.ec, integrity: true, signature: { claims: { scope } } }),
        ),
      );
    expect(await run('read:all')).toEqual({});
    expect(await run('write:all')).toMatchObject({ code: 'MODI_CLAIM_RULE_MISMATCH', token: 'Agid-JWT-Signature' });
    expect(await run(undefined)).toMatchObject({ code: 'MODI_CLAIM_RULE_MISSING', status: 403 });
  });

  it('does not pass because the token is not there', async () => {
    const config = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };
    const rule = { token: 'INTEGRITY', claim: 'scope' };
    expect(await outcome({ ...config, ...rules(rule) })).toBe('MODI_CLAIM_RULE_MISSING');
    expect(await outcome({ ...config, ...rules({ ...rule, optional: true }) })).toBe('accepted');
  });
});

describe('the configuration of callers', () => {
  it.each([
    [{ identity: { claim: 'application' } }, 'identity.claim'],
    [{ identity: { claim: 'application', callers: [{ common_name: ['x'] }] } }, 'identity.callers[1].name'],
    [{ identity: { callers: [{ name: 'everybody' }] } }, 'identity.callers[1]'],
    [{ identity: { callers: [] } }, 'identity.callers'],
    [{ identity: { callers: [{ common_name: [] }] } }, 'identity.callers[1].common_name'],
    [{ identity: { bindings: [{ claim: 'aud' }] } }, 'identity.bindings[1].claim'],
    [{ authorization: [{ token: 'INTEGRITY', claim: 'x' }] }, 'authorization[1].token'],
    [{ authorization: [{ claim: 'x', value: 'a', patterns: ['b'] }] }, 'authorization[1]'],
    [{ authorization: [{ claim: 'x', pattern: '(a+)+' }] }, 'authorization[1].pattern'],
    [{ authorization: [{ claim: 'x', pattern: '[' }] }, 'authorization[1].pattern'],
    [{ authorization: [{ value: 'a' }] }, 'authorization[1].claim'],
  ])('%j is refused at %s', (config, field) => {
    let found: unknown;
    try {
      verifyRoute(cast, { patterns: ['ID_AUTH_REST_02'], ...config });
    } catch (error) {
      found = error instanceof ConfigError ? error.field : error;
    }
    expect(found).toBe(field);
  });
});
