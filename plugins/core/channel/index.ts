export { certificateIn } from './certificate-text';
export { compileChannel } from './compile';
export { mayCarry } from './match';
export type { ChannelFacts, ChannelPolicy } from './types';
