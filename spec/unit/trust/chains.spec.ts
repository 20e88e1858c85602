import { describe, expect, it } from 'vitest';
import { VerificationError } from '../../../plugins/core/errors';
import { compileTrust, type Signer } from '../../../plugins/core/trust';
import { mockPki, PKI_NOW, type MockPki } from '../../support/pki';
import { acceptedChains } from '../../support/pki/accepted-chains';
import type { ChainCase } from '../../support/pki/chain-case';
import { refusedChains } from '../../support/pki/refused-chains';

function judge({ anchorPem }: MockPki, { x5c, maxChain = 6, extendedKeyUsage }: Partial<ChainCase>): Signer {
  const config = { anchors: [anchorPem], certificates: null, maxChain, extendedKeyUsage: extendedKeyUsage ?? null };
  return compileTrust(config, PKI_NOW).byChain(x5c ?? [], PKI_NOW);
}

describe('a chain is accepted:', async () => {
  const pki = await mockPki();

  it.each(await acceptedChains(pki))('$name', (chain) => {
    const signer = judge(pki, chain);
    expect(signer.trustedBy).toBe('anchor');
    expect(signer.key.key.asymmetricKeyType).toBe(chain.privateKey.asymmetricKeyType);
    expect(signer.path[0]).toEqual(signer.certificate);
    expect(signer.path.at(-1)?.subject).toBe('CN=Prova Root CA,O=Ente Prova,C=IT');
    expect(new Set(signer.path.map(({ thumbprint }) => thumbprint)).size).toBe(signer.path.length);
    for (const [index, { issuer }] of signer.path.slice(0, -1).entries()) {
      expect(issuer).toBe(signer.path[index + 1]?.subject);
    }
  });
});

describe('a chain is refused:', async () => {
  const pki = await mockPki();

  it.each(await refusedChains(pki))('$name, as $verdict', (chain) => {
    const refusal = refusalOf(() => judge(pki, chain));
    expect(refusal.code).toBe(chain.verdict);
    expect(Object.values(refusal.params).join(' | ')).toContain(chain.telling ?? '');
  });

  it('in words that are short printable ASCII', async () => {
    const subject = `CN=àèì\u{1f600}, O=${'x'.repeat(900)}`;
    const { chain } = await pki.issue({ subject, issuer: pki.leaf('ec') });
    const { params } = refusalOf(() => judge(pki, { x5c: chain }));
    for (const value of Object.values(params)) expect(String(value)).toMatch(/^[\x20-\x7e]{1,400}$/);
  });
});

function refusalOf(run: () => unknown): VerificationError {
  try {
    run();
  } catch (error) {
    if (error instanceof VerificationError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
