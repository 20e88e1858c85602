import { beforeAll, describe, expect, it } from 'vitest';
import { ContainerError, readContainer } from '../../../plugins/core/pki';
import { openssl } from '../../support/openssl';
import { mockPki, type MockPki } from '../../support/pki';

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});

/** A container of a certificate as openssl writes it, without key derivation but for what `more` asks for. */
const container = (...more: readonly string[]): Buffer =>
  openssl(['pkcs12', '-export', '-nokeys', '-iter', '1', '-passout', 'pass:x', ...more], pki.root.pem);

describe('a container that asks for more key derivation than anybody means', () => {
  it.each([
    ['for its content (PBES2)', ['-nomac', '-iter', '600000']],
    ['for its content (PKCS#12 of old)', ['-nomac', '-iter', '600000', '-certpbe', 'PBE-SHA1-3DES']],
    ['for its MAC', ['-iter', '600000', '-certpbe', 'NONE']],
  ])('is not opened: %s', (_, more) => {
    const bytes = container(...more);
    expect(() => readContainer(bytes, 'x')).toThrow(ContainerError);
    expect(() => readContainer(bytes, 'x')).toThrow('asks for more than 300000 rounds of key derivation');
  });

  it('is opened with what careful people ask for, each container by itself', () => {
    const bytes = container('-nomac', '-iter', '160000');
    for (let time = 0; time < 2; time += 1) expect(readContainer(bytes, 'x').certificates).toHaveLength(1);
  });
});
