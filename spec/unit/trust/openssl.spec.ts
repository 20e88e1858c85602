import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toPem } from '../../../plugins/core/pki';
import { mockPki, PKI_NOW } from '../../support/pki';
import { acceptedChains } from '../../support/pki/accepted-chains';
import { MALFORMED, type ChainCase } from '../../support/pki/chain-case';
import { refusedChains } from '../../support/pki/refused-chains';
import { tempFolder } from '../../support/temp';

const OPENSSL = 'openssl';
const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0;
if (!hasOpenssl) process.stderr.write('skipped: no openssl on PATH to compare the verdicts on chains with\n');

/** What is no certificate in DER never gets as far as a path; and each has rules that the other has not. */
const isComparable = ({ verdict, opensslDiffers }: ChainCase): boolean =>
  verdict !== MALFORMED && opensslDiffers === undefined;

describe.skipIf(!hasOpenssl)('openssl verify comes to the same verdict:', async () => {
  const pki = await mockPki();
  const cases = [...(await acceptedChains(pki)), ...(await refusedChains(pki))].filter(isComparable);

  it.each(cases)('$name: $verdict', ({ x5c, verdict }) => {
    expect(opensslAccepts(pki.anchorPem, x5c)).toBe(verdict === 'accepted');
  });
});

function opensslAccepts(anchorPem: string, [signer, ...others]: readonly Buffer[]): boolean {
  const folder = tempFolder();
  const written = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const untrusted = written('others.pem', others.map((der) => toPem('CERTIFICATE', der)).join(''));
  const { status } = spawnSync(OPENSSL, [
    ...['verify', '-no-CApath', '-no-CAstore', '-attime', String(PKI_NOW)],
    ...['-CAfile', written('anchor.pem', anchorPem)],
    ...(others.length === 0 ? [] : ['-untrusted', untrusted]),
    written('signer.pem', toPem('CERTIFICATE', signer!)),
  ]);
  return status === 0;
}
