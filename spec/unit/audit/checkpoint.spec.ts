import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSeal } from '../../../plugins/core/audit/chain/checkpoint';
import { CHECKPOINT_TYPE } from '../../../plugins/core/audit/chain/signer';
import { compactSigner } from '../../../plugins/core/sign';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const CLAIMS = { seq: 1 };

const renamed = (jws: string, alg: unknown): string => {
  const [, payload = '', signature = ''] = jws.split('.');
  const header = Buffer.from(JSON.stringify({ alg, typ: CHECKPOINT_TYPE })).toString('base64url');
  return [header, payload, signature].join('.');
};

describe('the signature of a checkpoint', () => {
  it('is opened under its key', async () => {
    const jws = await compactSigner({ alg: 'ES256', typ: CHECKPOINT_TYPE }, privateKey).sign(CLAIMS);
    expect(openSeal(jws, publicKey)).toEqual(CLAIMS);
  });

  it.each(['constructor', 'toString', '__proto__', 'none', 'HS256', 'RS256', '', null, undefined, ['ES256'], {}])(
    'by algorithm %j is no signature, and no accident',
    async (alg) => {
      const jws = await compactSigner({ alg: 'ES256', typ: CHECKPOINT_TYPE }, privateKey).sign(CLAIMS);
      expect(openSeal(renamed(jws, alg), publicKey)).toBeUndefined();
    },
  );
});
