import { evidenceWriterFor, readRecipient, type EvidenceWriter } from '../core/evidence';
import { ConfigError, configVersion } from '../core/schema';
import { checkRedaction } from './redaction';
import { modiAuditSchema, type ModiAuditConfig } from './schema';

/** One configured `modi-audit`, compiled once. */
export interface Route {
  readonly config: ModiAuditConfig;
  /** The name of this configuration, for the record. */
  readonly configVersion: string;
  /** Undefined when no evidence is kept. */
  readonly writer: EvidenceWriter | undefined;
  readonly redact: readonly string[];
  /** Whether a request need not wait until its evidence is made: nothing of it decides anything, or is large. */
  readonly isHasty: boolean;
}

/**
 * Compiles a configuration: reads the public key, finds the writer of the directory. Opens no file.
 *
 * @throws ConfigError naming field and value.
 */
export function compileRoute(config: ModiAuditConfig): Route {
  const redact = checkRedaction(config.redact ?? []);
  checkQueue(config);
  return {
    config,
    configVersion: configVersion(modiAuditSchema.fields, config),
    writer: config.evidence === 'none' ? undefined : writerOf(config),
    redact,
    isHasty: config.durability === 'async' && config.evidence === 'integrity' && redact.length === 0,
  };
}

/** What a line holds beside the body, in bytes. */
const REST_OF_A_LINE = 65_536;

/** @throws ConfigError when the largest body that is kept would never find room. */
function checkQueue({ evidence, max_body_size: body, max_queue_size: queue }: ModiAuditConfig): void {
  // Bodies are kept in base64.
  const needed = Math.ceil((body * 4) / 3) + REST_OF_A_LINE;
  if (evidence !== 'full' || queue >= needed) return;
  throw new ConfigError('max_queue_size', `must be at least ${needed}, for bodies of max_body_size ${body}`);
}

function writerOf(config: ModiAuditConfig): EvidenceWriter {
  const { directory, encryption, max_file_size: maxFileSize, max_file_age: maxFileAge } = config;
  if (directory === null) throw new ConfigError('directory', `evidence "${config.evidence}" needs a directory`);
  const recipient = encryption.key === null ? undefined : readRecipient(encryption.key, 'encryption.key');
  return evidenceWriterFor({ directory, recipient, maxFileSize, maxFileAge, maxQueueBytes: config.max_queue_size });
}
