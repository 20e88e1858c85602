import type { Localized } from '../core/errors';
import type { CommandDefinition } from './shell/command';

interface Entry {
  readonly summary: Localized;
  /** Loads the command; only the one that was asked for is ever loaded, so that `modi --help` stays fast. */
  load(): Promise<CommandDefinition>;
}

/** The words that stand before a verb, and what their verbs are about. */
export const GROUPS: Readonly<Record<string, Localized>> = {
  cert: { en: 'certificates, lists and keys', it: 'certificati, liste e chiavi' },
  audit: { en: 'keep, verify and read the audit chain', it: 'tiene, verifica e legge la catena di audit' },
};

/** Every command of `modi`, in the order of the help. A verb of a group stands behind it: `audit verify`. */
export const CATALOGUE: Readonly<Record<string, Entry>> = {
  start: {
    summary: {
      en: 'run the sample: dev keys, a service, the gateway',
      it: "esegue l'esempio: chiavi, servizio, gateway",
    },
    load: async () => (await import('./commands/start.js')).startCommand,
  },
  dev: {
    summary: { en: 'run a kong.yml on the embedded gateway', it: 'esegue un kong.yml sul gateway incorporato' },
    load: async () => (await import('./commands/dev.js')).devCommand,
  },
  keygen: {
    summary: {
      en: 'make a local authority, clients and certificates',
      it: 'crea autorità, client e certificati locali',
    },
    load: async () => (await import('./commands/keygen.js')).keygenCommand,
  },
  token: {
    summary: { en: 'build the signed tokens of a request', it: 'crea i token firmati di una richiesta' },
    load: async () => (await import('./commands/token.js')).tokenCommand,
  },
  call: {
    summary: {
      en: 'send a signed request and show the exchange',
      it: 'invia una richiesta firmata e mostra lo scambio',
    },
    load: async () => (await import('./commands/call.js')).callCommand,
  },
  inspect: {
    summary: { en: 'decode a token without verifying it', it: 'decodifica un token senza verificarlo' },
    load: async () => (await import('./commands/inspect.js')).inspectCommand,
  },
  verify: {
    summary: {
      en: "judge a request with the gateway's own code",
      it: 'giudica una richiesta con il codice del gateway',
    },
    load: async () => (await import('./commands/verify.js')).verifyCommand,
  },
  check: {
    summary: { en: 'find the mistakes in a kong.yml before traffic does', it: 'trova gli errori in un kong.yml' },
    load: async () => (await import('./commands/check.js')).checkCommand,
  },
  'cert check': {
    summary: {
      en: 'what expires, is revoked, or is too weak',
      it: 'ciò che scade, è revocato o è troppo debole',
    },
    load: async () => (await import('./commands/cert-check.js')).certCheckCommand,
  },
  catalogue: {
    summary: { en: 'who may call what: into a kong.yml', it: 'chi può chiamare cosa: in un kong.yml' },
    load: async () => (await import('./commands/catalogue.js')).catalogueCommand,
  },
  'audit collect': {
    summary: { en: 'turn the spool into the chain', it: 'trasforma lo spool nella catena' },
    load: async () => (await import('./commands/audit-collect.js')).auditCollectCommand,
  },
  'audit verify': {
    summary: { en: 'verify audit chains', it: 'verifica le catene di audit' },
    load: async () => (await import('./commands/audit-verify.js')).auditVerifyCommand,
  },
  'audit show': {
    summary: { en: 'one exchange, by request id or jti', it: 'uno scambio, per id o jti' },
    load: async () => (await import('./commands/audit-show.js')).auditShowCommand,
  },
  'audit export': {
    summary: { en: 'a bundle that openssl can verify', it: 'un fascicolo verificabile con openssl' },
    load: async () => (await import('./commands/audit-export.js')).auditExportCommand,
  },
  'audit tail': {
    summary: { en: 'the latest records, and those to come', it: 'le ultime registrazioni, e le prossime' },
    load: async () => (await import('./commands/audit-tail.js')).auditTailCommand,
  },
  'audit prune': {
    summary: { en: 'remove evidence whose retention is over', it: 'rimuove le evidenze scadute' },
    load: async () => (await import('./commands/audit-prune.js')).auditPruneCommand,
  },
  'audit report': {
    summary: { en: 'traffic, refusals and latency, with charts', it: 'traffico, rifiuti e latenza, con grafici' },
    load: async () => (await import('./commands/audit-report.js')).auditReportCommand,
  },
  'audit pdnd-tracing': {
    summary: { en: "the PDND's daily CSV", it: 'il CSV giornaliero per la PDND' },
    load: async () => (await import('./commands/audit-pdnd-tracing.js')).auditPdndTracingCommand,
  },
  explain: {
    summary: { en: 'explain a code, a config field or a pattern', it: 'spiega un codice, un campo o un pattern' },
    load: async () => (await import('./commands/explain.js')).explainCommand,
  },
  install: {
    summary: {
      en: 'the kong.conf lines of an installation, checked',
      it: "le righe di kong.conf per l'installazione, verificate",
    },
    load: async () => (await import('./commands/install.js')).installCommand,
  },
  doctor: {
    summary: {
      en: 'examine a Kong that runs, and say what to do',
      it: 'esamina un Kong in esecuzione, e dice che cosa fare',
    },
    load: async () => (await import('./commands/doctor.js')).doctorCommand,
  },
  schema: {
    summary: { en: "a plugin's schema, as JSON or as Kong's schema.lua", it: 'lo schema di un plugin, in JSON o Lua' },
    load: async () => (await import('./commands/schema.js')).schemaCommand,
  },
  completion: {
    summary: { en: 'print the completion script of a shell', it: 'stampa lo script di completamento di una shell' },
    load: async () => (await import('./commands/completion.js')).completionCommand,
  },
};
