import { findingText, type Finding } from './findings';

/** The chain is damaged: what was asked of it cannot be done. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(`${finding.file}: record ${finding.seq}: ${findingText(finding).en} (${finding.code})`);
    this.finding = finding;
  }
}
