export { compileTrust } from './compile';
export { signerKeyOf } from './key';
export { trustKeeperOf } from './keepers';
export type { TrustKeeper } from './trust-keeper';
export { readTrustSource } from './source';
export { resolveByChain, resolveByThumbprint } from './resolve';
export type { CertificateFacts, Signer, SignerKey, TrustConfig, TrustMaterial } from './types';
