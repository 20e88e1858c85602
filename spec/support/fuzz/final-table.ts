import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportText, type FuzzReport } from './report';

/** Around the long run: gathers what each kind reports, and prints one table at the end. */
export default function setup(): () => void {
  const file = (process.env['FUZZ_REPORT'] ??= join(mkdtempSync(join(tmpdir(), 'modi-fuzz-')), 'report.jsonl'));
  return () => {
    if (!existsSync(file)) return;
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    process.stdout.write(`\n${reportText(lines.map((line) => JSON.parse(line) as FuzzReport))}\n${file}\n`);
  };
}
