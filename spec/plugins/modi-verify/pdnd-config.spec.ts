import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../plugins/core/schema';
import type { PdndSettings } from '../../../plugins/core/pdnd';
import { compileRoute, type Route } from '../../../plugins/modi-verify/route';
import { modiVerifySchema } from '../../../plugins/modi-verify/schema';
import { makeCast } from '../../support/corpus';
import { fakeKeys, pdndCast } from '../../support/pdnd';
import { AUDIENCE } from '../../support/requests';
import { NOW } from '../../support/verify-route';

const keys = fakeKeys(pdndCast());

function compiled(config: Record<string, unknown>): { route: Route; settings: PdndSettings | undefined } {
  let settings: PdndSettings | undefined;
  const read = readConfig(modiVerifySchema, { audience: [AUDIENCE], patterns: ['ID_AUTH_REST_01'], ...config });
  const route = compileRoute(read, NOW, (asked) => {
    settings = asked;
    return keys;
  });
  return { route, settings };
}

function problemWith(config: Record<string, unknown>): ConfigError {
  try {
    compiled(config);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const UAT = { environment: 'uat' };
const CLIENT = { id: '22222222-0000-4000-8000-000000000002', key_file: '/etc/kong/modi/api-client.pem' };

describe('the configuration of a route with vouchers', () => {
  it('refuses ID_AUTH_REST_02 and tells why', () => {
    const { field, message } = problemWith({ patterns: ['ID_AUTH_REST_02'], pdnd: UAT });
    expect(field).toBe('patterns');
    expect(message).toContain('used for many requests');
  });

  it.each([
    [{ patterns: ['INTEGRITY_REST_02'] }, 'patterns'],
    [{ patterns: ['AUDIT_REST_02', 'ID_AUTH_REST_01'] }, 'patterns'],
    [{ patterns: ['INTEGRITY_REST_01', 'INTEGRITY_REST_02'], pdnd: { ...UAT, client: CLIENT } }, 'patterns'],
    [{ patterns: ['AUDIT_REST_01', 'AUDIT_REST_02'], pdnd: { ...UAT, client: CLIENT } }, 'patterns'],
    [{ patterns: ['INTEGRITY_REST_02'], pdnd: UAT }, 'pdnd.client.id'],
    [{ patterns: ['AUDIT_REST_01'], pdnd: { ...UAT, client: { id: CLIENT.id } } }, 'pdnd.client.key_file'],
    [{ pdnd: { ...UAT, client: { key_file: CLIENT.key_file } } }, 'pdnd.client.id'],
    [{ pdnd: { ...UAT, parties: true } }, 'pdnd.client.id'],
    [{ patterns: ['INTEGRITY_REST_01'], pdnd: UAT }, 'trust'],
    [{ pdnd: { environment: 'test' } }, 'pdnd.environment'],
    [{ pdnd: { issuer: 'pdnd.localhost' } }, 'pdnd.jwks_uri'],
    [{ pdnd: { jwks_uri: 'https://pdnd.example/jwks' } }, 'pdnd.issuer'],
    [{ pdnd: { issuer: 'x', jwks_uri: 'https://x.example/j', client: CLIENT } }, 'pdnd.api_uri'],
    [{ pdnd: { producer_id: CLIENT.id } }, 'pdnd.producer_id'],
    [{ pdnd: { voucher: 'dpop' } }, 'pdnd.voucher'],
    [{ pdnd: { dpop: { public_urls: ['https://api.example'] } } }, 'pdnd.dpop.public_urls'],
    [{ pdnd: { ...UAT, voucher: 'dpop' } }, 'pdnd.dpop.public_urls'],
    [{ pdnd: { ...UAT, voucher: 'any', dpop: { public_urls: ['https://u@x.example'] } } }, 'pdnd.dpop.public_urls[1]'],
    [{ pdnd: { ...UAT, voucher: 'any', dpop: { public_urls: ['https://x.example/?a'] } } }, 'pdnd.dpop.public_urls[1]'],
    [{ pdnd: { ...UAT, dpop: { algorithms: ['HS256'] } } }, 'pdnd.dpop.algorithms[1]'],
    [{ pdnd: { ...UAT, ca: ['no/such/file.pem'] } }, 'pdnd.ca[1]'],
    [{ pdnd: UAT, identity: { claim: 'iss' } }, 'identity.claim'],
    [{ pdnd: UAT, identity: { bindings: [{ claim: 'sub' }] } }, 'identity.bindings'],
    [{ pdnd: UAT, identity: { claim: 'application' } }, 'identity.claim'],
    [{ pdnd: UAT, authorization: [{ claim: 'userID', token: 'AUDIT' }] }, 'authorization[1].token'],
  ])('%j is refused at %s', (config, field) => {
    expect(problemWith(config).field).toBe(field);
  });

  const CLAIMS: readonly (readonly [claims: readonly object[], field: string])[] = [
    [[{ name: 'userID' }, { name: 'userid' }], 'audit_claims[2].name'],
    [[{ name: 'a', min_length: 9, max_length: 8 }], 'audit_claims[1].min_length'],
    ...['(', '(a+)+', '(a|aa)*', '(?:x){3}', 'a*b*c*d*', '(a)\\1', '(?=a)a', 'x'.repeat(257)].map(
      (pattern) => [[{ name: 'a', pattern }], 'audit_claims[1].pattern'] as const,
    ),
  ];

  it.each(CLAIMS)('audit_claims %j are refused at %s', (claims, field) => {
    const problem = problemWith({
      patterns: ['AUDIT_REST_01'],
      audit_claims: claims,
      pdnd: { ...UAT, client: CLIENT },
    });
    expect(problem.field).toBe(field);
  });
});

describe('the settings of the platform', () => {
  it('of an environment need nothing but its name for vouchers, and no trust', () => {
    const { route, settings } = compiled({ pdnd: { environment: 'prod' } });
    expect(settings).toMatchObject({ jwksUri: 'https://interop.pagopa.it/.well-known/jwks.json', keyApi: null });
    expect(route.policy.pdnd?.issuer).toBe('interop.pagopa.it');
    expect(() => route.policy.signers.byThumbprint('x', NOW)).toThrow('MODI_CERTIFICATE_UNTRUSTED');
    expect(() => route.policy.signers.byChain([], NOW)).toThrow('MODI_CERTIFICATE_UNTRUSTED');
  });

  it('follow explicit addresses before those of the environment', () => {
    const pdnd = { ...UAT, client: CLIENT, issuer: 'other', api_uri: 'https://api.example/v2/', api_version: 'v2' };
    const { route, settings } = compiled({ patterns: ['INTEGRITY_REST_02'], pdnd });
    expect(route.policy.pdnd?.issuer).toBe('other');
    expect(settings?.keyApi).toMatchObject({
      version: 'v2',
      uri: 'https://api.example/v2',
      client: { id: CLIENT.id, key: CLIENT.key_file, tokenUri: 'https://auth.uat.interop.pagopa.it/token.oauth2' },
      events: { interval: 60, directory: null },
    });
    const quiet = compiled({ patterns: ['INTEGRITY_REST_02'], pdnd: { ...pdnd, events: { poll: false } } });
    expect(quiet.settings?.keyApi?.events).toBeNull();
  });

  it('take the authorities of its TLS from PEM', async () => {
    const { anchor } = await makeCast();
    expect(compiled({ pdnd: { ...UAT, ca: [anchor] } }).settings?.ca?.[0]).toContain('BEGIN CERTIFICATE');
  });

  it('are left alone without a platform', () => {
    expect(() => compiled({})).toThrow('nothing is trusted');
  });
});
