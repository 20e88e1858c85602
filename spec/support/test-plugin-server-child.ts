import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { tempFolder } from './temp';

/**
 * The command that runs test-plugin-server.ts as a process of its own on a socket. Node 20 reads no TypeScript, so it
 * is translated once here, onto the compiled wire of dist; that starts in a tenth of a second.
 */
export function testPluginServerCommand(socket: string): string[] {
  const compiled = resolve(__dirname, '../../dist/runtime');
  if (!existsSync(join(compiled, 'wire/frames.js'))) throw new Error('dist is missing: npm run build');
  const source = readFileSync(join(__dirname, 'test-plugin-server.ts'), 'utf8')
    .replaceAll("'../../plugins/runtime/", `'${compiled}/`)
    .concat('\nnew TestPluginServer(process.argv[2]).listen().then(() => process.stdout.write("listening\\n"));\n');
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const file = join(tempFolder(), 'server.cjs');
  writeFileSync(file, ts.transpileModule(source, { compilerOptions }).outputText);
  return [process.execPath, file, socket];
}
