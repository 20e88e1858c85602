export { exitCodeOf } from './verdict';
export { FORMATS, formatNamed } from './formats';
export type { Checked } from './formats';
