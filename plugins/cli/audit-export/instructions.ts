import type { Bundle } from './bundle';
import type { FoundExchange } from './find';
export function instructions(_b: Bundle, _e: readonly FoundExchange[]): [string, string][] { return []; }
