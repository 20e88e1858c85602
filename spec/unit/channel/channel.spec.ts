import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileAddresses } from '../../../plugins/core/channel/addresses';
import { certificateIn } from '../../../plugins/core/channel/certificate-text';
import { ConfigError } from '../../../plugins/core/schema';
import { mockPki, type MockSigner } from '../../support/pki';

let leaf: MockSigner;
beforeAll(async () => {
  leaf = (await mockPki()).leaf('ec');
});

describe('the certificate in a text', () => {
  it('is the same in every form', () => {
    const base64 = leaf.der.toString('base64');
    for (const text of [leaf.pem, leaf.pem.trim(), encodeURIComponent(leaf.pem), base64, `:${base64}:`]) {
      expect(certificateIn(text)?.equals(leaf.der)).toBe(true);
    }
    expect(certificateIn(leaf.pem.replaceAll('\n', '\n\t'))?.equals(leaf.der)).toBe(true);
  });

  it('is not there when there are two, or something around it', () => {
    const base64 = leaf.der.toString('base64');
    const texts = [
      `${leaf.pem}${leaf.pem}`,
      `x${leaf.pem}`,
      `${leaf.pem}x`,
      `:${base64}`,
      `:${base64}:, :${base64}:`,
      `${base64},${base64}`,
      base64.slice(0, -1),
      leaf.der.toString('base64url'),
      '',
      '%',
      '%zz',
      '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
      'A'.repeat(80_000),
    ];
    for (const text of texts) expect([text.slice(0, 40), certificateIn(text)]).toEqual([text.slice(0, 40), undefined]);
  });

  it('can be looked for in anything', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => [undefined, 'object'].includes(typeof certificateIn(text)) || certificateIn(text) === undefined,
      ),
    );
  });
});

describe('trusted addresses', () => {
  const list = compileAddresses(['127.0.0.1', '10.1.0.0/16', 'fd00::/8', '::1'], 'channel.trusted_addresses');

  it.each([
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['10.1.255.255', true],
    ['10.2.0.0', false],
    ['fd12::1', true],
    ['fe80::1', false],
    ['::1', true],
    ['::ffff:10.1.2.3', true],
    ['::ffff:10.2.2.3', false],
    ['unix:', false],
    ['', false],
    [undefined, false],
    ['10.1.0.1, 1.2.3.4', false],
  ])('%s: %s', (address, trusted) => {
    expect(list(address)).toBe(trusted);
  });

  it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'fd00::/129', '', '10.0.0'])(
    '%j is refused as configuration',
    (entry) => {
      expect(() => compileAddresses([entry], 'f')).toThrow(ConfigError);
    },
  );
});
