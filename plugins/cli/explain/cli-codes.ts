import type { Localized } from '../../core/errors';
import type { CliCode } from '../shell/cli-error';

/** What the codes of the command line itself mean. */
export const CLI_CODES: Readonly<Record<CliCode, Localized>> = {
  CLI_USAGE: {
    en: 'The command line is wrong; the message says where, --help shows the right form. Exit code 2.',
    it: 'La riga di comando è errata; il messaggio dice dove, --help mostra la forma giusta. Codice di uscita 2.',
  },
  CLI_FILE: {
    en: 'A file could not be read or written; the message names path and reason.',
    it: 'Un file non è leggibile o scrivibile; il messaggio indica percorso e motivo.',
  },
  CLI_FILE_EXISTS: {
    en: 'A file that would be overwritten exists; nothing was written. --force replaces.',
    it: 'Un file che verrebbe sovrascritto esiste; nulla è stato scritto. --force sostituisce.',
  },
  CLI_INPUT: {
    en: 'What was given as token or request cannot be read as one.',
    it: 'Ciò che è stato dato come token o richiesta non è leggibile come tale.',
  },
  CLI_KEY: {
    en: 'The key or certificate cannot sign: wrong kind, too weak, unreadable, or not a pair.',
    it: 'Chiave o certificato non possono firmare: tipo errato, debole, illeggibile, o non corrispondono.',
  },
  CLI_KEY_PERMISSIONS: {
    en: 'A private key is readable by every user of the machine; chmod 600 mends it.',
    it: 'Una chiave privata è leggibile da ogni utente della macchina; chmod 600 risolve.',
  },
  CLI_CONFIG: {
    en: 'The kong.yml, or a field of a plugin in it, cannot be honoured; the message names the field.',
    it: 'Il kong.yml, o un campo di un plugin, non è applicabile; il messaggio indica il campo.',
  },
  CLI_ANSWER_TRUST: {
    en: 'The answer is signed, but nothing says whom to believe or what the provider calls you. Exit code 1, not 3.',
    it: "La risposta è firmata, ma nulla dice a chi credere o come l'erogatore chiama il fruitore. Codice 1, non 3.",
  },
  CLI_NETWORK: {
    en: 'The request got no answer: refused connection, unknown host, TLS, or time. Exit code 1, not 3.',
    it: 'La richiesta non ha avuto risposta: connessione rifiutata, host ignoto, TLS, o tempo. Codice 1, non 3.',
  },
  CLI_VOUCHER: {
    en: 'The PDND gave no voucher, so that nothing was sent to the service. Exit code 1, not 3.',
    it: 'La PDND non ha rilasciato il voucher, quindi nulla è stato inviato al servizio. Codice 1, non 3.',
  },
  CLI_PORT_TAKEN: {
    en: 'Another process listens on the address; stop it, or choose another address by flag.',
    it: "Un altro processo è in ascolto sull'indirizzo; fermarlo, o scegliere un altro indirizzo.",
  },
  CLI_AUDIT_BUSY: {
    en: 'Another collector of this machine writes the same chain. One node, one chain, one collector.',
    it: 'Un altro collettore di questa macchina scrive la stessa catena. Un nodo, una catena, un collettore.',
  },
  CLI_NO_RECORD: {
    en: 'The audit chain has no record of that request id, jti, period or caller. Is it the right folder, and is the collector at work?',
    it: 'La catena di audit non ha registrazioni di quell’id, jti, periodo o chiamante. La cartella è giusta? Il collettore è attivo?',
  },
  CLI_AUDIT_UNSEALED: {
    en: 'The record is in the audit chain, but no signed checkpoint covers it yet. Try again in a few seconds.',
    it: 'La registrazione è nella catena di audit, ma nessun checkpoint firmato la copre ancora. Riprovare tra poco.',
  },
  CLI_AUDIT_TOO_MANY: {
    en: 'More exchanges were asked for than one evidence bundle holds. Make several, of shorter periods or single callers.',
    it: 'Sono stati richiesti più scambi di quanti ne contenga un fascicolo. Crearne più d’uno, per periodi più brevi o singoli chiamanti.',
  },
  CLI_INTERNAL: {
    en: 'A mistake of this program; --debug shows where. Please report it.',
    it: 'Un errore di questo programma; --debug mostra dove. Si prega di segnalarlo.',
  },
};
