import type { Verification } from '../../../plugins/core/verify';

/** A UUID that is not one of the ids of the corpus, which are the same in each run. */
const NEW_UUID = /[0-9a-f]{8}-[0-9a-f]{4}-(?!4000-8000)[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The line without what is new in each run: names of keys, jti, hashes over signatures, sizes of tokens. */
export function steady(line: string, { tokens }: Verification, names: ReadonlyMap<string, string>): string {
  let text = line.replaceAll(NEW_UUID, '<jti>').replaceAll(/\b[0-9a-f]{64}\b/g, '<SHA-256>');
  text = text.replaceAll(/same-\d+-[\d.]+/g, '<jti>');
  for (const [name, shown] of names) text = text.replaceAll(name, `<${shown}>`);
  for (const token of Object.values(tokens)) {
    text = text.replaceAll(new RegExp(`\\b${token.text.length}\\b`, 'g'), `<size of ${token.kind}>`);
    const header = token.parts?.header.length;
    if (header !== undefined) text = text.replaceAll(`header ${header} of`, `header <size> of`);
  }
  return text;
}
