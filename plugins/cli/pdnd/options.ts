import type { HelpSection, OptionDeclaration } from '../shell/command';
import { PDND_BREAKAGES } from './breakages';

/** How `modi token` and `modi call` play a consumer of the national platform. */
export const PDND_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--pdnd',
    about: {
      en: 'authenticate with a voucher of the PDND; sign INTEGRITY_REST_02, AUDIT_REST_01, AUDIT_REST_02 by kid',
      it: 'autentica con un voucher PDND; firma INTEGRITY_REST_02, AUDIT_REST_01, AUDIT_REST_02 con kid',
    },
  },
  {
    flags: '--environment <ENV>',
    about: {
      en: 'PDND that issues the voucher (default: the mock platform of modi start)',
      it: 'PDND che rilascia il voucher (predefinito: la piattaforma simulata di modi start)',
    },
    choices: ['prod', 'uat', 'att'],
  },
  {
    flags: '--platform <URL>',
    about: { en: 'address of the mock platform', it: 'indirizzo della piattaforma simulata' },
    default: 'http://127.0.0.1:9002',
  },
  {
    flags: '--purpose <ID>',
    about: {
      en: 'purposeId of the voucher (default: the sample one)',
      it: "purposeId del voucher (predefinito: quello d'esempio)",
    },
  },
  {
    flags: '--kid <ID>',
    about: {
      en: 'id of the key at the PDND (default: its RFC 7638 thumbprint)',
      it: 'id della chiave sulla PDND (predefinito: la sua impronta RFC 7638)',
    },
  },
  {
    flags: '--dpop',
    about: {
      en: 'ask for a voucher bound to a new key, and prove the key with each request',
      it: 'chiede un voucher legato a una nuova chiave, e prova la chiave in ogni richiesta',
    },
  },
];

/** The list of `--break` beside `--pdnd`, for the help. */
export const PDND_BREAKAGE_SECTION: HelpSection = {
  title: { en: 'BREAKAGES (for --break with --pdnd)', it: 'GUASTI (per --break con --pdnd)' },
  rows: Object.entries(PDND_BREAKAGES).map(([name, { about, expect }]) => [
    name,
    { en: `${about.en}: ${expect}`, it: `${about.it}: ${expect}` },
  ]),
};
