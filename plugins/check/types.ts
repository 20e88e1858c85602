import type { Localized } from '../core/errors';
import type { CheckedFile } from './file';
import type { KongConf } from './kong-conf';
import type { Fix } from './fix';

/** error: it will not start, refuses everybody, or lets somebody in. warning: probably not meant. note: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** Public and never renamed, as the codes of refusals are. */
export type CheckCode = `MODI_CHECK_${string}`;

/** Member names, and zero-based places in lists. */
export type Path = readonly (string | number)[];

/** What is known of the place where the configuration is going to run. */
export interface CheckSettings {
  /** Seconds since the epoch. */
  readonly now: number;
  /** `stock` is kong-js-pluginserver, behind which Kong lets calls pass when a plugin fails. */
  readonly server: 'own' | 'stock';
  /** `[3, 4]` for Kong 3.4; undefined: 3.8 or later. */
  readonly kong: readonly [number, number] | undefined;
  /** How many Kong nodes run the same configuration. */
  readonly nodes: number;
  readonly kongConf: KongConf | undefined;
  /** Certificates that end within so many seconds are told. */
  readonly expiresWithin: number;
  /** This is the machine on which it will run: every file must be here. */
  readonly filesAreHere: boolean;
  /** What relative paths start from: MODI_HOME. */
  readonly home: string;
}

/** In the text; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One place where a rule is broken. */
export interface Hit {
  readonly at: Path;
  /** In place of where the path stands. */
  readonly place?: Place;
  /** Points at the name of the member instead of its value. */
  readonly atKey?: boolean;
  /** What the words in braces of the rule's texts stand for. */
  readonly words?: Readonly<Record<string, string | number>>;
  /** Where it differs from the severity of the rule. */
  readonly severity?: Severity;
  readonly fix?: Fix;
}

/** One thing that can be wrong. Pure: what it needs of files and plugins was gathered before. */
export interface Rule {
  readonly code: CheckCode;
  readonly severity: Severity;
  /** One line, in which words in braces are filled. */
  readonly problem: Localized;
  /** What to do about it. */
  readonly remedy: Localized;
  /** `--fix` mends it. */
  readonly fixable?: true;
  find(file: CheckedFile, settings: CheckSettings): Iterable<Hit>;
}

/** What is told of a file. */
export interface Finding extends Place {
  readonly code: CheckCode;
  readonly severity: Severity;
  readonly file: string;
  /** `services[1].routes[2].plugins[1].config.audience`, places counted from 1. */
  readonly field: string;
  readonly problem: Localized;
  readonly remedy: Localized;
  readonly fix?: Fix;
}
