import { execFile } from 'node:child_process';
import { readFields, type NamedField } from '../schema';
import type { Phase } from '../plugin';

/** One entry of pluginserver_names: a plugin server and how to ask it about its plugin. */
export interface PluginServerEntry {
  readonly name: string;
  /** Path of the Unix socket. Several entries may name the same one. */
  readonly socket: string;
  /** Given for one entry of a socket: the gateway runs it, and again when it ends. */
  readonly startCommand?: readonly string[];
  readonly queryCommand: readonly string[];
}

/** What a plugin server's dump says of its plugin. */
export interface DescribedPlugin {
  readonly name: string;
  readonly version: string;
  readonly priority: number;
  readonly phases: readonly Phase[];
  readonly fields: readonly NamedField[];
}

/** A query command that did not print a usable dump. */
export class DescribeError extends Error {
  override readonly name = 'DescribeError';
}

const TIMEOUT_MS = 20_000;

/**
 * Runs the query command and reads the first plugin of the dump, which is all that Kong 3.9 reads.
 * @throws DescribeError naming the entry and what is wrong with the dump.
 */
export async function describePlugin(entry: PluginServerEntry): Promise<DescribedPlugin> {
  const output = await run(entry);
  try {
    return readDump(JSON.parse(output) as unknown);
  } catch (error) {
    throw new DescribeError(`plugin server ${entry.name}: ${(error as Error).message}`, { cause: error });
  }
}

function run(entry: PluginServerEntry): Promise<string> {
  const [command = '', ...args] = entry.queryCommand;
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new DescribeError(`plugin server ${entry.name}: ${stderr.trim() || error.message}`));
    });
  });
}

function readDump(dump: unknown): DescribedPlugin {
  const { Protocol: protocol, Plugins: plugins } = asObject(dump, 'the dump');
  if (protocol !== 'ProtoBuf:1')
    throw new Error(`protocol ${JSON.stringify(protocol ?? 'MsgPack:1')} needs Kong, expected ProtoBuf:1`);
  const plugin = asObject(Array.isArray(plugins) ? plugins[0] : undefined, 'Plugins[1]');
  const { Name: name, Version: version, Priority: priority, Phases: phases, Schema: schema } = plugin;
  if (typeof name !== 'string' || typeof version !== 'string') throw new Error('Name and Version must be strings');
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`Version must be x.y.z, found ${version}`);
  if (!Number.isInteger(priority)) throw new Error('Priority must be an integer');
  return { name, version, priority: Number(priority), phases: readPhases(phases), fields: configFields(schema, name) };
}

function readPhases(phases: unknown): Phase[] {
  const known: readonly string[] = ['access', 'response', 'log'];
  const list = Array.isArray(phases) ? (phases as unknown[]) : [];
  for (const phase of list) {
    if (!known.includes(String(phase))) throw new Error(`phase ${String(phase)} needs Kong`);
  }
  return list as Phase[];
}

/** Schema.fields of a plugin hold `config`, whose fields are the ones that count. */
function configFields(schema: unknown, name: string): readonly NamedField[] {
  const { fields } = asObject(schema, 'Schema');
  const list = Array.isArray(fields) ? (fields as unknown[]) : [];
  for (const field of list) {
    const { config } = asObject(field, 'Schema.fields');
    if (config !== undefined) return readFields(asObject(config, 'config')['fields'], `${name}.config`);
  }
  throw new Error('Schema.fields has no config');
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} must be an object`);
  return value as Record<string, unknown>;
}
