import type { Localized } from '../../core/errors';
import type { Bundle } from './bundle';

/** A step that a reader does by hand: why, and the commands, which run in the folder of the bundle. */
export interface Step {
  readonly title: Localized;
  readonly why: Localized;
  readonly commands: readonly string[];
}

/** The steps for what is in this bundle, each shown on the first file of its kind. */
export function stepsFor(bundle: Bundle): readonly Step[] {
  return [
    filesStep(),
    ...firstOf(bundle, 'record', recordStep),
    ...firstOf(bundle, 'record', linkStep),
    ...firstOf(bundle, 'checkpoint', (words) => checkpointStep(words, bundle)),
    ...firstOf(bundle, 'timestamp', timestampStep),
    ...firstOf(bundle, 'evidence', evidenceStep),
    ...firstOf(bundle, 'opened', openedStep),
    ...firstOf(bundle, 'certificates', (words) => certificatesStep(words, bundle)),
    ...firstOf(bundle, 'jwk', jwkStep),
    ...firstOf(bundle, 'member_file', derStep),
    ...firstOf(bundle, 'signature_of', signatureStep),
    ...firstOf(bundle, 'body', bodyStep),
    ...firstOf(bundle, 'answers', answersStep),
  ];
}

type Words = readonly [string, string, string, string];

function firstOf(bundle: Bundle, check: string, step: (words: Words) => Step): readonly Step[] {
  const [first] = bundle.checksOf(check);
  if (first === undefined) return [];
  const [, one = '', two = '', three = '', four = ''] = first;
  return [step([one, two, three, four])];
}

const filesStep = (): Step => ({
  title: { en: 'The files', it: 'I file' },
  why: {
    en: 'The SHA-256 of `manifest.json` stands for the whole bundle. Compare it with the one that was told to you beside the bundle, for example in minutes. Every other file has its SHA-256 in `manifest.json`.',
    it: 'Lo SHA-256 di `manifest.json` rappresenta tutto il fascicolo. Confrontarlo con quello comunicato insieme al fascicolo, per esempio in un verbale. Ogni altro file ha il suo SHA-256 in `manifest.json`.',
  },
  commands: ['openssl dgst -sha256 manifest.json', 'openssl dgst -sha256 verify.sh', 'grep verify.sh manifest.json'],
});

const recordStep = ([record, stretch, number]: Words): Step => ({
  title: { en: 'The record', it: 'La registrazione' },
  why: {
    en: `\`${record}\` is what the gateway wrote of the request: time, caller, operation, outcome. It is line ${number} of \`${stretch}\`, a stretch of the audit chain. Its \`hash\` is the SHA-256 of the line without its last 75 bytes; the first command computes it, the second shows what the line says.`,
    it: `\`${record}\` è ciò che il gateway ha scritto della richiesta: ora, chiamante, operazione, esito. È la riga ${number} di \`${stretch}\`, un tratto della catena di audit. Il suo \`hash\` è lo SHA-256 della riga senza gli ultimi 75 byte; il primo comando lo calcola, il secondo mostra ciò che la riga dichiara.`,
  },
  commands: [
    `sed -n ${number}p ${stretch} | sed 's/,"hash":"[0-9a-f]*"}$//' | tr -d '\\n' | openssl dgst -sha256`,
    `grep -o '"hash":"[0-9a-f]*"}$' ${record}`,
  ],
});

const linkStep = ([, stretch]: Words): Step => ({
  title: { en: 'The chain', it: 'La catena' },
  why: {
    en: 'Each line names the hash of the line before it (`prev`). So the last line of the stretch, a checkpoint, depends on every line above it: nobody can change one without changing all that follow. The lines between may be records of other requests: read them for this proof only.',
    it: "Ogni riga nomina l'hash di quella precedente (`prev`). L'ultima riga del tratto, un checkpoint, dipende quindi da tutte quelle sopra: non se ne può cambiare una senza cambiare tutte le successive. Le righe intermedie possono riguardare altre richieste: vanno lette solo per questa prova.",
  },
  commands: [`grep -o -e '^{"seq":[0-9]*,"prev":"[0-9a-f]*"' -e '"hash":"[0-9a-f]*"}$' ${stretch}`],
});

