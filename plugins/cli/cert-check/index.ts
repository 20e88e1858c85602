export { durationOf } from './duration';
export { printJson } from './json';
export { exitCodeOf } from './states';
export { subjectOf } from './subject';
export { printText } from './text';
