import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../plugins/cli/pdnd/drafts';
import { readProofKey } from '../../plugins/core/verify/dpop-key';
import { normalisedPath, normalisedUri } from '../../plugins/core/verify/public-url';

describe('check vectors', () => {
  it('digest of an audit token and ath of a voucher, over the same compact text', () => {
    expect(sha256('hdr.pld.sig').toString('hex')).toBe(
      'd86868fa2cce7e5252b70313bfb067807376a00d6e05ec66ae6524cd8cd908e3',
    );
    expect(createHash('sha256').update('hdr.pld.sig').digest('base64url')).toBe(
      '2Gho-izOflJStwMTv7BngHN2oA1uBexmrmUkzYzZCOM',
    );
  });

  it('RFC 9449 4.2, 6.1: the key of the example proof has the thumbprint of the example cnf', () => {
    const key = readProofKey({
      kty: 'EC',
      x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
      y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
      crv: 'P-256',
    });
    expect(key).toMatchObject({ thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I', further: [] });
  });
});

describe('the URI of a proof', () => {
  it('is the same however it is spelled, and another for another path', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9._~-]{1,8}$/).filter((text) => !/^\.{1,2}$/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const path = `/${segments.join('/')}`;
        const encoded = path.replaceAll(/[A-Za-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
        expect(normalisedPath(encoded)).toBe(path);
        expect(normalisedUri(`HTTPS://Api.Example:443${encoded}?a#b`)).toBe(`https://api.example${path}`);
        expect(normalisedUri(`https://api.example${path}x`)).not.toBe(`https://api.example${path}`);
      }),
    );
  });

  it('answers anything with a text of this form, or nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => normalisedUri(text)?.startsWith('http') !== false));
  });
});
