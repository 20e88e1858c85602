export { exitOf, fail, ok, same, skip, warn } from './finding';
export type { Finding } from './finding';
export { checklistJson, checklistLines } from './text';
