export { claimChain, collectorSinks, collectorWorld, ensureFolder, readCollectorFile } from './collector-world';
export { printEntry } from './entry-text';
export { FOLDER_ARGUMENT, folderOf, inChains, inFolder } from './folder';
export { progressTeller } from './progress';
export { timestampJudge } from './timestamps';
export { trustedSigners } from './trusted-signers';
export { readVerified, writeVerified } from './verification-state';
export { evidenceForJson } from './evidence-report';
export { printVerdict, verdictForJson } from './verify-report';
