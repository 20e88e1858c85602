import { dotted } from '../dev/config';
import type { Path } from './types';

/** `services[1].routes[2]`, places counted from 1, as findings name places. */
export const fieldOf = (path: Path): string => dotted(path);
