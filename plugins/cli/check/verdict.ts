import { EXIT } from '../shell/exit-codes';
import type { Checked } from './formats';

/** 3 for errors; 4 for warnings when they count; else 0. */
export function exitCodeOf(checked: readonly Checked[], strict: boolean): number {
  const severities = new Set(checked.flatMap(({ findings }) => findings.map(({ severity }) => severity)));
  if (severities.has('error')) return EXIT.refused;
  return strict && severities.has('warning') ? EXIT.warnings : EXIT.ok;
}
