import type { KongSchemaField } from '../core/schema';
import type { ConfigDocument } from '../dev/config';
import type { Compilation } from './compile';
import type { Material } from './material';
import type { Consumer, Plugin, RunningRoute, Service } from './entities';
import type { Path, Place } from './types';

/** What the schema of an entity or of a plugin says about the file. */
export interface SchemaFault {
  readonly kind: 'syntax' | 'format' | 'unknown' | 'missing' | 'invalid' | 'reference' | 'twice';
  readonly path: Path;
  /** Where there is no path yet: what is no YAML has only places. */
  readonly place?: Place;
  readonly problem: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
}

/** A certificate that a plugin of the pack names. */
export interface NamedCertificate {
  readonly at: Path;
  readonly subject: string;
  /** Seconds since the epoch. */
  readonly notAfter: number;
}

/** A configuration file taken apart: all that rules look at. */
export interface CheckedFile {
  readonly document: ConfigDocument;
  readonly text: string;
  /** Plain JSON; undefined when the file is no YAML. */
  readonly content: unknown;
  readonly services: readonly Service[];
  readonly routes: readonly RunningRoute[];
  readonly consumers: readonly Consumer[];
  /** Also the disabled ones. */
  readonly plugins: readonly Plugin[];
  /** The schemas of the pack's plugins, which say what is a secret. */
  readonly secretFields: ReadonlyMap<string, readonly KongSchemaField[]>;
  readonly faults: readonly SchemaFault[];
  /** What the plugins of the pack themselves say about their configuration. */
  readonly compilations: readonly Compilation[];
  /** Files and texts that the plugins of the pack name, as far as they are within reach. */
  readonly material: readonly Material[];
  readonly certificates: readonly NamedCertificate[];
}
