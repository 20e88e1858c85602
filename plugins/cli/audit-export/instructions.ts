import type { Language, Localized } from '../../core/errors';
import type { Bundle } from './bundle';
import type { FoundExchange } from './find';
import { NOTES } from './notes';
import { stepsFor, type Step } from './steps';

/** The page for whoever verifies the bundle, in both languages: name and text. */
export function instructions(
  bundle: Bundle,
  exchanges: readonly FoundExchange[],
): readonly (readonly [name: string, text: string])[] {
  return [
    ['INSTRUCTIONS.md', page(bundle, exchanges, 'en')],
    ['ISTRUZIONI.md', page(bundle, exchanges, 'it')],
  ];
}

function page(bundle: Bundle, exchanges: readonly FoundExchange[], language: Language): string {
  const text = (localized: Localized) => localized[language];
  return [
    `# ${text(TITLE)}`,
    text(INTRODUCTION),
    exchanges
      .map(
        ({ id, records }, index) =>
          `- \`exchange-${index + 1}\`: ${inCode(id)}, ${records.map(({ at }) => at).join(', ')}`,
      )
      .join('\n'),
    `## ${text(AT_ONCE_TITLE)}`,
    text(AT_ONCE),
    block(['sh verify.sh']),
    text(OPTIONS),
    `## ${text(BY_HAND_TITLE)}`,
    text(BY_HAND),
    ...stepsFor(bundle).flatMap((step, index) => stepText(step, index + 1, language)),
    `## ${text(NOT_PROVEN_TITLE)}`,
    text(NOT_PROVEN),
    ...notesText(bundle, language),
  ]
    .join('\n\n')
    .concat('\n');
}

const stepText = ({ title, why, commands }: Step, number: number, language: Language): readonly string[] => [
  `### ${number}. ${title[language]}`,
  why[language],
  block(commands),
];

function notesText({ notes }: Bundle, language: Language): readonly string[] {
  if (notes.length === 0) return [];
  const lines = notes.map(({ code, where }) => `- \`${where}\`: ${NOTES[code][language]}.`);
  return [`## ${MISSING_TITLE[language]}`, [...new Set(lines)].join('\n')];
}

const block = (commands: readonly string[]): string => ['```sh', ...commands, '```'].join('\n');

/** An id comes from outside. */
const inCode = (id: string): string => `\`${id.replaceAll(/[^\w.:-]/g, '?')}\``;

const TITLE = { en: 'How to verify this evidence bundle', it: 'Come verificare questo fascicolo di prova' };

const INTRODUCTION = {
  en: 'This folder proves exchanges that went through a ModI gateway: what was asked, by whom, what was answered, and that the records of it are what was written then. You need openssl and the usual tools of Linux, macOS or any Unix, and nothing of the software that made it. No network is used. The exchanges, with the times of their records:',
  it: "Questa cartella prova scambi passati per un gateway ModI: che cosa fu chiesto, da chi, che cosa fu risposto, e che le registrazioni sono quelle scritte allora. Servono openssl e gli strumenti usuali di Linux, macOS o altro Unix, e nulla del software che l'ha creata. Non si usa la rete. Gli scambi, con le ore delle registrazioni:",
};

const AT_ONCE_TITLE = { en: 'All at once', it: 'Tutto in una volta' };

const AT_ONCE = {
  en: '`verify.sh` is a plain script, the same in every bundle; read it before you trust it, for a script cannot vouch for itself. It does what `checks.txt` lists, prints a line for each check, and ends with VERIFIED (exit code 0) or NOT VERIFIED (1).',
  it: '`verify.sh` è un semplice script, uguale in ogni fascicolo; leggerlo prima di fidarsene, perché uno script non garantisce per sé stesso. Esegue quanto elencato in `checks.txt`, stampa una riga per ogni controllo e termina con VERIFIED (codice di uscita 0), “verificato”, o NOT VERIFIED (1), “non verificato”.',
};

const OPTIONS = {
  en: 'It says what nobody vouches for. With keys and authorities that you got from elsewhere (PEM files), that is checked too: `--chain-ca` for the organisation that keeps the chain, `--caller-ca` for those who signed requests and answers, with the authorities between, `--tsa-ca` for the time stamping authority.',
  it: "Dice di che cosa nessuno garantisce. Con chiavi e autorità ottenute per altra via (file PEM) controlla anche questo: `--chain-ca` per l'organizzazione che tiene la catena, `--caller-ca` per chi ha firmato richieste e risposte, comprese le autorità intermedie, `--tsa-ca` per l'autorità di marcatura temporale.",
};

const BY_HAND_TITLE = { en: 'By hand', it: 'A mano' };

const BY_HAND = {
  en: 'Each step shows one file of its kind, `checks.txt` has all. A signature that holds prints “Verified OK”.',
  it: 'Ogni passo mostra un file del suo genere, `checks.txt` li ha tutti. Una firma valida stampa “Verified OK”.',
};

const NOT_PROVEN_TITLE = { en: 'What this proves, and what not', it: 'Che cosa prova, e che cosa no' };

const NOT_PROVEN = {
  en: [
    '- Proven, when the steps hold: whoever has the private key of a token signed exactly that request or answer; the record stood in the chain when its checkpoint was signed, and neither it nor the evidence was changed since.',
    '- Whose a key was is proven by the certificate and its authority, or by the platform that had registered it, not by this bundle.',
    '- A certificate may have been revoked: the record says what the gateway found out (`revocation`); the answer of the authority is here only where a file of it is.',
    '- The times are those of the gateway’s clock. Only a time stamp of an authority proves that something existed at a time, and it proves “not later”, never “not earlier”.',
    '- Whoever holds the key of the chain could have written another chain at any time before the time stamp, or before the checkpoint became known elsewhere. The chain proves that nothing was changed after that.',
    '- The bundle shows exchanges that were chosen. It does not prove that there were no others.',
    '- A record alone, without signed tokens, is the word of the organisation that keeps the chain.',
  ].join('\n'),
  it: [
    '- È provato, se i passi riescono: chi ha la chiave privata di un token ha firmato esattamente quella richiesta o risposta; la registrazione era nella catena quando il checkpoint fu firmato, e da allora né essa né la prova sono cambiate.',
    '- Di chi fosse una chiave lo provano il certificato e la sua autorità, o la piattaforma che l’aveva registrata, non questo fascicolo.',
    '- Un certificato può essere stato revocato: la registrazione dice ciò che il gateway accertò (`revocation`); la risposta dell’autorità è qui solo dove ce n’è il file.',
    '- Le ore sono quelle dell’orologio del gateway. Solo la marca temporale di un’autorità prova che qualcosa esisteva a una certa ora, e prova “non più tardi”, mai “non prima”.',
    '- Chi ha la chiave della catena avrebbe potuto scriverne un’altra in ogni momento prima della marca temporale, o prima che il checkpoint fosse noto altrove. La catena prova che dopo nulla è cambiato.',
    '- Il fascicolo mostra gli scambi scelti. Non prova che non ve ne siano stati altri.',
    '- Una registrazione sola, senza token firmati, è la parola dell’organizzazione che tiene la catena.',
  ].join('\n'),
};

const MISSING_TITLE = { en: 'What is not in this bundle', it: 'Che cosa manca in questo fascicolo' };
