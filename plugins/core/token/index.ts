export { decodeBase64Url } from './base64url';
export { decodeJsonPart, splitCompact } from './compact';
export type { CompactParts, FormProblem, JsonObject } from './compact';
