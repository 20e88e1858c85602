export { digestOfBody } from './body-digest';
export type { BodyFacts } from './body-digest';
export { parseDigest } from './parse-digest';
export type { DigestAlgorithm, DigestEncoding, DigestProblem, ParsedDigest } from './parse-digest';
