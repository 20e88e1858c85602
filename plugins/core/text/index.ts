export { nearest } from './nearest';
