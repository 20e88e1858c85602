import { createRequire } from 'node:module';
import type * as X509 from '@peculiar/x509';

export type X509Library = typeof X509;

const requireHere = createRequire(__filename);

/** The certificate library, loaded at first use: it costs 100 ms, which `--describe` and most commands do not owe. */
export function loadLibrary(): X509Library {
  requireHere('reflect-metadata');
  return requireHere('@peculiar/x509') as X509Library;
}
