export { compileTrust } from './compile';
export { resolveByChain, resolveByThumbprint } from './resolve';
export type { Signer, SignerKey, TrustConfig, TrustMaterial } from './types';
