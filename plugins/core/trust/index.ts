export { compileTrust } from './compile';
export { resolveByChain, resolveByThumbprint } from './resolve';
export type { CertificateFacts, Signer, SignerKey, TrustConfig, TrustMaterial } from './types';
