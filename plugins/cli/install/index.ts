export { examine } from './checks';
export { confLine, environmentLine, unitText } from './forms';
export { mergeSettings } from './merge';
export { settingsOf } from './plan';
export type { InstallPlan, Setting } from './plan';
export { readPlan } from './read-options';
export { readConf, writeConf } from './write';
export type { Written } from './write';
