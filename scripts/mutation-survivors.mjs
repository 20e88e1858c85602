// mutation-survivors.mjs [REPORT [LIST]]: reads the report of `npm run mutation`, prints the score of each folder, and
// fails when a folder has less than 85 %, when a mutant survives that the list does not hold with its reason, and when the
// list holds one that does not survive any more.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST = 85;
const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [report = join(root, 'reports/mutation/report.json'), list = join(root, 'spec/mutation/survivors.json')] =
  process.argv.slice(2);

function read(path, remedy) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`${path} cannot be read: ${error.message}; ${remedy}`);
    process.exit(1);
  }
}

/** `{ file, line, was, becomes }` of each mutant that nothing noticed, or that nothing runs. */
const survivorsIn = ([file, { source, mutants }]) =>
  mutants
    .filter(({ status }) => UNNOTICED.includes(status))
    .map(({ location, replacement }) => ({
      file,
      line: source.split('\n')[location.start.line - 1].trim(),
      was: textAt(source, location),
      becomes: oneLine(replacement),
    }));

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
      if (NOTICED.includes(status)) score.noticed += 1;
      if (NOTICED.includes(status) || UNNOTICED.includes(status)) score.all += 1;
    }
    folders.set(folder, score);
  }
  return folders;
}

const keyOf = ({ file, line, was, becomes }) => [file, line, was, becomes].join('\n');
const without = (mutants, others) => {
  const keys = new Set(others.map(keyOf));
  return mutants.filter((one) => !keys.has(keyOf(one)));
};

function tell(what, mutants) {
  for (const { file, line, was, becomes } of mutants) {
    console.log(`${what}: ${file}: ${was} -> ${becomes}\n    in: ${line}`);
  }
  if (mutants.length > 0) process.exitCode = 1;
}

const { files: byPath } = read(report, '`npx stryker run` writes it');
const files = Object.entries(byPath);
const listed = read(list, 'it lists the mutants that may survive, with reasons').flatMap(({ mutants }) => mutants);
const found = files.flatMap(survivorsIn);

for (const [folder, { noticed, all }] of scores(files)) {
  const percent = (100 * noticed) / all;
  console.log(`${folder}: ${percent.toFixed(2)} %, ${noticed} of ${all}`);
  if (percent < LEAST) process.exitCode = 1;
}
tell('survives, and is not listed', without(found, listed));
// A run over some files says nothing about the others.
tell(
  'is listed, and does not survive',
  without(listed, found).filter(({ file }) => file in byPath),
);
