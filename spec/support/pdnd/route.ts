import { readConfig } from '../../../plugins/core/schema';
import type { PdndKeys } from '../../../plugins/core/pdnd';
import { compileRoute, type Route } from '../../../plugins/modi-verify/route';
import { modiVerifySchema } from '../../../plugins/modi-verify/schema';
import { AUDIENCE } from '../requests';
import { NOW } from '../verify-route';
import { IDS } from './cast';
import { PUBLIC_URL } from './requests';

/** Addresses at which nothing answers: the keys come from elsewhere. */
const NOWHERE = {
  issuer: IDS.issuer,
  jwks_uri: 'https://pdnd.example/jwks.json',
  token_uri: 'https://pdnd.example/token',
  assertion_audience: 'pdnd.example/client-assertion',
  api_uri: 'https://pdnd.example/v3',
  api_jwks_uri: 'https://pdnd.example/v3/jwks.json',
};
const CLIENT = { id: IDS.apiClient, key_file: 'no/such/key.pem' };
const CHECKED = { producer_id: IDS.producer, eservice_id: IDS.eservice, descriptor_ids: [IDS.descriptor] };
const DPOP = { public_urls: [PUBLIC_URL] };

/** The configurations of the corpus of the platform, without audience and addresses, which are the same for all. */
export const PDND_CONFIGS = {
  'p-voucher': { patterns: ['ID_AUTH_REST_01'], pdnd: CHECKED },
  'p-lax': { patterns: ['ID_AUTH_REST_01'], pdnd: { voucher_types: ['at+jwt', 'dpop+jwt'] } },
  'p-integrity': { patterns: ['INTEGRITY_REST_02'], pdnd: CHECKED },
  'p-audit01': { patterns: ['AUDIT_REST_01'], pdnd: CHECKED },
  'p-audit02': { patterns: ['ID_AUTH_REST_01', 'AUDIT_REST_02'], pdnd: CHECKED },
  'p-optional': { patterns: ['AUDIT_REST_02'], audit_token: 'optional', pdnd: CHECKED },
  'p-agreed': {
    patterns: ['AUDIT_REST_01'],
    audit_audience: ['https://api.ente.example/audit'],
    audit_max_age: 120,
    audit_claims: [
      { name: 'userRole', required: true, one_of: ['operatore', 'dirigente'] },
      { name: 'userCodiceFiscale', required: true, pattern: '[A-Z]{6}\\d{2}[A-Z]\\d{2}[A-Z]\\d{3}[A-Z]' },
      { name: 'userLoa', type: 'number', one_of: ['2', '3'] },
      { name: 'traceID', min_length: 4, max_length: 8 },
    ],
    pdnd: CHECKED,
  },
  'p-dpop': { patterns: ['ID_AUTH_REST_01'], pdnd: { ...CHECKED, voucher: 'dpop', dpop: DPOP } },
  'p-any': {
    patterns: ['ID_AUTH_REST_01'],
    pdnd: { ...CHECKED, voucher: 'any', dpop: { ...DPOP, further_jwk_members: true } },
  },
  'p-all': {
    patterns: ['AUDIT_REST_02', 'INTEGRITY_REST_02'],
    pdnd: { ...CHECKED, voucher: 'dpop', dpop: DPOP },
    groups: ['modi', 'modi:purpose:{claim:purposeId}', 'modi:client:{client}'],
  },
} as const;

export type PdndRouteName = keyof typeof PDND_CONFIGS;

/** `modi-verify` as configured, its keys from `keys`. */
export const pdndRoute = (config: Record<string, unknown>, keys: PdndKeys): Route =>
  compileRoute(
    readConfig(modiVerifySchema, {
      audience: [AUDIENCE],
      ...config,
      pdnd: { ...NOWHERE, client: CLIENT, ...(config['pdnd'] as object) },
    }),
    NOW,
    () => keys,
  );
