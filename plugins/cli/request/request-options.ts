import { CLIENTS } from '../dev-keys';
import type { HelpSection, OptionDeclaration } from '../shell/command';
import { BREAKAGES } from './breakages';

/** What to sign and how: the same words in `modi token` and `modi call`. */
export const REQUEST_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--pattern <LIST>',
    about: {
      en: 'ModI patterns, comma separated: ID_AUTH_REST_01, ID_AUTH_REST_02, INTEGRITY_REST_01; others with --pdnd',
      it: 'pattern ModI separati da virgola: ID_AUTH_REST_01, ID_AUTH_REST_02, INTEGRITY_REST_01; altri con --pdnd',
    },
  },
  {
    flags: '--client <NAME>',
    about: { en: 'sign as this client of the dev keys', it: 'firma come questo client delle chiavi di sviluppo' },
    choices: Object.keys(CLIENTS),
    default: 'ec',
  },
  {
    flags: '--dir <DIR>',
    about: { en: 'where the dev keys are', it: 'dove sono le chiavi di sviluppo' },
    default: '.modi',
  },
  {
    flags: '--key <FILE>',
    about: {
      en: 'private key instead of a dev client: PEM, DER (PKCS#8), JWK or PKCS#12',
      it: 'chiave privata al posto di un client di sviluppo: PEM, DER (PKCS#8), JWK o PKCS#12',
    },
  },
  {
    flags: '--password-file <FILE>',
    about: { en: 'file with the password of an encrypted key', it: 'file con la password di una chiave cifrata' },
  },
  {
    flags: '--cert <FILE>',
    about: {
      en: 'certificates of --key, signer first: PEM or DER (default: those in its file)',
      it: 'certificati di --key, il firmatario per primo: PEM o DER (predefinito: quelli nel suo file)',
    },
  },
  {
    flags: '--algorithm <ALG>',
    about: {
      en: 'signature algorithm (default: the natural one of the key)',
      it: 'algoritmo di firma (predefinito: quello della chiave)',
    },
    choices: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
  },
  {
    flags: '--reference <KIND>',
    about: { en: 'how the token names the certificate', it: 'come il token indica il certificato' },
    choices: ['x5c', 'x5c_chain', 'x5t#S256'],
    default: 'x5c',
  },
  {
    flags: '--iss <ISSUER>',
    about: { en: 'claim iss (dev client: invented)', it: 'claim iss (client di sviluppo: inventato)' },
  },
  {
    flags: '--sub <SUBJECT>',
    about: { en: 'claim sub (dev client: invented)', it: 'claim sub (client di sviluppo: inventato)' },
  },
  { flags: '--client-id <ID>', about: { en: 'claim client_id', it: 'claim client_id' } },
  {
    flags: '--ttl <SECONDS>',
    about: { en: 'life of the tokens, exp - iat', it: 'durata dei token, exp - iat' },
    default: '60',
  },
  {
    flags: '--jti <ID>',
    about: {
      en: 'claim jti (default: a fresh one where ID_AUTH_REST_02 needs it)',
      it: 'claim jti (predefinito: uno nuovo dove ID_AUTH_REST_02 lo richiede)',
    },
  },
  {
    flags: '--claim <K=V>',
    about: {
      en: 'further claim, with --pdnd of the audit token; K:=JSON for what is no string',
      it: 'altro claim, con --pdnd del token di audit; K:=JSON per ciò che non è stringa',
    },
    repeat: true,
  },
  {
    flags: '--body <BODY>',
    about: { en: 'body: the text itself, @file, or - for stdin', it: 'corpo: il testo stesso, @file, o - per stdin' },
  },
  {
    flags: '--header <LINE>',
    about: { en: 'request header "Name: value"', it: 'intestazione "Nome: valore"' },
    repeat: true,
  },
  {
    flags: '--signed-header <NAME>',
    about: {
      en: 'sign this header too, beyond digest, content-type and content-encoding',
      it: "firma anche quest'intestazione, oltre a digest, content-type e content-encoding",
    },
    repeat: true,
  },
  {
    flags: '--digest-algorithm <ALG>',
    about: { en: 'algorithm of the Digest header', it: "algoritmo dell'intestazione Digest" },
    choices: ['SHA-256', 'SHA-384', 'SHA-512'],
    default: 'SHA-256',
  },
  {
    flags: '--empty-body <RULE>',
    about: { en: 'is a request without body signed?', it: 'una richiesta senza corpo si firma?' },
    choices: ['only_with_payload', 'always'],
    default: 'only_with_payload',
  },
  {
    flags: '--method <METHOD>',
    about: {
      en: 'HTTP method (default: POST with a body, else GET)',
      it: "metodo HTTP (predefinito: POST se c'è un corpo, altrimenti GET)",
    },
  },
  {
    flags: '--break <HOW>',
    about: { en: 'spoil the request on purpose, see BREAKAGES', it: 'guasta la richiesta di proposito, vedi GUASTI' },
  },
];

/** The list of `--break` for the help: what each spoils, and the code that a gateway answers. */
export const BREAKAGE_SECTION: HelpSection = {
  title: { en: 'BREAKAGES (for --break)', it: 'GUASTI (per --break)' },
  rows: Object.entries(BREAKAGES).map(([name, { about, expect }]) => [
    name,
    { en: `${about.en}: ${expect}`, it: `${about.it}: ${expect}` },
  ]),
};
