/**
 * HTTP headers in wire order, with repeated names, found without regard to case. Small lists are searched
 * linearly: a request has some twenty headers.
 */
export class HeaderList {
  private readonly names: string[] = [];
  private readonly keys: string[] = [];
  private readonly values: string[] = [];

  /** From a flat list of name, value, name, value, … as node:http hands it over. */
  static fromFlat(flat: readonly string[]): HeaderList {
    const list = new HeaderList();
    for (let at = 0; at + 1 < flat.length; at += 2) list.append(flat[at] ?? '', flat[at + 1] ?? '');
    return list;
  }

  get size(): number {
    return this.names.length;
  }

  append(name: string, value: string): void {
    this.names.push(name);
    this.keys.push(name.toLowerCase());
    this.values.push(value);
  }

  /** First value of a header; `key` in lower case. */
  first(key: string): string | undefined {
    const at = this.keys.indexOf(key);
    return at === -1 ? undefined : this.values[at];
  }

  has(key: string): boolean {
    return this.keys.includes(key);
  }

  all(key: string): string[] {
    const found: string[] = [];
    for (let at = this.keys.indexOf(key); at !== -1; at = this.keys.indexOf(key, at + 1)) {
      found.push(this.values[at] ?? '');
    }
    return found;
  }

  /** Replaces every value of a header; an empty list removes it. */
  set(name: string, value: string | readonly string[]): void {
    const key = name.toLowerCase();
    const at = this.keys.indexOf(key);
    if (typeof value === 'string' && at !== -1 && this.keys.lastIndexOf(key) === at) {
      this.values[at] = value;
      return;
    }
    if (at !== -1) this.remove(key);
    if (typeof value === 'string') this.append(name, value);
    else for (const one of value) this.append(name, one);
  }

  /** `key` in lower case. */
  remove(key: string): void {
    for (let at = this.keys.lastIndexOf(key); at !== -1; at = this.keys.lastIndexOf(key)) {
      this.names.splice(at, 1);
      this.keys.splice(at, 1);
      this.values.splice(at, 1);
    }
  }

  /** Lower-case name to value, or values where a header is repeated; the first `max` header lines. */
  toMap(max = this.size): Map<string, string | string[]> {
    const map = new Map<string, string | string[]>();
    for (let at = 0; at < Math.min(max, this.keys.length); at += 1) {
      const key = this.keys[at] ?? '';
      const value = this.values[at] ?? '';
      const known = map.get(key);
      if (known === undefined) map.set(key, value);
      else if (typeof known === 'string') map.set(key, [known, value]);
      else known.push(value);
    }
    return map;
  }

  /** Name, value, name, value, …, leaving out the given lower-case names. */
  flatWithout(left: ReadonlySet<string>): string[] {
    const flat: string[] = [];
    for (let at = 0; at < this.keys.length; at += 1) {
      if (!left.has(this.keys[at] ?? '')) flat.push(this.names[at] ?? '', this.values[at] ?? '');
    }
    return flat;
  }

  /** Length of the longest header line. */
  longest(): number {
    let longest = 0;
    for (let at = 0; at < this.names.length; at += 1) {
      const length = (this.names[at]?.length ?? 0) + (this.values[at]?.length ?? 0) + ': \r\n'.length;
      if (length > longest) longest = length;
    }
    return longest;
  }

  /** Name, value, name, value, … */
  flat(): string[] {
    return this.flatWithout(NONE);
  }

  removeAll(): void {
    for (const list of [this.names, this.keys, this.values]) list.length = 0;
  }

  /** Takes over every header of another list, in place of what this one has under the same names. */
  takeOver(other: HeaderList): void {
    for (const key of new Set(other.keys)) this.remove(key);
    for (let at = 0; at < other.names.length; at += 1) this.append(other.names[at] ?? '', other.values[at] ?? '');
  }
}

const NONE: ReadonlySet<string> = new Set();

/* eslint-disable no-control-regex -- control characters are what these two look for */
const UNSAFE_VALUE = /[\x00-\x08\x0a-\x1f\x7f]/g;
const UNSAFE_NAME = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]/g;
/* eslint-enable no-control-regex */

const percentEscape = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** A value that cannot break out of its header line: control characters are percent-escaped, as nginx does. */
export const safeHeaderValue = (value: string): string => value.replace(UNSAFE_VALUE, percentEscape);

/** A name that is one token, escaped likewise. */
export const safeHeaderName = (name: string): string => name.replace(UNSAFE_NAME, percentEscape);
