import { describe } from 'vitest';
import { VerificationError } from '../../../plugins/core/errors';
import { compileTrust } from '../../../plugins/core/trust';
import { mockPki, PKI_NOW, type MockPki } from '../../support/pki';
import { acceptedChains } from '../../support/pki/accepted-chains';
import type { ChainCase } from '../../support/pki/chain-case';
import { refusedChains } from '../../support/pki/refused-chains';
import { verdicts } from '../../support/verdicts/suite';

/** Code and all that fills its texts; or who signs, by whom, in which time. */
function verdictOf({ anchorPem }: MockPki, { x5c, maxChain = 6, extendedKeyUsage }: ChainCase): string[] {
  const rules = { maxChain, extendedKeyUsage: extendedKeyUsage ?? null };
  const trust = compileTrust({ anchors: [anchorPem], certificates: null, ...rules }, PKI_NOW);
  try {
    const { path, links, notBefore, notAfter } = trust.byChain(x5c, PKI_NOW);
    return [
      ...path.map(({ subject }) => subject),
      ...links.map(({ subject, isAuthority }) => `may be revoked: ${subject}${isAuthority ? ', an authority' : ''}`),
      `from ${new Date(notBefore * 1000).toISOString()} to ${new Date(notAfter * 1000).toISOString()}`,
    ];
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return [error.code, ...Object.entries(error.params).map(([name, value]) => `${name}: ${value}`)];
  }
}

/** Serial numbers are new in each run. */
const steady = (line: string): string =>
  line.replaceAll(/serial number [0-9A-F]+/g, 'serial number <new>').replaceAll(/x{20,}/g, 'xx…');

describe('the verdicts of the chains', async () => {
  const pki = await mockPki();
  const chains = new Map([...(await acceptedChains(pki)), ...(await refusedChains(pki))].map((one) => [one.name, one]));

  verdicts('trust/verdicts.txt', [...chains.keys()], (name) => verdictOf(pki, chains.get(name)!).map(steady));
});
