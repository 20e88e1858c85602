import type { Plain } from './types';

/** A validated text field; empty when it is not set. */
export const textOf = (value: Plain | undefined): string => (typeof value === 'string' ? value : '');
