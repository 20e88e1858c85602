import { row, type ErrorRow } from './row';

/** Vouchers of the national data platform (PDND), their proofs, and the tokens signed with keys registered there. */
export const PDND_ROWS = {
  MODI_VOUCHER_SCHEME: row(
    401,
    'caller',
    'RFC 6750 2.1, RFC 9449 7.1',
    ['Authorization scheme not accepted', 'Schema di Authorization non ammesso'],
    [
      'the scheme is "{found}"; "{expected}" was expected, followed by one space and the voucher',
      'lo schema è "{found}"; era atteso "{expected}", seguito da uno spazio e dal voucher',
    ],
  ),
  MODI_DPOP_REQUIRED: row(
    401,
    'caller',
    'RFC 9449 7.2, PDND e-service of kind DPoP',
    ['This service takes DPoP vouchers only', 'Il servizio ammette solo voucher DPoP'],
    [
      'ask the PDND for a voucher with a DPoP proof, then send "Authorization: DPoP <voucher>" and a header DPoP',
      'chiedere alla PDND un voucher con prova DPoP, poi inviare "Authorization: DPoP <voucher>" e l\'intestazione DPoP',
    ],
  ),
  MODI_VOUCHER_TYP: row(
    401,
    'caller',
    'RFC 9068 2.1, RFC 8725 3.11, PDND voucher',
    ['The token is not a voucher', 'Il token non è un voucher'],
    [
      'the JOSE header typ is {found}, {expected} was expected; send the voucher that the PDND issued',
      "il typ dell'header JOSE è {found}, era atteso {expected}; inviare il voucher rilasciato dalla PDND",
    ],
  ),
  MODI_KID_MISSING: row(
    'token',
    'caller',
    'RFC 7515 4.1.4, ModI INTEGRITY_REST_02, AUDIT_REST_01/02',
    ['kid missing', 'kid mancante'],
    [
      'the JOSE header must name the key registered at the PDND by kid',
      "l'header JOSE deve indicare con kid la chiave registrata sulla PDND",
    ],
  ),
  MODI_KID_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 4.1.4, RFC 8725 3.10',
    ['kid not acceptable', 'kid non ammissibile'],
    [
      'kid must be 1 to {max} letters, digits, "-" or "_", as the PDND shows it',
      'kid deve avere da 1 a {max} lettere, cifre, "-" o "_", come lo mostra la PDND',
    ],
  ),
  MODI_VOUCHER_ISSUER: row(
    401,
    'caller',
    'RFC 9068 4, PDND voucher',
    ['The voucher was issued elsewhere', 'Il voucher è stato emesso altrove'],
    [
      'iss is not the PDND environment of this service; production, test and attestation vouchers are not interchangeable',
      "iss non è l'ambiente PDND di questo servizio; i voucher di produzione, collaudo e attestazione non sono intercambiabili",
    ],
  ),
  MODI_VOUCHER_SUBJECT: row(
    401,
    'caller',
    'RFC 9068 2.2, PDND voucher',
    ['sub and client_id of the voucher differ', 'sub e client_id del voucher differiscono'],
    [
      'in a voucher of the PDND sub and client_id are the same client; report it to the PDND',
      'in un voucher della PDND sub e client_id indicano lo stesso client; segnalarlo alla PDND',
    ],
  ),
  MODI_VOUCHER_PRODUCER: row(
    403,
    'caller',
    'PDND, checks on a voucher by a producer',
    ["The voucher is for another provider's e-service", "Il voucher è per l'e-service di un altro erogatore"],
    [
      'producerId is not this provider; use a purpose of an agreement for this e-service',
      'producerId non è questo erogatore; usare una finalità di una richiesta di fruizione di questo e-service',
    ],
  ),
  MODI_VOUCHER_ESERVICE: row(
    403,
    'caller',
    'PDND, checks on a voucher by a producer',
    ['The voucher is for another e-service', 'Il voucher è per un altro e-service'],
    [
      'eserviceId is not this e-service; use a purpose of an agreement for this e-service',
      'eserviceId non è questo e-service; usare una finalità di una richiesta di fruizione di questo e-service',
    ],
  ),
  MODI_VOUCHER_DESCRIPTOR: row(
    403,
    'caller',
    'PDND, checks on a voucher by a producer',
    ['The voucher is for another version of the e-service', "Il voucher è per un'altra versione dell'e-service"],
    [
      'descriptorId is not a version that is served here; upgrade the agreement at the PDND',
      'descriptorId non è una versione servita qui; aggiornare la richiesta di fruizione sulla PDND',
    ],
  ),
  MODI_VOUCHER_CONFIRMATION: row(
    401,
    'caller',
    'RFC 7800 3.1, RFC 9449 6.1',
    ['The confirmation of the voucher is not understood', 'La conferma del voucher non è compresa'],
    [
      'cnf must be an object with the thumbprint jkt alone; a voucher bound in another way is not accepted',
      'cnf deve essere un oggetto con la sola impronta jkt; un voucher legato in altro modo non è ammesso',
    ],
  ),
  MODI_VOUCHER_BOUND: row(
    401,
    'caller',
    'RFC 9449 7.1',
    ['A bound voucher was sent as Bearer', 'Un voucher vincolato è stato inviato come Bearer'],
    [
      'this voucher is bound to a key: send it as "Authorization: DPoP <voucher>" with a proof in the header DPoP',
      'il voucher è legato a una chiave: inviarlo come "Authorization: DPoP <voucher>" con una prova nell\'intestazione DPoP',
    ],
  ),
  MODI_VOUCHER_UNBOUND: row(
    401,
    'caller',
    'RFC 9449 6, 7.1',
    ['The voucher is bound to no key', 'Il voucher non è legato ad alcuna chiave'],
    [
      'a voucher sent with the scheme DPoP needs cnf.jkt; ask the PDND for it with a DPoP proof',
      'un voucher inviato con lo schema DPoP richiede cnf.jkt; chiederlo alla PDND con una prova DPoP',
    ],
  ),
  MODI_DPOP_MISSING: row(
    401,
    'caller',
    'RFC 9449 4.3 (1)',
    ['DPoP proof missing', 'Prova DPoP mancante'],
    [
      'send a new proof in the header DPoP with each request, signed with the key of the voucher',
      "inviare con ogni richiesta una nuova prova nell'intestazione DPoP, firmata con la chiave del voucher",
    ],
  ),
  MODI_DPOP_DUPLICATE: row(
    401,
    'caller',
    'RFC 9449 4.3 (1)',
    ['More than one DPoP proof', 'Più di una prova DPoP'],
    [
      'the request carries {count} DPoP proofs, exactly one is accepted',
      'la richiesta porta {count} prove DPoP, ne è ammessa una sola',
    ],
  ),
  MODI_DPOP_TYP: row(
    401,
    'caller',
    'RFC 9449 4.2, 4.3 (4)',
    ['The proof is not of type dpop+jwt', 'La prova non è di tipo dpop+jwt'],
    [
      'the JOSE header typ of the proof is {found}, "dpop+jwt" was expected',
      'il typ dell\'header JOSE della prova è {found}, era atteso "dpop+jwt"',
    ],
  ),
  MODI_DPOP_JWK: row(
    401,
    'caller',
    'RFC 9449 4.2, 4.3 (6), RFC 7517 4',
    ['The key of the proof is not acceptable', 'La chiave della prova non è ammissibile'],
    [
      'the JOSE header jwk must be a public key of RSA (kty, n, e) or EC (kty, crv, x, y): {reason}',
      "il jwk dell'header JOSE deve essere una chiave pubblica RSA (kty, n, e) o EC (kty, crv, x, y): {reason}",
    ],
  ),
  MODI_DPOP_PRIVATE_KEY: row(
    401,
    'caller',
    'RFC 9449 4.3 (7)',
    ['The proof discloses its private key', 'La prova rivela la sua chiave privata'],
    [
      'the JOSE header jwk holds private members: make a new key pair, this one is burnt; send the public members only',
      "il jwk dell'header JOSE contiene membri privati: generare una nuova coppia di chiavi, questa è compromessa; inviare solo i membri pubblici",
    ],
  ),
  MODI_DPOP_METHOD: row(
    401,
    'caller',
    'RFC 9449 4.3 (8)',
    ['The proof is for another method', 'La prova è per un altro metodo'],
    [
      'htm is {found}, the request is {expected}; make a proof per request',
      'htm è {found}, la richiesta è {expected}; creare una prova per ogni richiesta',
    ],
  ),
  MODI_DPOP_URI: row(
    401,
    'caller',
    'RFC 9449 4.3 (9)',
    ['The proof is for another URI', 'La prova è per un altro URI'],
    [
      'htu is not the public URI of this request, without query and fragment',
      "htu non è l'URI pubblico di questa richiesta, senza query e frammento",
    ],
  ),
  MODI_DPOP_TOKEN_HASH: row(
    401,
    'caller',
    'RFC 9449 4.3 (11), 7.1',
    ['The proof is for another voucher', 'La prova è per un altro voucher'],
    [
      'ath must be the SHA-256 of the voucher in base64url without padding, 43 characters',
      'ath deve essere lo SHA-256 del voucher in base64url senza padding, 43 caratteri',
    ],
  ),
  MODI_DPOP_KEY: row(
    401,
    'caller',
    'RFC 9449 4.3 (11), 6.1, RFC 7638',
    ['The proof was made with another key', "La prova è stata fatta con un'altra chiave"],
    [
      'the thumbprint of the key in the proof is not cnf.jkt of the voucher; use the key the voucher was asked for with',
      "l'impronta della chiave della prova non è il cnf.jkt del voucher; usare la chiave con cui il voucher è stato chiesto",
    ],
  ),
  MODI_KEY_OWNER_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_02, AUDIT_REST_01/02, PDND key API',
    ['The signing key belongs to another client', 'La chiave di firma appartiene a un altro client'],
    [
      'the key named by kid is registered for another client than the one the voucher was issued to',
      'la chiave indicata da kid è registrata per un client diverso da quello del voucher',
    ],
  ),
  MODI_CLIENT_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_02, AUDIT_REST_01/02',
    ['The tokens speak of different clients', 'I token parlano di client diversi'],
    ['the claim {claim} must be the client_id of the voucher', 'il claim {claim} deve essere il client_id del voucher'],
  ),
  MODI_PURPOSE_MISMATCH: row(
    400,
    'caller',
    'ModI AUDIT_REST_01/02, INTEGRITY_REST_02',
    ['The tokens speak of different purposes', 'I token parlano di finalità diverse'],
    [
      'purposeId must be the one of the voucher; take voucher and token for the same purpose',
      'purposeId deve essere quello del voucher; usare voucher e token della stessa finalità',
    ],
  ),
  MODI_AUDIT_MISSING: row(
    400,
    'caller',
    'ModI AUDIT_REST_01/02 (SIC23)',
    ['Agid-JWT-TrackingEvidence missing', 'Agid-JWT-TrackingEvidence mancante'],
    [
      'this request needs the audit token in the header Agid-JWT-TrackingEvidence: {reason}',
      "questa richiesta richiede il token di audit nell'intestazione Agid-JWT-TrackingEvidence: {reason}",
    ],
  ),
  MODI_AUDIT_HEADER: row(
    400,
    'caller',
    'ModI AUDIT_REST_01/02 (SIC23)',
    ['Agid-JWT-TrackingEvidence is malformed', 'Agid-JWT-TrackingEvidence non è ben formato'],
    [
      'exactly one header with the bare token is accepted: {reason}',
      'è ammessa una sola intestazione con il solo token: {reason}',
    ],
  ),
  MODI_AUDIT_DNONCE: row(
    400,
    'caller',
    'ModI AUDIT_REST_02 (SIC23)',
    ['dnonce not acceptable', 'dnonce non ammissibile'],
    [
      'dnonce must be a random number of 13 digits, as a number or a string; found {found}',
      'dnonce deve essere un numero casuale di 13 cifre, come numero o stringa; trovato {found}',
    ],
  ),
  MODI_AUDIT_CLAIM_MISSING: row(
    400,
    'caller',
    'ModI AUDIT_REST_01/02 (SIC23), by agreement',
    ['A tracked datum is missing', 'Manca un dato tracciato'],
    [
      'the audit token must carry the claim {claim}, as published with the e-service',
      "il token di audit deve portare il claim {claim}, come pubblicato con l'e-service",
    ],
  ),
  MODI_AUDIT_CLAIM_VALUE: row(
    400,
    'caller',
    'ModI AUDIT_REST_01/02 (SIC23), by agreement',
    ['A tracked datum is not acceptable', 'Un dato tracciato non è ammissibile'],
    [
      'the claim {claim} of the audit token is not as published with the e-service: {reason}',
      "il claim {claim} del token di audit non è come pubblicato con l'e-service: {reason}",
    ],
  ),
  MODI_AUDIT_DIGEST_MISSING: row(
    400,
    'caller',
    'ModI AUDIT_REST_02 (SIC23), PDND voucher',
    ['The voucher names no audit token', 'Il voucher non indica alcun token di audit'],
    [
      'put digest {"alg":"SHA256","value":"<hex>"} of the audit token into the client assertion, and use the voucher you get for it',
      'inserire nella client assertion il digest {"alg":"SHA256","value":"<hex>"} del token di audit e usare il voucher così ottenuto',
    ],
  ),
  MODI_AUDIT_DIGEST_MALFORMED: row(
    400,
    'caller',
    'ModI AUDIT_REST_02 (SIC23), PDND voucher',
    ['The digest in the voucher is malformed', 'Il digest nel voucher non è ben formato'],
    [
      'digest must have alg SHA256 and value with 64 hexadecimal characters: {reason}',
      'digest deve avere alg SHA256 e value di 64 caratteri esadecimali: {reason}',
    ],
  ),
  MODI_AUDIT_DIGEST_MISMATCH: row(
    400,
    'caller',
    'ModI AUDIT_REST_02 (SIC23)',
    ['The voucher was issued for another audit token', 'Il voucher è stato emesso per un altro token di audit'],
    [
      'the SHA-256 of Agid-JWT-TrackingEvidence is not the digest in the voucher; send exactly the token that was hashed',
      "lo SHA-256 di Agid-JWT-TrackingEvidence non è il digest nel voucher; inviare esattamente il token di cui si è calcolato l'hash",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
