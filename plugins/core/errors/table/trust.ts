import { row, type ErrorRow } from './row';

/** Certificates, revocation, signatures. */
export const TRUST_ROWS = {
  MODI_CERTIFICATE_UNKNOWN: row(
    'token',
    'caller',
    'ModI 55-trust 2.6, RFC 7515 4.1.8',
    ['Certificate not registered', 'Certificato non registrato'],
    [
      'no certificate with this x5t#S256 is registered here; send x5c, or have the certificate registered',
      'nessun certificato con questo x5t#S256 è registrato; inviare x5c, o far registrare il certificato',
    ],
  ),
  MODI_CERTIFICATE_UNTRUSTED: row(
    'token',
    'caller',
    'RFC 5280 6.1, ModI SIC_API_05..08',
    ['Certificate does not lead to a trusted authority', "Il certificato non porta a un'autorità fidata"],
    [
      'no path from the signer certificate to a trusted authority: {reason}',
      "nessun percorso dal certificato del firmatario a un'autorità fidata: {reason}",
    ],
  ),
  MODI_CERTIFICATE_EXPIRED: row(
    'token',
    'caller',
    'RFC 5280 4.1.2.5, ModI SIC_API_06',
    ['Certificate expired', 'Certificato scaduto'],
    [
      'the certificate {subject} was valid until {found}; renew it',
      'il certificato {subject} era valido fino al {found}; rinnovarlo',
    ],
  ),
  MODI_CERTIFICATE_NOT_YET_VALID: row(
    'token',
    'caller',
    'RFC 5280 4.1.2.5',
    ['Certificate not yet valid', 'Certificato non ancora valido'],
    [
      'the certificate {subject} is valid from {found}; check the clock',
      "il certificato {subject} è valido dal {found}; verificare l'orologio",
    ],
  ),
  MODI_CERTIFICATE_USAGE: row(
    'token',
    'caller',
    'RFC 5280 4.2.1.3, 4.2.1.12',
    ['Certificate may not sign tokens', 'Il certificato non può firmare token'],
    [
      'the signer certificate is not usable for signing: {reason}',
      'il certificato non è utilizzabile per firmare: {reason}',
    ],
  ),
  MODI_CERTIFICATE_CONSTRAINT: row(
    'token',
    'caller',
    'RFC 5280 4.2, 6.1.4',
    ['Certificate chain breaks a constraint', 'La catena di certificati viola un vincolo'],
    ['the certificate chain is not acceptable: {reason}', 'la catena di certificati non è ammissibile: {reason}'],
  ),
  MODI_CERTIFICATE_WEAK_KEY: row(
    'token',
    'caller',
    'ModI SEC-DS, RFC 7518 3.3',
    ['Certificate key too weak', 'Chiave del certificato troppo debole'],
    [
      'the key is {found}; RSA of at least 2048 bits or EC P-256, P-384, P-521 is accepted',
      'la chiave è {found}; sono ammesse RSA di almeno 2048 bit o EC P-256, P-384, P-521',
    ],
  ),
  MODI_CERTIFICATE_REVOKED: row(
    'token',
    'caller',
    'ModI SEC SIC_API_06, RFC 5280 6.3',
    ['Certificate revoked', 'Certificato revocato'],
    [
      'the certificate {subject} was revoked at {at} ({reason}); sign with one that is not revoked',
      'il certificato {subject} è stato revocato il {at} ({reason}); firmare con uno non revocato',
    ],
  ),
  MODI_REVOCATION_UNKNOWN: row(
    503,
    'operator',
    'ModI SEC SIC_API_06, RFC 5280 6.3',
    ['Revocation cannot be established', 'Stato di revoca non accertabile'],
    [
      'whether the certificate {subject} is revoked cannot be established at the moment ({reason}); try again shortly',
      'non è ora possibile accertare se il certificato {subject} sia revocato ({reason}); riprovare fra poco',
    ],
  ),
  MODI_ALG_KEY_MISMATCH: row(
    'token',
    'caller',
    'RFC 7518 3.1, RFC 8725 3.1',
    ['Algorithm does not fit the key', "L'algoritmo non corrisponde alla chiave"],
    ['alg is {found}, the signer key is {key}', "l'alg è {found}, la chiave del firmatario è {key}"],
  ),
  MODI_SIGNATURE_INVALID: row(
    'token',
    'caller',
    'RFC 7515 5.2, ModI SIC 5.3 step 11',
    ['Token signature does not verify', 'La firma del token non è valida'],
    [
      "the signature does not match header and payload under the signer's key; was the token changed, or signed with another key?",
      'la firma non corrisponde a header e payload con la chiave del firmatario; il token è stato modificato o firmato con altra chiave?',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
