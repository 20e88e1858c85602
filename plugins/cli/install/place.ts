import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The folder of the package: two levels above both the source and the build of this file's parent. */
const ROOT = join(__dirname, '../../..');

/** `modi-pluginserver` as npm has linked it, or the build itself where nothing was linked. */
export function pluginServerProgram(root = ROOT): string {
  const modules = dirname(root);
  const linked = join(modules, '.bin', 'modi-pluginserver');
  return basename(modules) === 'node_modules' && existsSync(linked) ? linked : join(root, 'dist/runtime/main.js');
}

/** The folder that the stock kong-js-pluginserver loads. */
export const stockPlugins = (root = ROOT): string => join(root, 'dist/stock');

/** The Node versions that the package accepts, as package.json has them: `>=20.19`. */
export function acceptedNode(root = ROOT): string {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
  return engines.node;
}
