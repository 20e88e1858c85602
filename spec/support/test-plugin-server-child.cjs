// Runs test-plugin-server.ts as a process of its own: node test-plugin-server-child.cjs SOCKET.
// Node 20 cannot read TypeScript, so each file is translated as it is required.
const { readFileSync } = require('node:fs');
const process = require('node:process');
const ts = require('typescript');

const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
require.extensions['.ts'] = (module, file) => {
  module._compile(ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText, file);
};

const { TestPluginServer } = require('./test-plugin-server.ts');
new TestPluginServer(process.argv[2]).listen().then(() => {
  process.stdout.write('listening\n');
});
