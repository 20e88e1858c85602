// Reads the report of `npm run mutation`: prints the score of each folder, and fails when a folder has less than 85 % or
// a mutant survives that spec/mutation/survivors.json does not list with its reason.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST = 85;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** `{ file, was, becomes }` of each mutant that nothing noticed, or that nothing runs. */
const survivorsIn = ([file, { source, mutants }]) =>
  mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location, replacement }) => ({ file, was: textAt(source, location), becomes: oneLine(replacement) }));

/** What stands in a source between two places, on one line. */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return oneLine(lines.join('\n'));
}

const oneLine = (text) => text.replaceAll(/\s+/g, ' ');

/** By folder of plugins/core, how many mutants were noticed, of how many. */
function scores(files) {
  const folders = new Map();
  for (const [file, { mutants }] of files) {
    const folder = file.split('/').slice(0, 3).join('/');
    const score = folders.get(folder) ?? { noticed: 0, all: 0 };
    for (const { status } of mutants) {
      if (status === 'Killed' || status === 'Timeout') score.noticed += 1;
      if (['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status)) score.all += 1;
    }
    folders.set(folder, score);
  }
  return folders;
}

const files = Object.entries(read('reports/mutation/report.json').files);
const keyOf = ({ file, was, becomes }) => [file, was, becomes].join('\n');
const listed = new Set(read('spec/mutation/survivors.json').flatMap(({ mutants }) => mutants.map(keyOf)));
const found = files.flatMap(survivorsIn);
const unlisted = found.filter((one) => !listed.has(keyOf(one)));

for (const [folder, { noticed, all }] of scores(files)) {
  const percent = (100 * noticed) / all;
  console.log(`${folder}: ${percent.toFixed(2)} %, ${noticed} of ${all}`);
  if (percent < LEAST) process.exitCode = 1;
}
for (const { file, was, becomes } of unlisted) console.log(`not listed: ${file}: ${was} -> ${becomes}`);
if (unlisted.length > 0) process.exitCode = 1;
