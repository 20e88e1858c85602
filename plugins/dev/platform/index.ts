export { startPlatform } from './server';
export type { PlatformOptions, RunningPlatform } from './server';
export { SAMPLE_PLATFORM, samplePlatformData } from './sample';
export type { SampleKeys } from './sample';
export { PlatformDataError } from './registry';
export { ASSERTION_TYPE } from './assertion';
export type { TokenRefusal, TokenStep } from './refusal';
export type { PlatformFault, PlatformPart } from './faults';
export type { ClientData, DescriptorData, EserviceData, OrganizationData, PlatformData, PurposeData } from './data';