function checkpointStep([folder, , , time]: Words, bundle: Bundle): Step {
  const certificate = `${folder}/certificate-1.pem`;
  return {
    title: { en: 'The seal', it: 'Il sigillo' },
    why: {
      en: `The organisation signs each checkpoint with its key. What is signed (\`payload.json\`) names as \`digest\` the SHA-256 of the line up to \`,"jws":\`: the first two commands compare them. The third says whether the signature holds under the key in the bundle. That this is the key of the organisation, the bundle cannot prove: compare the key or the fingerprint of the certificate with what the organisation has published.`,
      it: `L'organizzazione firma ogni checkpoint con la sua chiave. Il contenuto firmato (\`payload.json\`) nomina come \`digest\` lo SHA-256 della riga fino a \`,"jws":\`: i primi due comandi li confrontano. Il terzo dice se la firma è valida con la chiave del fascicolo. Che questa sia la chiave dell'organizzazione il fascicolo non può provarlo: confrontare la chiave, o l'impronta del certificato, con quanto l'organizzazione ha pubblicato.`,
    },
    commands: [
      `sed 's/,"jws":"[^"]*","hash":"[0-9a-f]*"}$//' ${folder}/line.json | tr -d '\\n' | openssl dgst -sha256`,
      `grep -o '"digest":"[0-9a-f]*"' ${folder}/payload.json`,
      `openssl dgst ${hashOption(bundle, folder)} -verify ${folder}/public-key.pem -signature ${folder}/signature.bin ${folder}/signing-input.txt`,
      ...(bundle.has(certificate)
        ? [
            `openssl x509 -in ${certificate} -noout -subject -issuer -dates -fingerprint -sha256`,
            pathCommand(bundle, folder, time),
          ]
        : [`openssl pkey -pubin -in ${folder}/public-key.pem -noout -text`]),
    ],
  };
}

const timestampStep = ([folder]: Words): Step => ({
  title: { en: 'The time', it: "L'ora" },
  why: {
    en: 'Times in the chain are those of the clock of the gateway. `timestamp.tst` (RFC 3161) is the word of an authority outside that the checkpoint, and so everything before it, existed at that time. The first command shows it. The message imprint must be the `hash` of the checkpoint. For the signature, get the certificate of the authority and run: openssl ts -verify -digest HASH -in timestamp.tst -token_in -CAfile authority.pem',
    it: "Le ore nella catena sono quelle dell'orologio del gateway. `timestamp.tst` (RFC 3161) è la parola di un'autorità esterna: il checkpoint, e quindi tutto ciò che lo precede, esisteva a quell'ora. Il primo comando la mostra. Il “message imprint” deve essere lo `hash` del checkpoint. Per la firma, procurarsi il certificato dell'autorità ed eseguire: openssl ts -verify -digest HASH -in timestamp.tst -token_in -CAfile autorita.pem",
  },
  commands: [
    `openssl ts -reply -token_in -in ${folder}/timestamp.tst -text`,
    `grep -o '"hash":"[0-9a-f]*"}$' ${folder}/line.json`,
  ],
});

const evidenceStep = ([folder, record]: Words): Step => ({
  title: { en: 'The evidence', it: 'La prova' },
  why: {
    en: 'Tokens and bodies are kept apart from the chain; the record names them by SHA-256. Both commands show the same number.',
    it: 'Token e contenuti sono conservati fuori dalla catena; la registrazione li nomina con lo SHA-256. I due comandi mostrano lo stesso numero.',
  },
  commands: [`openssl dgst -sha256 ${folder}/line.json`, `grep -o '"part":"[a-z]*","sha256":"[0-9a-f]*"' ${record}`],
});

