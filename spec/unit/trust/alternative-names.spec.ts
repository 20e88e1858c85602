import { describe, expect, it } from 'vitest';
import { alternativeNamesOf } from '../../../plugins/core/trust/alternative-names';
import { parseCertificate } from '../../../plugins/core/trust/certificate';
import { mockPki } from '../../support/pki';

describe('the alternative names of a certificate', () => {
  it.each([
    [undefined, []],
    [null, []],
    ['', []],
    ['DNS:a.example, DNS:*.b.example', ['DNS:a.example', 'DNS:*.b.example']],
    [
      'URI:https://a.example/x, email:a@b.example, IP Address:10.0.0.1',
      ['URI:https://a.example/x', 'email:a@b.example', 'IP:10.0.0.1'],
    ],
    ['othername:<unsupported>, DirName:"CN=x\\\\\\u002c DNS:evil", Registered ID:1.2.3', []],
    ['URI:"https://a.example/?x=1\\u002c2"', ['URI:https://a.example/?x=1,2']],
    ['DNS:"a\\u002c DNS:evil.example"', ['DNS:a, DNS:evil.example']],
    ['DNS:"broken', []],
    ['nonsense', []],
  ])('of %j are %j', (line, names) => {
    expect(alternativeNamesOf(line)).toEqual(names);
  });

  it('cannot be doubled by a comma inside one of them', async () => {
    const signer = await (await mockPki()).issue({ subjectAltNames: ['a.example, DNS:evil.example'] });
    const names = alternativeNamesOf(parseCertificate(signer.der).x509.subjectAltName);
    expect(names).toEqual(['DNS:a.example, DNS:evil.example']);
  });
});
