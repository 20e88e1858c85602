import type { Language, Localized } from '../../core/errors';
import type { Host } from './host';
import { styleFor, type Style } from './style';

export interface ContextSettings {
  readonly language: Language;
  readonly colour: boolean;
  readonly debug: boolean;
}

/** What a running command talks through. Results go to stdout, everything else to stderr. */
export class Context {
  readonly host: Host;
  readonly language: Language;
  readonly debug: boolean;
  /** Paints what goes to stdout. */
  readonly style: Style;
  /** Paints what goes to stderr. */
  readonly errorStyle: Style;

  constructor(host: Host, settings: ContextSettings) {
    this.host = host;
    this.language = settings.language;
    this.debug = settings.debug;
    this.style = styleFor(host.stdout, host.env, settings.colour);
    this.errorStyle = styleFor(host.stderr, host.env, settings.colour);
  }

  text(localized: Localized): string {
    return localized[this.language];
  }

  /** A line of the result. */
  print(line = ''): void {
    this.host.stdout.write(`${line}\n`);
  }

  /** The result as JSON, named by schema and version. The shape is public; the text output is not. */
  printJson(schema: string, value: object): void {
    this.print(JSON.stringify({ schema, ...value }, null, 2));
  }

  /** A line of talk. */
  say(line = ''): void {
    this.host.stderr.write(`${line}\n`);
  }
}
