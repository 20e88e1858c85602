import { expect } from 'vitest';

expect.extend({
  /** Pins class and code of a refusal, never its text: texts are free to improve. */
  toThrowWithCode(received: () => unknown, code: string) {
    let thrown: unknown;
    try {
      received();
    } catch (error) {
      thrown = error;
    }
    const found = thrown instanceof Error && 'code' in thrown ? thrown.code : String(thrown);
    return { pass: found === code, message: () => `expected a refusal with ${code}, found ${String(found)}` };
  },
});

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- vitest's own signature
  interface Matchers<T = any> {
    toThrowWithCode(code: string): T;
  }
}
