import type { Localized } from '../../core/errors';
import type { Pattern } from '../../core/sign';

/** One page per pattern: what it is for, what travels, what the gateway checks, where it goes wrong. */
export interface PatternPage {
  readonly title: Localized;
  readonly purpose: Localized;
  readonly wire: readonly Localized[];
  readonly pitfalls: readonly Localized[];
  readonly clause: string;
}

export const PATTERN_PAGES: Readonly<Record<Pattern, PatternPage>> = {
  ID_AUTH_REST_01: {
    title: { en: 'direct trust with X.509 certificate', it: 'direct trust con certificato X.509' },
    purpose: {
      en: 'The caller proves who it is with a signed token; the gateway believes the certificate, not the words.',
      it: 'Chi chiama prova la propria identità con un token firmato; il gateway crede al certificato, non alle parole.',
    },
    wire: [
      { en: 'Authorization: Bearer <compact JWS>', it: 'Authorization: Bearer <JWS compatto>' },
      {
        en: 'JOSE header: typ JWT, alg RS/ES 256, 384 or 512, the certificate by x5c or x5t#S256',
        it: 'header JOSE: typ JWT, alg RS/ES 256, 384 o 512, il certificato con x5c o x5t#S256',
      },
      {
        en: 'claims: iat, exp, aud; by agreement iss, sub, client_id, nbf, jti',
        it: 'claim: iat, exp, aud; per accordo iss, sub, client_id, nbf, jti',
      },
    ],
    pitfalls: [
      {
        en: 'aud must be exactly the published audience of the service: the commonest refusal of all',
        it: "aud dev'essere esattamente l'audience pubblicata del servizio: il rifiuto più comune",
      },
      {
        en: 'x5c holds base64 of DER with padding, not base64url, and not PEM',
        it: 'x5c contiene base64 del DER con padding, non base64url e non PEM',
      },
      {
        en: 'clocks: iat may be config.max_age old and config.clock_skew ahead',
        it: 'orologi: iat può essere vecchio di config.max_age e avanti di config.clock_skew',
      },
    ],
    clause: 'ModI SIC 5.3',
  },
  ID_AUTH_REST_02: {
    title: { en: 'direct trust with unique token', it: 'direct trust con unicità del token' },
    purpose: {
      en: 'ID_AUTH_REST_01, and each token is accepted once: a copied request is worth nothing.',
      it: 'ID_AUTH_REST_01, e ogni token è accettato una volta sola: una richiesta copiata non vale nulla.',
    },
    wire: [
      { en: 'all of ID_AUTH_REST_01', it: 'tutto di ID_AUTH_REST_01' },
      {
        en: 'claim jti: unique, e.g. a random UUID per request',
        it: 'claim jti: unico, ad es. un UUID casuale per richiesta',
      },
    ],
    pitfalls: [
      {
        en: 'a client that repeats a request after a timeout must sign it again: MODI_REPLAY otherwise',
        it: 'un client che ripete una richiesta dopo un timeout deve firmarla di nuovo: altrimenti MODI_REPLAY',
      },
      {
        en: 'a token may not be cached and used for several requests',
        it: 'un token non può essere conservato e usato per più richieste',
      },
    ],
    clause: 'ModI SIC 5.4',
  },
  INTEGRITY_REST_01: {
    title: { en: 'integrity of the payload', it: 'integrità del payload' },
    purpose: {
      en: 'Body and chosen headers are signed, so that nothing on the way can change them unseen. Goes with an ID_AUTH pattern.',
      it: 'Corpo e intestazioni scelte sono firmati: nulla lungo la via può cambiarli di nascosto. Va con un pattern ID_AUTH.',
    },
    wire: [
      {
        en: 'Digest: SHA-256=<base64 of the hash of the bytes as sent>',
        it: "Digest: SHA-256=<base64 dell'hash dei byte inviati>",
      },
      {
        en: 'Agid-JWT-Signature: <compact JWS>, without Bearer',
        it: 'Agid-JWT-Signature: <JWS compatto>, senza Bearer',
      },
      {
        en: 'claim signed_headers: [{"digest": …}, {"content-type": …}, {"content-encoding": …}] as far as they are sent',
        it: 'claim signed_headers: [{"digest": …}, {"content-type": …}, {"content-encoding": …}] per quanto inviati',
      },
    ],
    pitfalls: [
      {
        en: 'hash the bytes on the wire: after compression, after the JSON library, not the object in memory',
        it: "hash dei byte sul canale: dopo la compressione, dopo la libreria JSON, non dell'oggetto in memoria",
      },
      { en: 'base64, not hexadecimal', it: 'base64, non esadecimale' },
      {
        en: 'signed_headers is an array of objects with one member each, names in lower case',
        it: 'signed_headers è un array di oggetti con un solo membro, nomi in minuscolo',
      },
      {
        en: 'both tokens are signed with the same certificate',
        it: 'entrambi i token sono firmati con lo stesso certificato',
      },
      {
        en: 'without a body see config.empty_body; Range and PATCH are outside the pattern',
        it: 'senza corpo vedi config.empty_body; Range e PATCH sono fuori dal pattern',
      },
    ],
    clause: 'ModI SIC 6.2',
  },
};
