import { row, type ErrorRow } from './row';

/** Who may call. */
export const PARTY_ROWS = {
  MODI_IDENTITY_MISSING: row(
    403,
    'caller',
    'ModI SIC 5.3 step 12',
    ['The token does not name the caller', 'Il token non indica il chiamante'],
    [
      'the caller is identified by {claim}, which the token does not carry',
      'il chiamante è identificato da {claim}, assente nel token',
    ],
  ),
  MODI_IDENTITY_TOO_LONG: row(
    403,
    'caller',
    'ModI SIC 5.3 step 12',
    ['The name of the caller is too long', 'Il nome del chiamante è troppo lungo'],
    [
      'the caller is identified by {claim}, which has {found} characters; at most {max} are accepted',
      'il chiamante è identificato da {claim}, che ha {found} caratteri; ne sono ammessi al più {max}',
    ],
  ),
  MODI_CONSUMER_UNKNOWN: row(
    403,
    'caller',
    'ModI SIC 5.3 step 12',
    ['The caller is not registered', 'Il chiamante non è registrato'],
    [
      'no consumer is registered for this caller; ask the provider to register it',
      'nessun consumer è registrato per questo chiamante; chiederne la registrazione',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
