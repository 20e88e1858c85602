import { generateKeyPairSync } from 'node:crypto';
import { issueCertificate } from '../../../plugins/core/pki';
import { VALID, type MockPki } from '../pki';
import { CONSTRAINT, refused, type ChainCase } from './chain-case';

const WEAK = 'MODI_CERTIFICATE_WEAK_KEY';

/** Chains with keys and hashes that ModI does not take. */
export async function badKeys(pki: MockPki): Promise<ChainCase[]> {
  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weak = await pki.issue({ key: rsa1024 });
  const koblitz = await pki.issue({ key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }) });
  const edwards = await pki.issue({ key: generateKeyPairSync('ed25519') });
  const sha1 = await pki.issue({ hash: 'SHA-1' });
  const weakAuthority = await issueCertificate({
    ...VALID,
    subject: 'CN=Weak CA',
    issuer: pki.root,
    key: rsa1024,
    ca: true,
  });
  const below = await pki.issue({ issuer: weakAuthority, behind: [weakAuthority] });
  const level = { opensslDiffers: 'its default security level takes them' };
  return [
    refused('RSA 1024', WEAK, weak, weak.chain, { ...level, telling: 'RSA of 1024 bits' }),
    refused('EC secp256k1', WEAK, koblitz, koblitz.chain, { ...level, telling: 'secp256k1' }),
    refused('Ed25519', WEAK, edwards, edwards.chain, { ...level, telling: 'ed25519' }),
    refused('RSA 1024 of an intermediate', WEAK, below, below.chain, { ...level, telling: 'CN=Weak CA' }),
    refused('signed with SHA-1', CONSTRAINT, sha1, sha1.chain, { ...level, telling: 'SHA-1' }),
  ];
}
