import type { Localized } from '../../core/errors';
import { EXIT } from './exit-codes';

/** Codes of the command line itself; refusals of the gateway have `MODI_` codes. Stable, for scripts and searches. */
export type CliCode =
  | 'CLI_USAGE'
  | 'CLI_FILE'
  | 'CLI_FILE_EXISTS'
  | 'CLI_INPUT'
  | 'CLI_KEY'
  | 'CLI_KEY_PERMISSIONS'
  | 'CLI_CONFIG'
  | 'CLI_ANSWER_TRUST'
  | 'CLI_NETWORK'
  | 'CLI_VOUCHER'
  | 'CLI_PORT_TAKEN'
  | 'CLI_AUDIT_BUSY'
  | 'CLI_NO_RECORD'
  | 'CLI_AUDIT_UNSEALED'
  | 'CLI_AUDIT_TOO_MANY'
  | 'CLI_INTERNAL';

/** What the user must know, on one line, in both languages: what happened, why, what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliCode;
  readonly text: Localized;

  constructor(code: CliCode, text: Localized, options?: ErrorOptions) {
    super(text.en, options);
    this.code = code;
    this.text = text;
  }

  get exitCode(): number {
    return this.code === 'CLI_USAGE' ? EXIT.usage : EXIT.failed;
  }
}

/** A usage error: the command line itself is wrong. */
export const usageError = (en: string, it: string): CliError => new CliError('CLI_USAGE', { en, it });
