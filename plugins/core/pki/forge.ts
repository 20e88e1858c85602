import { createRequire } from 'node:module';
import type * as Forge from 'node-forge';

/**
 * Rounds of key derivation that one container may cost, all its parts together: seconds in which this process does
 * nothing else. OpenSSL writes some 6,000, Windows and the JDK 20,000 to 40,000, an old JDK 300,000.
 */
export const MOST_ROUNDS = 300_000;

/** A container asks for more rounds than that. */
export class RoundsError extends Error {
  override readonly name = 'RoundsError';
}

/** What the library derives keys by (RFC 8018 5.2, RFC 7292 B.2): it finds each by its name, at the moment of the call. */
interface Derivations {
  readonly pkcs5: { pbkdf2: (password: string, salt: string, rounds: number, ...more: unknown[]) => unknown };
  readonly pkcs12: { generateKey: Pkcs12Derivation };
  readonly pki: { readonly pbe: { generatePkcs12Key: Pkcs12Derivation } };
}
type Pkcs12Derivation = (password: string, salt: string, id: number, rounds: number, ...more: unknown[]) => unknown;

const requireHere = createRequire(__filename);

let loaded: typeof Forge | undefined;
let left = 0;

/** The library, loaded at first use, with `MOST_ROUNDS` to spend until it is asked for again. */
export function forgeForOne(): typeof Forge {
  left = MOST_ROUNDS;
  loaded ??= counted(requireHere('node-forge') as typeof Forge & Derivations);
  return loaded;
}

/** Nothing but the derivations themselves sees the number: some of it stands in what has to be decrypted first. */
function counted<T extends Derivations>(forge: T): T {
  const { pkcs5, pkcs12, pki } = forge;
  const [pbkdf2, generateKey, generatePkcs12Key] = [pkcs5.pbkdf2, pkcs12.generateKey, pki.pbe.generatePkcs12Key];
  pkcs5.pbkdf2 = (password, salt, rounds, ...more) => pbkdf2(password, salt, spent(rounds), ...more);
  pkcs12.generateKey = (password, salt, id, rounds, ...more) => generateKey(password, salt, id, spent(rounds), ...more);
  pki.pbe.generatePkcs12Key = (password, salt, id, rounds, ...more) =>
    generatePkcs12Key(password, salt, id, spent(rounds), ...more);
  return forge;
}

/** @throws RoundsError for more than are left, and for what is no number. */
function spent(rounds: number): number {
  left -= rounds;
  if (!(left >= 0)) throw new RoundsError(`asks for more than ${MOST_ROUNDS} rounds of key derivation`);
  return rounds;
}
