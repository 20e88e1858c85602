export { compileTrust } from './compile';
export { readTrustSource } from './source';
export { resolveByChain, resolveByThumbprint } from './resolve';
export type { Signer, SignerKey, TrustConfig, TrustMaterial } from './types';
