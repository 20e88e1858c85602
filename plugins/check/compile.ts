import { ConfigError } from '../core/schema';
import type { PluginDefinition } from '../runtime/plugin';
import { isOpaque, isRecord, type Fields, type Plugin } from './entities';
import { standInsOf, type StandIns } from './stand-ins';
import type { Path } from './types';

/** What a plugin of the pack says of one of its configurations when it compiles it. */
export interface Compilation {
  readonly plugin: Plugin;
  readonly complaints: readonly Complaint[];
}

export interface Complaint {
  readonly path: Path;
  /** In the plugin's own words. */
  readonly problem: string;
  /** The error of the file system, for a file that cannot be read: ENOENT, EACCES, … */
  readonly fileError: string | undefined;
}

/**
 * Compiles a configuration with the plugin's own code, the one that runs in the gateway, and gathers what it refuses.
 * A file that is not here is told, and another of its kind stands in for it, so that the rest is judged all the same.
 */
export async function compilePlugin(plugin: Plugin, definition: PluginDefinition): Promise<Compilation> {
  const plain = attempt(plugin, definition, []);
  if (!plain.stoodIn) return { plugin, complaints: complaintsOf(plain) };
  const small = attempt(plugin, definition, await standInsOf('EC-P256'));
  if (small.refusal === undefined) return { plugin, complaints: small.missing };
  // A stand-in of another kind of key tells a fault of the configuration from one of the stand-in.
  const large = attempt(plugin, definition, await standInsOf('RSA-2048'));
  const same = large.refusal?.problem === small.refusal.problem;
  return { plugin, complaints: same ? complaintsOf(small) : small.missing };
}

interface Attempt {
  readonly missing: readonly Complaint[];
  readonly refusal: Complaint | undefined;
  readonly stoodIn: boolean;
}

const complaintsOf = ({ missing, refusal }: Attempt): readonly Complaint[] =>
  refusal === undefined ? missing : [...missing, refusal];

/** More files than any configuration names. */
const MAX_ROUNDS = 500;

function attempt(plugin: Plugin, definition: PluginDefinition, standIns: StandIns): Attempt {
  const missing: Complaint[] = [];
  let config = plugin.config;
  let failure = failureOf(definition, config);
  for (let round = 0; failure?.fileError !== undefined && round < MAX_ROUNDS; round += 1) {
    if (!isOpaque(at(config, failure.place))) missing.push(complaint(plugin, failure));
    const next = replaced(definition, config, failure, standIns);
    if (next === undefined) return { missing, refusal: undefined, stoodIn: true };
    ({ config, failure } = next);
  }
  return {
    missing,
    refusal: failure === undefined ? undefined : complaint(plugin, failure),
    stoodIn: config !== plugin.config,
  };
}

interface Failure extends Omit<Complaint, 'path'> {
  /** Below the configuration. */
  readonly place: Path;
}

const complaint = ({ path }: Plugin, { place, problem, fileError }: Failure): Complaint => ({
  path: [...path, 'config', ...place],
  problem,
  fileError,
});

/** The configuration with a stand-in that the plugin gets further with; undefined when none is of the right kind. */
function replaced(definition: PluginDefinition, config: Fields, failure: Failure, standIns: StandIns) {
  const field = JSON.stringify(failure.place);
  const tried = standIns.map((text) => {
    const next = withValue(config, failure.place, text) as Fields;
    return { config: next, failure: failureOf(definition, next) };
  });
  return (
    tried.find((one) => one.failure === undefined) ?? tried.find((one) => JSON.stringify(one.failure?.place) !== field)
  );
}

function failureOf(definition: PluginDefinition, config: Fields): Failure | undefined {
  try {
    definition.create(config);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    const fileError = typeof code === 'string' && FILE_ERRORS.includes(code) ? code : undefined;
    return { place: placeOf(error.field), problem: error.message.replace(/^config\.[^:]*: /, ''), fileError };
  }
}

const FILE_ERRORS = ['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR', 'EISDIR', 'ELOOP'];

/** `trust.anchors[1]`, places counted from one, as a path. */
const placeOf = (field: string): Path =>
  [...field.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index) - 1);

const at = (value: unknown, place: Path): unknown =>
  place.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? (inner as Fields)[String(step)] : undefined),
    value,
  );

function withValue(value: unknown, [step, ...rest]: Path, text: string): unknown {
  if (step === undefined) return text;
  if (Array.isArray(value))
    return value.map((one, index) => (index === step ? withValue(one, rest, text) : (one as unknown)));
  const record = isRecord(value) ? value : {};
  return { ...record, [step]: withValue(record[step], rest, text) };
}
