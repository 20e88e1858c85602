export { Examination } from './examination';
export type { Judge, Judgement } from './judge';
export { readFileOrStdin, readJudge, readPieces, readRequest, readTime } from './read-options';
export { bodyOf, inputError, parseHeaderLines, parseRawRequest, splitMessage } from './read-request';
export { checksForJson, printChecks, printTokens, printVerdict } from './text';