const openedStep = ([folder]: Words): Step => ({
  title: { en: 'Encrypted evidence', it: 'La prova cifrata' },
  why: {
    en: '`line.json` is encrypted (JWE, RFC 7516, AES-256-GCM). `content-key.txt` opens this one line. The fourth part of the JWE, decrypted with it in counter mode (the third part followed by 00000002 is the first counter), is `clear.json`; that nothing was changed follows from the hash in the record. The command shows the parts; `verify.sh` decrypts them in `opened`.',
    it: '`line.json` è cifrata (JWE, RFC 7516, AES-256-GCM). `content-key.txt` apre questa sola riga. La quarta parte del JWE, decifrata con essa in modalità contatore (la terza parte seguita da 00000002 è il primo contatore), è `clear.json`; che nulla sia cambiato segue dallo hash nella registrazione. Il comando mostra le parti; `verify.sh` le decifra in `opened`.',
  },
  commands: [`grep -o '"jwe":"[^"]*' ${folder}/line.json | tr '.' '\\n' | cut -c 1-64`],
});

const certificatesStep = ([folder, , time]: Words, bundle: Bundle): Step => ({
  title: { en: 'Who signed', it: 'Chi ha firmato' },
  why: {
    en: 'The certificate of the signer, as the gateway accepted it then; it must have been valid at that time (-attime, in seconds since 1970), however expired it is today. The last certificate of the folder is the authority that the gateway trusted. Whether you trust it, decide yourself.',
    it: "Il certificato di chi ha firmato, come il gateway lo accettò allora; doveva essere valido a quell'ora (-attime, in secondi dal 1970), anche se oggi è scaduto. L'ultimo certificato della cartella è l'autorità di cui il gateway si fidava. Se fidarsene, lo decide chi verifica.",
  },
  commands: [
    `openssl x509 -in ${folder}/certificate-1.pem -noout -subject -issuer -serial -dates`,
    pathCommand(bundle, folder, time),
  ],
});

const jwkStep = ([folder]: Words): Step => ({
  title: { en: 'Keys without certificate', it: 'Chiavi senza certificato' },
  why: {
    en: 'The signer has no certificate but a key that is known under a `kid`: to the national platform (PDND), or in a set of keys that the gateway trusted. `material.json` is the key as it was then, and its SHA-256 the name of its folder; `public-key.pem` is the same for openssl. Whose it was, the platform or the keeper of the set knows.',
    it: 'Chi ha firmato non ha un certificato, ma una chiave nota con un `kid`: alla piattaforma nazionale (PDND), o in un insieme di chiavi di cui il gateway si fidava. `material.json` è la chiave com’era allora, e il suo SHA-256 è il nome della cartella; `public-key.pem` è la stessa per openssl. Di chi fosse, lo sa la piattaforma o chi tiene l’insieme.',
  },
  commands: [
    `openssl dgst -sha256 ${folder}/material.json`,
    `cat ${folder}/material.json`,
    `openssl pkey -pubin -in ${folder}/public-key.pem -noout -text`,
  ],
});

const derStep = ([folder, file]: Words): Step => ({
  title: { en: 'Revocation', it: 'La revoca' },
  why: {
    en: 'What an authority had said of the certificates it issued, as the gateway knew it then: `crl.der` is a list of revoked certificates, `ocsp.der` the response of a responder. It stands in base64 as `der` in `material.json`, beside where and when the gateway got it; the evidence names the SHA-256 of that file, which is the name of the folder.',
    it: "Ciò che un'autorità aveva detto dei certificati emessi, come il gateway lo sapeva allora: `crl.der` è una lista di certificati revocati, `ocsp.der` la risposta di un responder. Sta in base64 come `der` in `material.json`, con da dove e quando il gateway l'ha avuta; la prova nomina lo SHA-256 di quel file, che è il nome della cartella.",
  },
  commands: [
    `openssl dgst -sha256 ${folder}/material.json`,
    ...(file === 'crl.der' ? [`openssl crl -inform DER -in ${folder}/${file} -noout -text`] : []),
    ...(file === 'ocsp.der' ? [`openssl ocsp -noverify -text -respin ${folder}/${file}`] : []),
  ],
});

