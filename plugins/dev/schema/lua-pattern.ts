/**
 * Lua patterns, as Kong's schemas use them in `match`, turned into regular expressions. Strings are byte strings.
 * What has no counterpart (%b, %f, back references, position captures) is refused rather than guessed.
 */

const CLASSES: Readonly<Record<string, string>> = {
  a: 'A-Za-z',
  c: '\\x00-\\x1f\\x7f',
  d: '0-9',
  g: '\\x21-\\x7e',
  l: 'a-z',
  p: '!-\\/:-@\\[-`{-~',
  s: '\\x09-\\x0d\\x20',
  u: 'A-Z',
  w: '0-9A-Za-z',
  x: '0-9A-Fa-f',
};

/** @throws SyntaxError when the pattern uses what cannot be translated. */
export function luaPatternToRegExp(pattern: string): RegExp {
  return new RegExp(new Translator(pattern).translate(), 's');
}

class Translator {
  private readonly pattern: string;
  private at = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  translate(): string {
    let out = '';
    if (this.pattern.startsWith('^')) {
      out = '^';
      this.at = 1;
    }
    while (this.at < this.pattern.length) out += this.item();
    return out;
  }

  private item(): string {
    const character = this.pattern.charAt(this.at);
    if (character === '(' || character === ')') {
      this.at += 1;
      if (character === '(' && this.pattern.charAt(this.at) === ')') throw new SyntaxError('position captures');
      return character;
    }
    if (character === '$' && this.at === this.pattern.length - 1) {
      this.at += 1;
      return '$';
    }
    return this.single() + this.repetition();
  }

  private repetition(): string {
    const sign = this.pattern.charAt(this.at);
    if (sign === '' || !'*+-?'.includes(sign)) return '';
    this.at += 1;
    return sign === '-' ? '*?' : sign;
  }

  private single(): string {
    const character = this.pattern.charAt(this.at);
    this.at += 1;
    if (character === '.') return '[\\s\\S]';
    if (character === '[') return this.set();
    if (character === '%') return this.escaped(false);
    return quote(character);
  }

  /** After a percent sign. Inside a set only the members are wanted, not the brackets. */
  private escaped(inSet: boolean): string {
    const letter = this.pattern.charAt(this.at);
    this.at += 1;
    if (letter === '') throw new SyntaxError('pattern ends with %');
    const members = CLASSES[letter.toLowerCase()];
    if (members === undefined) {
      if (/[A-Za-z0-9]/.test(letter)) throw new SyntaxError(`%${letter} is not supported`);
      return quote(letter);
    }
    const negative = letter !== letter.toLowerCase();
    if (inSet && negative) throw new SyntaxError(`%${letter} in a set is not supported`);
    return inSet ? members : `[${negative ? '^' : ''}${members}]`;
  }

  private set(): string {
    let out = '[';
    if (this.pattern.charAt(this.at) === '^') {
      out += '^';
      this.at += 1;
    }
    for (let first = true; ; first = false) {
      const character = this.pattern.charAt(this.at);
      if (character === '') throw new SyntaxError('missing ] in a set');
      this.at += 1;
      if (character === ']' && !first) return `${out}]`;
      if (character === '%') out += this.escaped(true);
      else out += this.range(character);
    }
  }

  private range(from: string): string {
    const to = this.pattern.charAt(this.at + 1);
    if (this.pattern.charAt(this.at) !== '-' || to === ']' || to === '') return quote(from);
    this.at += 2;
    return `${quote(from)}-${quote(to)}`;
  }
}

const quote = (character: string): string => (/[0-9A-Za-z]/.test(character) ? character : hex(character));
const hex = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
