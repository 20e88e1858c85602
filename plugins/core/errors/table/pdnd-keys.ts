import { row, type ErrorRow } from './row';

/** The keys of the national platform: those of its vouchers, and those of its participants. */
export const PDND_KEY_ROWS = {
  MODI_VOUCHER_KID_UNKNOWN: row(
    401,
    'caller',
    'PDND voucher, RFC 7515 4.1.4',
    ['The voucher is signed with an unknown key', 'Il voucher è firmato con una chiave sconosciuta'],
    [
      'kid {found} is not among the keys of the platform; is the voucher of the same environment (production, test)?',
      'il kid {found} non è fra le chiavi della piattaforma; il voucher è dello stesso ambiente (produzione, collaudo)?',
    ],
  ),
  MODI_VOUCHER_KEYS_UNAVAILABLE: row(
    503,
    'operator',
    'PDND voucher, RFC 7517 5',
    ['The keys of the platform are not at hand', 'Le chiavi della piattaforma non sono disponibili'],
    [
      'the keys that vouchers are signed with cannot be had from the platform at the moment; try again shortly',
      'non è ora possibile ottenere dalla piattaforma le chiavi di firma dei voucher; riprovare fra poco',
    ],
  ),
  MODI_PARTICIPANT_KID_MALFORMED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_02, AUDIT_REST',
    ['kid is not a key id of the platform', 'kid non è un identificativo di chiave della piattaforma'],
    [
      'kid must be the id that the platform gave to the uploaded key: base64url, 43 characters; found {found}',
      "kid dev'essere l'identificativo dato dalla piattaforma alla chiave caricata: base64url, 43 caratteri; trovato {found}",
    ],
  ),
  MODI_PARTICIPANT_KEY_UNKNOWN: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_02, AUDIT_REST',
    ['The platform does not know the key', 'La piattaforma non conosce la chiave'],
    [
      'the platform has no key {found}; is it uploaded to the client, in this environment (production, test)?',
      'la piattaforma non ha la chiave {found}; è caricata nel client, in questo ambiente (produzione, collaudo)?',
    ],
  ),
  MODI_PARTICIPANT_KEY_DELETED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_02, AUDIT_REST',
    ['The key was deleted at the platform', 'La chiave è stata eliminata dalla piattaforma'],
    [
      'the key {found} was deleted at the platform; sign with a key that the client still has',
      'la chiave {found} è stata eliminata dalla piattaforma; firmare con una chiave ancora presente nel client',
    ],
  ),
  MODI_PARTICIPANT_KEY_WEAK: row(
    400,
    'caller',
    'ModI SEC-DS, RFC 7518 3.3',
    ['The key at the platform may not sign', 'La chiave presso la piattaforma non può firmare'],
    [
      'the key {kid} is {found}; RSA of at least 2048 bits or EC P-256, P-384, P-521 is accepted',
      'la chiave {kid} è {found}; sono ammesse RSA di almeno 2048 bit o EC P-256, P-384, P-521',
    ],
  ),
  MODI_PARTICIPANT_KEY_BUDGET: row(
    429,
    'caller',
    'RFC 6585 4',
    ['Too many unknown keys', 'Troppe chiavi sconosciute'],
    [
      'this client has named too many keys that the platform does not know; try again in {retryAfter} s',
      'questo client ha indicato troppe chiavi che la piattaforma non conosce; riprovare fra {retryAfter} s',
    ],
  ),
  MODI_PARTICIPANT_KEYS_UNAVAILABLE: row(
    503,
    'operator',
    'ModI INTEGRITY_REST_02, AUDIT_REST',
    ['The key cannot be had from the platform', 'La chiave non è ottenibile dalla piattaforma'],
    [
      'the key that the token names cannot be had from the platform at the moment; try again shortly',
      'non è ora possibile ottenere dalla piattaforma la chiave indicata dal token; riprovare fra poco',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
