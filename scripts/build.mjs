// Compiles plugins/ into dist/, copies what tsc does not (the wire schema, a shell script), and links the two
// commands into node_modules/.bin so that `npx modi` works inside a clone as it does after an install.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const built = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);

for (const file of ['runtime/wire/pluginsocket.proto', 'cli/audit-export/verify.sh']) {
  mkdirSync(join(root, 'dist', dirname(file)), { recursive: true });
  copyFileSync(join(root, 'plugins', file), join(root, 'dist', file));
}

const binaries = join(root, 'node_modules', '.bin');
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const [name, file] of Object.entries(bin)) {
  const target = join(root, file);
  chmodSync(target, 0o755);
  if (!existsSync(binaries) || process.platform === 'win32') continue;
  const link = join(binaries, name);
  rmSync(link, { force: true });
  symlinkSync(relative(binaries, target), link);
}