const signatureStep = ([folder, keys]: Words): Step => ({
  title: { en: 'The signature', it: 'La firma' },
  why: {
    en: `\`${folder}/token.txt\` is the signed token as it was sent (JWS, RFC 7515): header, payload and signature, each in base64url. What is signed are the first two parts with the dot between, \`signing-input.txt\`; \`signature.bin\` is the signature as openssl reads it. \`payload.json\` is what was signed, to be read. The hash is that of \`alg\` in \`header.json\`: 256, 384 or 512.`,
    it: `\`${folder}/token.txt\` è il token firmato come fu inviato (JWS, RFC 7515): intestazione, contenuto e firma, ciascuno in base64url. Sono firmate le prime due parti con il punto in mezzo, \`signing-input.txt\`; \`signature.bin\` è la firma nella forma letta da openssl. \`payload.json\` è ciò che fu firmato, da leggere. La funzione di hash è quella di \`alg\` in \`header.json\`: 256, 384 o 512.`,
  },
  commands: [
    `cat ${folder}/payload.json`,
    `openssl base64 -A -in ${folder}/payload.json | tr '/+' '_-' | tr -d '='; echo; cut -d. -f2 ${folder}/signing-input.txt`,
    `openssl dgst -sha$(grep -o '[RE]S[0-9]*' ${folder}/header.json | head -n 1 | tr -d RES) -verify ${keys}/public-key.pem -signature ${folder}/signature.bin ${folder}/signing-input.txt`,
  ],
});

const bodyStep = ([folder, token, algorithm]: Words): Step => ({
  title: { en: 'The body', it: 'Il contenuto' },
  why: {
    en: `\`${folder}/body.bin\` are the bytes that were sent. Their digest, in base64, stands in what was signed, as \`digest\`.`,
    it: `\`${folder}/body.bin\` sono i byte inviati. La loro impronta, in base64, sta in ciò che fu firmato, come \`digest\`.`,
  },
  commands: [
    `openssl dgst -${algorithm === '-' ? 'sha256' : algorithm.replace('-', '').toLowerCase()} -binary ${folder}/body.bin | openssl base64 -A`,
    ...(token === '-' ? [] : [`grep -o 'SHA-[0-9]*=[^"]*' ${token}/payload.json`]),
  ],
});

const answersStep = ([answer, request]: Words): Step => ({
  title: { en: 'Request and answer', it: 'Richiesta e risposta' },
  why: {
    en: 'The signed answer names the digest of the request that it answers.',
    it: 'La risposta firmata nomina l’impronta della richiesta a cui risponde.',
  },
  commands: [
    `grep -o '"request_digest":"[^"]*"' ${answer}/payload.json`,
    `grep -o 'SHA-[0-9]*=[^"]*' ${request}/payload.json`,
  ],
});

/** The hash that openssl needs for the token of a folder. */
function hashOption(bundle: Bundle, folder: string): string {
  const { alg } = JSON.parse(bundle.text(`${folder}/header.json`)) as { readonly alg: string };
  return `-sha${alg.slice(2)}`;
}

/** Leads the first certificate of a folder to its last at a time, in seconds since 1970. */
function pathCommand(bundle: Bundle, folder: string, time: string): string {
  const files = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    .map((number) => `${folder}/certificate-${number}.pem`)
    .filter((file) => bundle.has(file));
  const [first = '', ...above] = files;
  const between = above.slice(0, -1).map((file) => ` -untrusted ${file}`);
  return `openssl verify -attime ${time} -partial_chain -trusted ${above.at(-1) ?? first}${between.join('')} ${first}`;
}
