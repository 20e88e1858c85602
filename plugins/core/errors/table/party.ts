import { row, type ErrorRow } from './row';

/** Who may call. */
export const PARTY_ROWS = {
  MODI_CALLER_NOT_ALLOWED: row(
    403,
    'caller',
    'ModI SIC 5.3 step 12',
    ['This caller is not admitted here', 'Questo chiamante non è ammesso qui'],
    [
      'the certificate is trusted, and its holder is not among those who may call; ask the provider to be admitted',
      "il certificato è fidato, ma il titolare non è fra chi può chiamare; chiedere l'ammissione all'erogatore",
    ],
  ),
  MODI_CALLER_MISMATCH: row(
    403,
    'caller',
    'ModI SIC 5.3 step 12, RFC 8725 3.8',
    ['The token names somebody else', 'Il token nomina un altro soggetto'],
    [
      'the claim {claim} does not belong to the certificate that signed; send the name agreed for this certificate',
      'il claim {claim} non appartiene al certificato che ha firmato; inviare il nome concordato per questo certificato',
    ],
  ),
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
  MODI_CONSUMER_MISMATCH: row(
    403,
    'caller',
    'ModI SIC 5.3 step 12',
    ['The caller is registered with another name', 'Il chiamante è registrato con un altro nome'],
    [
      'the {field} of this request is not the one registered for this caller',
      '{field} della richiesta non è quello registrato per questo chiamante',
    ],
  ),
  MODI_CLAIM_RULE_MISSING: row(
    403,
    'caller',
    'agreement between the parties',
    ['A claim that authorises is missing', 'Manca un claim che autorizza'],
    [
      'the rule {rule} asks for the claim {claim}, which the token does not carry',
      'la regola {rule} richiede il claim {claim}, assente nel token',
    ],
  ),
  MODI_CLAIM_RULE_MISMATCH: row(
    403,
    'caller',
    'agreement between the parties',
    ['A claim does not authorise this call', 'Un claim non autorizza questa chiamata'],
    [
      'the claim {claim} has a value that the rule {rule} does not accept',
      'il claim {claim} ha un valore che la regola {rule} non ammette',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
