/**
 * Every refusal of the pack: one row per code. `modi explain`, docs/errors.md and the answers of the gateway print
 * these very rows. Codes are public API: a code is never renamed and never changes its meaning.
 */

export interface Localized {
  readonly en: string;
  readonly it: string;
}

/** Which signed token a check judges; a token error in the Authorization header is 401, in the integrity token 400. */
export type TokenKind = 'ID_AUTH' | 'INTEGRITY';

export interface ErrorRow {
  /** HTTP status, or `token`: 401 for the Authorization token, 400 for the integrity token. */
  readonly status: number | 'token';
  readonly title: Localized;
  /** One sentence for the caller; `{name}` is filled from the refusal. */
  readonly hint: Localized;
  /** Who has to act. */
  readonly act: 'caller' | 'operator';
  /** The norm behind the check. */
  readonly clause: string;
}

const row = (
  status: ErrorRow['status'],
  act: ErrorRow['act'],
  clause: string,
  title: readonly [en: string, it: string],
  hint: readonly [en: string, it: string],
): ErrorRow => ({
  status,
  act,
  clause,
  title: { en: title[0], it: title[1] },
  hint: { en: hint[0], it: hint[1] },
});

export const ERROR_TABLE = {
  // --- the headers that carry the tokens -------------------------------------------------------------------------
  MODI_AUTHORIZATION_MISSING: row(
    401,
    'caller',
    'ModI ID_AUTH_REST_01/02 (SIC 5.3), RFC 6750 2.1',
    ['Authorization token missing', 'Token di autorizzazione mancante'],
    [
      'send the signed token as "Authorization: Bearer <JWS>"',
      'inviare il token firmato come "Authorization: Bearer <JWS>"',
    ],
  ),
  MODI_AUTHORIZATION_DUPLICATE: row(
    401,
    'caller',
    'RFC 9110 5.3, ModI ID_AUTH_REST_01 (SIC 5.3 step 6)',
    ['More than one Authorization header', "Più di un'intestazione Authorization"],
    [
      'the request carries {count} Authorization headers, exactly one is accepted',
      'la richiesta porta {count} intestazioni Authorization, ne è ammessa una sola',
    ],
  ),
  MODI_AUTHORIZATION_SCHEME: row(
    401,
    'caller',
    'RFC 6750 2.1, ModI ID_AUTH_REST_01',
    ['Authorization scheme is not Bearer', 'Lo schema di Authorization non è Bearer'],
    [
      'the scheme is "{found}", "Bearer" was expected, followed by one space and the token',
      'lo schema è "{found}", era atteso "Bearer" seguito da uno spazio e dal token',
    ],
  ),
  MODI_SIGNATURE_HEADER_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A6)',
    ['Agid-JWT-Signature missing', 'Agid-JWT-Signature mancante'],
    [
      'this request needs the integrity token in the header Agid-JWT-Signature',
      "questa richiesta richiede il token di integrità nell'intestazione Agid-JWT-Signature",
    ],
  ),
  MODI_SIGNATURE_HEADER_DUPLICATE: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A6)',
    ['More than one Agid-JWT-Signature header', "Più di un'intestazione Agid-JWT-Signature"],
    [
      'the message carries {count} Agid-JWT-Signature headers, exactly one is accepted',
      'il messaggio porta {count} intestazioni Agid-JWT-Signature, ne è ammessa una sola',
    ],
  ),
  MODI_SIGNATURE_HEADER_SCHEME: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A6)',
    ['Agid-JWT-Signature carries a scheme word', 'Agid-JWT-Signature contiene uno schema'],
    [
      'the header holds the bare token, without "{found}" in front',
      'l\'intestazione contiene il solo token, senza "{found}" davanti',
    ],
  ),
  MODI_TOO_MANY_HEADERS: row(
    431,
    'caller',
    'RFC 6585 5',
    ['Too many request headers', 'Troppe intestazioni nella richiesta'],
    [
      'the request carries {found} headers or more, fewer than {max} are accepted',
      'la richiesta porta {found} o più intestazioni, ne sono ammesse meno di {max}',
    ],
  ),
  MODI_TOKEN_TOO_LARGE: row(
    431,
    'caller',
    'RFC 8725 2.x (resource limits), RFC 6585 5',
    ['Token too large', 'Token troppo grande'],
    [
      'the token has {found} bytes, at most {max} are accepted; send a shorter certificate chain in x5c',
      'il token ha {found} byte, ne sono ammessi al più {max}; inviare in x5c una catena più corta',
    ],
  ),

  // --- form of a token ---------------------------------------------------------------------------------------------
  MODI_TOKEN_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 5.2, 7.1',
    ['Token is not a compact JWS', 'Il token non è un JWS compatto'],
    [
      'the token must be header.payload.signature in base64url without padding, with JSON objects inside: {reason}',
      'il token deve essere header.payload.firma in base64url senza padding, con oggetti JSON: {reason}',
    ],
  ),
  MODI_TOKEN_TYP: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_01 (SIC 5.3), RFC 8725 3.11',
    ['Token type is not JWT', 'Il tipo del token non è JWT'],
    ['the JOSE header typ is {found}, "JWT" was expected', 'il typ dell\'header JOSE è {found}, era atteso "JWT"'],
  ),
  MODI_TOKEN_ALG: row(
    'token',
    'caller',
    'RFC 8725 3.1, 3.2; ModI SEC-DS',
    ['Signature algorithm not accepted', 'Algoritmo di firma non ammesso'],
    ['the JOSE header alg is {found}, accepted: {expected}', "l'alg dell'header JOSE è {found}, ammessi: {expected}"],
  ),
  MODI_TOKEN_CRIT: row(
    'token',
    'caller',
    'RFC 7515 4.1.11',
    ['Critical header parameter not understood', 'Parametro critico non riconosciuto'],
    [
      'the JOSE header has a crit parameter ({found}); no critical extension is supported',
      "l'header JOSE ha un parametro crit ({found}); nessuna estensione critica è supportata",
    ],
  ),

  // --- which key -----------------------------------------------------------------------------------------------------
  MODI_KEY_REFERENCE: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_01 (SIC 5.3), RFC 8725 3.10',
    ['No accepted key reference', 'Nessun riferimento alla chiave ammesso'],
    [
      'the JOSE header must name the signer by x5c or x5t#S256; found {found}, which proves nothing by itself',
      "l'header JOSE deve indicare il firmatario con x5c o x5t#S256; trovato {found}, che da solo non prova nulla",
    ],
  ),
  MODI_X5C_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 4.1.6',
    ['x5c is malformed', 'x5c non è ben formato'],
    [
      'x5c must be an array of certificates in base64 (not base64url) DER, signer first: {reason}',
      'x5c deve essere un array di certificati DER in base64 (non base64url), il firmatario per primo: {reason}',
    ],
  ),
  MODI_X5C_TOO_MANY: row(
    'token',
    'caller',
    'RFC 5280 6, RFC 8725 (resource limits)',
    ['Too many certificates in x5c', 'Troppi certificati in x5c'],
    [
      'x5c holds {found} certificates, at most {max} are accepted',
      'x5c contiene {found} certificati, ne sono ammessi al più {max}',
    ],
  ),
  MODI_X5T_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 4.1.8',
    ['x5t#S256 is malformed', 'x5t#S256 non è ben formato'],
    [
      'x5t#S256 must be the SHA-256 of the DER certificate in base64url, 43 characters',
      'x5t#S256 deve essere lo SHA-256 del certificato DER in base64url, 43 caratteri',
    ],
  ),
  MODI_KEY_REFERENCE_CONFLICT: row(
    'token',
    'caller',
    'RFC 7515 4.1.6-4.1.8',
    ['Key references disagree', 'I riferimenti alla chiave non concordano'],
    [
      'x5t#S256 is not the thumbprint of the first certificate of x5c',
      "x5t#S256 non è l'impronta del primo certificato di x5c",
    ],
  ),

  // --- trust ---------------------------------------------------------------------------------------------------------
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
      'the signature does not match header and payload under the key of the certificate; was the token changed, or signed with another key?',
      'la firma non corrisponde a header e payload con la chiave del certificato; il token è stato modificato o firmato con altra chiave?',
    ],
  ),

  // --- claims ----------------------------------------------------------------------------------------------------------
  MODI_CLAIM_MISSING: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_01 (SIC 5.3), INTEGRITY_REST_01 (SIC 6.2)',
    ['Mandatory claim missing', 'Claim obbligatorio mancante'],
    ['the claim {claim} is required', 'il claim {claim} è obbligatorio'],
  ),
  MODI_CLAIM_TYPE: row(
    'token',
    'caller',
    'RFC 7519 4.1',
    ['Claim has the wrong type', 'Il claim ha il tipo sbagliato'],
    ['the claim {claim} must be {expected}, found {found}', 'il claim {claim} deve essere {expected}, trovato {found}'],
  ),
  MODI_TOKEN_TOO_OLD: row(
    'token',
    'caller',
    'ModI SIC 5.3 step 8, RFC 7519 4.1.6',
    ['Token too old', 'Token troppo vecchio'],
    [
      'iat is {age} s old, at most {max} s are accepted; check the clock, and issue the token per request',
      "iat è vecchio di {age} s, ne sono ammessi al più {max}; verificare l'orologio ed emettere il token per ogni richiesta",
    ],
  ),
  MODI_TOKEN_FROM_FUTURE: row(
    'token',
    'caller',
    'RFC 7519 4.1.6',
    ['Token issued in the future', 'Token emesso nel futuro'],
    [
      'iat is {ahead} s ahead of our clock, at most {max} s are accepted; check the clock',
      "iat è avanti di {ahead} s rispetto al nostro orologio, ne sono ammessi al più {max}; verificare l'orologio",
    ],
  ),
  MODI_TOKEN_EXPIRED: row(
    'token',
    'caller',
    'RFC 7519 4.1.4',
    ['Token expired', 'Token scaduto'],
    [
      'exp passed {ago} s ago ({skew} s of skew are allowed); check the clock, and issue the token per request',
      "exp è passato da {ago} s (tolleranza {skew} s); verificare l'orologio ed emettere il token per ogni richiesta",
    ],
  ),
  MODI_TOKEN_NOT_YET_VALID: row(
    'token',
    'caller',
    'RFC 7519 4.1.5',
    ['Token not yet valid', 'Token non ancora valido'],
    [
      'nbf is {ahead} s ahead of our clock, at most {max} s are accepted; check the clock',
      "nbf è avanti di {ahead} s rispetto al nostro orologio, ne sono ammessi al più {max}; verificare l'orologio",
    ],
  ),
  MODI_TOKEN_LIFETIME: row(
    'token',
    'caller',
    'ModI SIC 5.3, RFC 8725 3.x',
    ['Token lifetime not accepted', 'Durata del token non ammessa'],
    [
      'exp - iat is {found} s; more than 0 and at most {max} s are accepted',
      'exp - iat è {found} s; sono ammessi più di 0 e al più {max} s',
    ],
  ),
  MODI_AUDIENCE_MISMATCH: row(
    'token',
    'caller',
    'ModI SIC 5.3 step 9, RFC 7519 4.1.3',
    ['Token is meant for somebody else', 'Il token è destinato ad altri'],
    [
      'aud does not name this service; use exactly the audience published for it',
      "aud non indica questo servizio; usare esattamente l'audience pubblicata",
    ],
  ),
  MODI_JTI_MISSING: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_02 (SIC 5.4)',
    ['jti missing', 'jti mancante'],
    [
      'the pattern {pattern} requires a unique jti in each token',
      'il pattern {pattern} richiede un jti unico in ogni token',
    ],
  ),
  MODI_JTI_MALFORMED: row(
    'token',
    'caller',
    'RFC 7519 4.1.7',
    ['jti not acceptable', 'jti non ammissibile'],
    [
      'jti must be a string of 1 to {max} characters, found {found}',
      'jti deve essere una stringa da 1 a {max} caratteri, trovato {found}',
    ],
  ),
  MODI_REPLAY: row(
    409,
    'caller',
    'ModI ID_AUTH_REST_02 (SIC 5.4), INTEGRITY_REST_01 (SIC 6.2 B8)',
    ['Token already used', 'Token già utilizzato'],
    [
      'a token with this jti was accepted before; issue a new token, with a new jti, for each request',
      'un token con questo jti è già stato accettato; emettere un nuovo token, con un nuovo jti, per ogni richiesta',
    ],
  ),
  MODI_RESEND_LIMIT: row(
    409,
    'caller',
    'ModI PROFILE_NON_REPUDIATION_01 (step C.3)',
    ['Message sent too many times', 'Messaggio inviato troppe volte'],
    [
      'this message was accepted {found} times, which is all that was agreed; use the agreed alternative channel',
      'questo messaggio è stato accettato {found} volte, il massimo concordato; usare il canale alternativo concordato',
    ],
  ),
  MODI_REPLAY_STORE_DOWN: row(
    503,
    'operator',
    'ModI ID_AUTH_REST_02 (SIC 5.4), fail closed',
    ['Replay protection does not answer', 'La protezione dai replay non risponde'],
    [
      'uniqueness cannot be proven at the moment; try again after Retry-After seconds, with new tokens',
      "l'unicità non è ora dimostrabile; riprovare dopo i secondi di Retry-After, con nuovi token",
    ],
  ),
  MODI_REPLAY_STORE_FULL: row(
    503,
    'operator',
    'ModI ID_AUTH_REST_02 (SIC 5.4)',
    ['Replay protection is full', 'Protezione dai replay satura'],
    [
      'uniqueness cannot be proven at the moment; try again shortly',
      "l'unicità non è ora dimostrabile; riprovare fra poco",
    ],
  ),

  // --- integrity -------------------------------------------------------------------------------------------------------
  MODI_RANGE_NOT_APPLICABLE: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2), RFC 9110 14',
    ['Partial content cannot be signed', 'Il contenuto parziale non è firmabile'],
    [
      'the header {header} asks for part of a representation; the integrity pattern covers whole ones only',
      "l'intestazione {header} riguarda parte di una rappresentazione; il pattern di integrità copre solo quelle intere",
    ],
  ),
  MODI_DIGEST_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A2), RFC 3230 4.3.2',
    ['Digest missing', 'Digest mancante'],
    ['the message needs a header "Digest: SHA-256=<base64>"', 'il messaggio richiede "Digest: SHA-256=<base64>"'],
  ),
  MODI_DIGEST_DUPLICATE: row(
    400,
    'caller',
    'RFC 3230 4.3.2, ModI SIC 6.2',
    ['More than one Digest value', 'Più di un valore di Digest'],
    [
      'the message carries {count} Digest values, exactly one is accepted',
      'il messaggio porta {count} valori di Digest, ne è ammesso uno solo',
    ],
  ),
  MODI_DIGEST_MALFORMED: row(
    400,
    'caller',
    'RFC 3230 4.1.1',
    ['Digest is malformed', 'Digest non ben formato'],
    ['"<algorithm>=<base64>" was expected: {reason}', 'era atteso "<algoritmo>=<base64>": {reason}'],
  ),
  MODI_DIGEST_ENCODING: row(
    400,
    'caller',
    'RFC 3230 4.1.1, RFC 5843',
    ['Digest has the wrong encoding', 'Digest con codifica sbagliata'],
    ['the Digest is {found}, {expected} was expected', 'il Digest è in {found}, era atteso {expected}'],
  ),
  MODI_DIGEST_ALGORITHM: row(
    400,
    'caller',
    'ModI SEC-DS',
    ['Digest algorithm not accepted', 'Algoritmo di Digest non ammesso'],
    ['the Digest algorithm is {found}, accepted: {expected}', "l'algoritmo di Digest è {found}, ammessi: {expected}"],
  ),
  MODI_DIGEST_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B11)',
    ['Digest does not match the body', 'Il Digest non corrisponde al corpo'],
    [
      'the digest of the {length} bytes received is another; hash the bytes as sent, after any Content-Encoding',
      "il digest dei {length} byte ricevuti è diverso; calcolarlo sui byte inviati, dopo l'eventuale Content-Encoding",
    ],
  ),
  MODI_DIGEST_UNEXPECTED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 3.3 (empty payload)',
    ['Digest on an empty body', 'Digest su un corpo vuoto'],
    [
      'the body is empty: leave out Digest and its entry in signed_headers',
      'il corpo è vuoto: omettere Digest e la sua voce in signed_headers',
    ],
  ),
  MODI_SIGNED_HEADERS_MALFORMED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A4)',
    ['signed_headers is malformed', 'signed_headers non ben formato'],
    [
      'signed_headers must be an array of objects with one lower-case header name and its string value each: {reason}',
      'signed_headers deve essere un array di oggetti, ognuno con un nome di intestazione minuscolo e il suo valore: {reason}',
    ],
  ),
  MODI_SIGNED_HEADER_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B12)',
    ['A signed header was not sent', "Un'intestazione firmata non è stata inviata"],
    [
      'signed_headers lists {header}, the message has no such header',
      'signed_headers elenca {header}, assente nel messaggio',
    ],
  ),
  MODI_SIGNED_HEADER_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B12)',
    ['A signed header has another value', "Un'intestazione firmata ha un altro valore"],
    [
      'the header {header} differs from its value in signed_headers; did a proxy change it?',
      "l'intestazione {header} differisce dal valore in signed_headers; un proxy l'ha modificata?",
    ],
  ),
  MODI_SIGNED_HEADER_COUNT: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B12)',
    ['A signed header is repeated', "Un'intestazione firmata è ripetuta"],
    [
      '{header} stands {found} times in the message and {expected} times in signed_headers',
      '{header} compare {found} volte nel messaggio e {expected} in signed_headers',
    ],
  ),
  MODI_HEADER_UNSIGNED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A3, B12)',
    ['A header that must be signed is not', "Un'intestazione da firmare non è firmata"],
    [
      'the header {header} is on the wire and must be listed in signed_headers',
      "l'intestazione {header} è presente e deve comparire in signed_headers",
    ],
  ),
  MODI_REQUIRED_HEADER_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A3, by agreement)',
    ['A header that the service requires signed is missing', "Manca un'intestazione che il servizio richiede firmata"],
    [
      'send the header {header} and list it in signed_headers',
      "inviare l'intestazione {header} ed elencarla in signed_headers",
    ],
  ),
  MODI_HEADER_DUPLICATE: row(
    400,
    'caller',
    'RFC 9110 5.3',
    ['A single-valued header is repeated', "Un'intestazione a valore singolo è ripetuta"],
    [
      'the header {header} stands {count} times, once is accepted',
      "l'intestazione {header} compare {count} volte, ne è ammessa una",
    ],
  ),
  MODI_SIGNER_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B11), RFC 8725 3.8',
    ['The two tokens have different signers', 'I due token hanno firmatari diversi'],
    [
      'Authorization and Agid-JWT-Signature must be signed with the same certificate',
      'Authorization e Agid-JWT-Signature devono essere firmati con lo stesso certificato',
    ],
  ),
  MODI_CONTENT_LENGTH: row(
    400,
    'caller',
    'RFC 9110 8.6',
    ['Content-Length is not a number', 'Content-Length non è un numero'],
    ['Content-Length must be digits, found {found}', 'Content-Length deve essere di sole cifre, trovato {found}'],
  ),
  MODI_BODY_TOO_LARGE: row(
    413,
    'caller',
    'RFC 9110 15.5.14',
    ['Body too large', 'Corpo troppo grande'],
    [
      'the body has {found} bytes, at most {max} are accepted',
      'il corpo ha {found} byte, ne sono ammessi al più {max}',
    ],
  ),

  // --- who may ---------------------------------------------------------------------------------------------------------
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

  // --- answers: what modi-sign refuses to send ---------------------------------------------------------------------------
  MODI_ANSWER_FOREIGN_RECORD: row(
    500,
    'operator',
    'fail closed',
    ['The answer cannot be tied to its request', 'La risposta non è riconducibile alla sua richiesta'],
    [
      'the record of the verified request is missing or belongs to another request; report the instance to the provider',
      "il registro della richiesta verificata manca o appartiene a un'altra richiesta; segnalare l'instance all'erogatore",
    ],
  ),
  MODI_ANSWER_NO_RECORD: row(
    500,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (step D)',
    ['The answer needs a verified request', 'La risposta richiede una richiesta verificata'],
    [
      'the answer is to carry {what}, which only a request verified by modi-verify has; put modi-verify on the same route',
      'la risposta deve portare {what}, noto solo per richieste verificate da modi-verify; attivare modi-verify sulla stessa route',
    ],
  ),
  MODI_ANSWER_AUDIENCE_UNKNOWN: row(
    500,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A4)',
    ['The audience of the answer is unknown', "L'audience della risposta è sconosciuta"],
    [
      'the answer is addressed to the {rule} of the request, which its tokens do not carry',
      'la risposta è destinata a {rule} della richiesta, assente nei suoi token',
    ],
  ),
  MODI_ANSWER_PARTIAL: row(
    502,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2), RFC 9110 15.3.7',
    ['A partial answer cannot be signed', 'Una risposta parziale non è firmabile'],
    [
      'the service answered 206; the integrity pattern covers whole representations only: ask without Range',
      'il servizio ha risposto 206; il pattern di integrità copre solo rappresentazioni intere: richiedere senza Range',
    ],
  ),
  MODI_ANSWER_EVENT_STREAM: row(
    502,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2)',
    ['A stream of events cannot be signed', 'Un flusso di eventi non è firmabile'],
    [
      'the service answered text/event-stream, which has no end to be signed; the provider must take modi-sign off this route',
      "il servizio ha risposto text/event-stream, che non ha una fine da firmare; l'erogatore deve togliere modi-sign da questa route",
    ],
  ),
  MODI_ANSWER_TOO_LARGE: row(
    502,
    'operator',
    'fail closed',
    ['The answer is too large to be signed', 'La risposta è troppo grande per essere firmata'],
    [
      'the answer has {found} bytes, at most {max} are signed',
      'la risposta ha {found} byte, se ne firmano al più {max}',
    ],
  ),
  MODI_ANSWER_BODY_UNAVAILABLE: row(
    502,
    'operator',
    'fail closed',
    ['The answer could not be read', 'La risposta non è leggibile'],
    [
      'the gateway could not read the answer of the service; report the instance to the provider',
      "il gateway non ha potuto leggere la risposta del servizio; segnalare l'instance all'erogatore",
    ],
  ),
  MODI_ANSWER_HEADER_UNSIGNABLE: row(
    502,
    'operator',
    'RFC 7519 3, RFC 9110 5.5',
    ['A header of the answer cannot be signed', "Un'intestazione della risposta non è firmabile"],
    [
      'the header {header} of the answer is not UTF-8, so that no token can hold its value',
      "l'intestazione {header} della risposta non è UTF-8, quindi nessun token può contenerne il valore",
    ],
  ),
  MODI_SIGNING_CERTIFICATE_EXPIRED: row(
    500,
    'operator',
    'RFC 5280 4.1.2.5, ModI SIC_API_06',
    ['The signing certificate is outside its validity', 'Il certificato di firma è fuori validità'],
    [
      'the provider cannot sign answers: its certificate is valid from {notBefore} to {notAfter}',
      "l'erogatore non può firmare le risposte: il suo certificato è valido dal {notBefore} al {notAfter}",
    ],
  ),
  MODI_SIGNING_FAILED: row(
    500,
    'operator',
    'fail closed',
    ['The answer could not be signed', 'La risposta non può essere firmata'],
    [
      'the gateway could not sign the answer; report the instance to the provider',
      "il gateway non ha potuto firmare la risposta; segnalare l'instance all'erogatore",
    ],
  ),

  // --- answers: what their receiver refuses ------------------------------------------------------------------------------
  MODI_ANSWER_UNSIGNED: row(
    502,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2), consumer pipeline',
    ['The answer is not signed', 'La risposta non è firmata'],
    [
      'the answer needs the integrity token in the header Agid-JWT-Signature; was it removed on the way?',
      "la risposta richiede il token di integrità nell'intestazione Agid-JWT-Signature; è stato rimosso lungo il percorso?",
    ],
  ),
  MODI_ANSWER_REQUEST_DIGEST_MISSING: row(
    502,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (step D)',
    ['request_digest missing', 'request_digest mancante'],
    [
      'the answer must name the request that it confirms, in the claim request_digest',
      'la risposta deve indicare nel claim request_digest la richiesta che conferma',
    ],
  ),
  MODI_ANSWER_REQUEST_DIGEST_MISMATCH: row(
    502,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (steps D, E)',
    ['The answer belongs to another request', "La risposta appartiene a un'altra richiesta"],
    [
      'request_digest is not the Digest of the request that was sent',
      'request_digest non è il Digest della richiesta inviata',
    ],
  ),

  // --- our side --------------------------------------------------------------------------------------------------------
  MODI_BODY_UNREADABLE: row(
    500,
    'operator',
    'fail closed',
    ['The body could not be read', 'Il corpo non è leggibile'],
    [
      'the gateway could not read the request body; report the instance to the provider',
      "il gateway non ha potuto leggere il corpo; segnalare l'instance all'erogatore",
    ],
  ),
  MODI_INTERNAL: row(
    500,
    'operator',
    'fail closed',
    ['Internal error', 'Errore interno'],
    [
      'the gateway failed while judging the message; report the X-Kong-Request-Id of this answer to the provider',
      "il gateway ha fallito nel valutare il messaggio; segnalare l'X-Kong-Request-Id di questa risposta all'erogatore",
    ],
  ),
  MODI_DEADLINE: row(
    500,
    'operator',
    'fail closed',
    ['Verification took too long', 'La verifica ha impiegato troppo tempo'],
    [
      'the gateway did not finish in time; try again, and report the X-Kong-Request-Id of this answer to the provider',
      "il gateway non ha concluso in tempo; riprovare e segnalare l'X-Kong-Request-Id di questa risposta all'erogatore",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;

export type ModiCode = keyof typeof ERROR_TABLE;

export const isModiCode = (code: string): code is ModiCode => Object.hasOwn(ERROR_TABLE, code);

export const rowOf = (code: ModiCode): ErrorRow => ERROR_TABLE[code];

/** The HTTP status of a code, for the token it was found in. */
export function statusOf(code: ModiCode, token: TokenKind | undefined): number {
  const { status } = rowOf(code);
  if (status !== 'token') return status;
  return token === 'INTEGRITY' ? 400 : 401;
}
