import { expect, it } from 'vitest';
import { pdndAddresses } from '../../../plugins/core/pdnd';

it('production has no prefix; each version of the API its path', () => {
  expect(pdndAddresses('prod', 'v3')).toEqual({
    issuer: 'interop.pagopa.it',
    jwksUri: 'https://interop.pagopa.it/.well-known/jwks.json',
    tokenUri: 'https://auth.interop.pagopa.it/token.oauth2',
    assertionAudience: 'auth.interop.pagopa.it/client-assertion',
    apiUri: 'https://api.interop.pagopa.it/v3',
    answerKeysUri: 'https://api.interop.pagopa.it/.well-known/jwks.json',
  });
  expect(pdndAddresses('prod', 'v1').apiUri).toBe('https://api.interop.pagopa.it/1.0');
});

it.each(['uat', 'att'] as const)('%s is apart from the others in every address', (environment) => {
  const addresses = pdndAddresses(environment, 'v2');
  expect(addresses).toMatchObject({
    issuer: `${environment}.interop.pagopa.it`,
    assertionAudience: `auth.${environment}.interop.pagopa.it/client-assertion`,
    apiUri: `https://api.${environment}.interop.pagopa.it/v2`,
  });
  for (const address of Object.values(addresses)) expect(address).toContain(`${environment}.interop.pagopa.it`);
});
