import { EXPECT_REQUEST_DIGEST } from '../answer';
import type { OptionDeclaration } from '../shell/command';

/** What `modi verify` judges, and by what. */
export const VERIFY_OPTIONS: readonly OptionDeclaration[] = [
  { flags: '--explain', about: { en: 'show every check', it: 'mostra ogni controllo' } },
  { flags: '--all', about: { en: 'go on after the first failure', it: 'prosegue dopo il primo errore' } },
  {
    flags: '--fetch',
    about: {
      en: 'ask for keys as the gateway does: the platform of the PDND, and what is behind x5u',
      it: 'chiede le chiavi come fa il gateway: alla piattaforma PDND, e ciò che sta dietro x5u',
    },
  },
  {
    flags: '--request <FILE>',
    about: { en: 'a whole raw HTTP request, or - for stdin', it: 'una richiesta HTTP intera, o - per stdin' },
  },
  {
    flags: '--response [FILE]',
    about: {
      en: 'judge an answer: a whole one as curl -i saves it, - for stdin; without FILE from --headers and --body',
      it: 'giudica una risposta: intera come la salva curl -i, - per stdin; senza FILE da --headers e --body',
    },
  },
  {
    flags: '--request-digest <DIGEST>',
    about: {
      en: 'of an answer: the Digest of its request, or give that --request',
      it: 'di una risposta: il Digest della sua richiesta, o indicare --request',
    },
  },
  EXPECT_REQUEST_DIGEST,
  {
    flags: '--headers <FILE>',
    about: { en: 'header lines, or - for stdin', it: 'righe di intestazione, o - per stdin' },
  },
  { flags: '--header <LINE>', about: { en: 'one header line', it: 'una riga di intestazione' }, repeat: true },
  {
    flags: '--body <BODY>',
    about: { en: 'body: the text itself, @file, or -', it: 'corpo: il testo stesso, @file, o -' },
  },
  {
    flags: '--config <FILE>',
    about: {
      en: 'a kong.yml with the configuration to judge by',
      it: 'un kong.yml con la configurazione da applicare',
    },
  },
  { flags: '--route <NAME>', about: { en: 'which route of it', it: 'quale route del file' } },
  { flags: '--plugin-instance <NAME>', about: { en: 'or which instance_name', it: 'oppure quale instance_name' } },
  {
    flags: '--pattern <LIST>',
    about: { en: 'instead of --config: the patterns', it: 'al posto di --config: i pattern' },
  },
  { flags: '--aud <AUDIENCE>', about: { en: 'accepted audience', it: 'audience ammessa' }, repeat: true },
  { flags: '--anchors <FILE>', about: { en: 'trusted authorities, PEM', it: 'autorità fidate, PEM' }, repeat: true },
  {
    flags: '--certificates <FILE>',
    about: { en: 'trusted signer certificates, PEM', it: 'certificati firmatari fidati, PEM' },
    repeat: true,
  },
  {
    flags: '--jwks <FILE>',
    about: {
      en: 'trusted keys by kid, a JWK Set; also instead of those of --config',
      it: 'chiavi fidate per kid, un JWK Set; anche al posto di quelle di --config',
    },
    repeat: true,
  },
  {
    flags: '--crl <FILE>',
    about: {
      en: 'revocation list, PEM or DER; also instead of those of --config',
      it: 'lista di revoca, PEM o DER; anche al posto di quelle di --config',
    },
    repeat: true,
  },
  {
    flags: '--at <TIME>',
    about: { en: 'judge as of this time (default: now)', it: 'giudica a questo istante (predefinito: ora)' },
  },
  {
    flags: '--output <FORMAT>',
    about: { en: 'form of the result', it: 'forma del risultato' },
    choices: ['text', 'json'],
    default: 'text',
  },
];
