import { row, type ErrorRow } from './row';

/** The connection that a request comes on. */
export const CHANNEL_ROWS = {
  MODI_CHANNEL_CERTIFICATE_MISSING: row(
    401,
    'caller',
    'ModI ID_AUTH_CHANNEL_02 (SIC 4.2)',
    ['No client certificate', 'Nessun certificato client'],
    [
      'connect with TLS and a client certificate; this request came without one',
      'collegarsi con TLS e un certificato client; questa richiesta è arrivata senza',
    ],
  ),
  MODI_CHANNEL_CERTIFICATE_MALFORMED: row(
    400,
    'caller',
    'ModI ID_AUTH_CHANNEL_02 (SIC 4.2), RFC 9440 2.1',
    ['The client certificate cannot be read', 'Il certificato client non è leggibile'],
    [
      'one certificate is expected, in PEM or as a byte sequence of RFC 9440',
      'è atteso un solo certificato, in PEM o come sequenza di byte di RFC 9440',
    ],
  ),
  MODI_CHANNEL_CERTIFICATE_REFUSED: row(
    401,
    'caller',
    'ModI ID_AUTH_CHANNEL_02 (SIC 4.2)',
    ['The client certificate is not accepted', 'Il certificato client non è accettato'],
    [
      'the client certificate of the connection is not accepted: {reason}',
      'il certificato client della connessione non è accettato: {reason}',
    ],
  ),
  MODI_CHANNEL_HEADER_UNTRUSTED: row(
    403,
    'caller',
    'ModI ID_AUTH_CHANNEL_02 (SIC 4.2), RFC 9440 4',
    ['A client certificate in a header, from anybody', "Certificato client in un'intestazione, da chiunque"],
    [
      'the header {header} is accepted from the trusted proxies only; connect with the certificate itself',
      "l'intestazione {header} è accettata solo dai proxy fidati; collegarsi con il certificato stesso",
    ],
  ),
  MODI_CHANNEL_PARTY_MISMATCH: row(
    403,
    'caller',
    'ModI ID_AUTH_CHANNEL_02 (SIC 4.2), ID_AUTH_REST_01 (SIC 5.3)',
    ['Channel and token belong to different parties', 'Canale e token appartengono a soggetti diversi'],
    [
      'the client certificate is not that of the body which signed the token, nor of a partner that may act for it',
      "il certificato client non è dell'ente che ha firmato il token, né di un partner che può agire per esso",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
