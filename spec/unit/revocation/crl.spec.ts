import { beforeAll, describe, expect, it } from 'vitest';
import { issueCrl } from '../../../plugins/core/pki';
import { parseCrl } from '../../../plugins/core/revocation/crl';
import { DerError } from '../../../plugins/core/revocation/der';
import { extension, makeCrl, type CrlRecipe } from '../../support/crl';
import { mockPki, PKI_NOW, type MockPki } from '../../support/pki';
import { element, resigned, sequence } from '../../support/pki/der';

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});

const make = (recipe: Partial<CrlRecipe> = {}) =>
  makeCrl({ authority: pki.root, thisUpdate: PKI_NOW, revoked: ['0a', '7fffffffffffffffffff'], ...recipe });

const hex = (text: string) => Buffer.from(text, 'hex');

/** The list with one entry in place of its own. */
const signedAnew = (list: Buffer, entry: Buffer): Buffer =>
  resigned(list, pki.root.privateKey, (tbs) => tbs.with(5, sequence(entry)));

function problemOf(der: Buffer): string {
  try {
    parseCrl(der);
  } catch (error) {
    if (error instanceof DerError) return error.message;
    throw error;
  }
  throw new Error('the list was accepted');
}

describe('a list', () => {
  it('tells issuer, times and who is on it', () => {
    const crl = parseCrl(make());
    expect(crl).toMatchObject({ thisUpdate: PKI_NOW, nextUpdate: PKI_NOW + 86_400, entries: 2 });
    expect(crl.entryAt(crl.find(hex('0a'))!)).toEqual({ revokedAt: PKI_NOW, reason: 'unspecified' });
    expect(crl.find(hex('7fffffffffffffffffff'))).toBeDefined();
    for (const other of ['0b', '0a0a', '', '7fffffffffffffffff']) expect(crl.find(hex(other))).toBeUndefined();
  });

  it.each([
    ['no date at all', '170d3236303630317830303030305a'],
    ['the 31st of a month with 30 days', '170d3236303633313030303030305a'],
    ['an hour that does not exist', '170d3236303630313234303030305a'],
    ['a fraction of a second', '181132303236303630313030303030302e355a'],
  ])('is refused at once when it revokes at %s', (_, time) => {
    const entry = sequence(element(0x02, hex('0a')), hex(time));
    expect(problemOf(signedAnew(make(), entry))).toMatch(/^has a time that/);
  });

  it('may be empty', () => {
    expect(parseCrl(make({ revoked: [] })).find(hex('0a'))).toBeUndefined();
  });

  it('finds numbers whatever zeros stand in front', () => {
    expect(parseCrl(make({ revoked: ['00ff'] })).find(hex('ff'))).toBeDefined();
  });

  it.each([
    ['keyCompromise', '01'],
    ['certificateHold', '06'],
    ['privilegeWithdrawn', '09'],
  ])('tells the reason %s', (reason, code) => {
    const entryExtensions = [extension('551d15', element(0x0a, hex(code)))];
    const crl = parseCrl(make({ entryExtensions }));
    expect(crl.entryAt(crl.find(hex('0a'))!)).toMatchObject({ reason });
  });

  it('is the one that a certificate library issues', async () => {
    const dates = { thisUpdate: new Date(PKI_NOW * 1000), nextUpdate: new Date((PKI_NOW + 60) * 1000) };
    const { der } = await issueCrl({ issuer: pki.intermediate, revoked: ['00abcd12'], ...dates });
    const crl = parseCrl(der);
    expect(crl.find(hex('abcd12'))).toBeDefined();
    expect(crl.isSignedBy(pki.intermediate.publicKey)).toBe(true);
  });

  it('is signed by its issuer and nobody else', () => {
    const der = make();
    expect(parseCrl(der).isSignedBy(pki.root.publicKey)).toBe(true);
    expect(parseCrl(der).isSignedBy(pki.intermediate.publicKey)).toBe(false);
    expect(parseCrl(der).isSignedBy(pki.leaf('rsa').publicKey)).toBe(false);
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    expect(parseCrl(der).isSignedBy(pki.root.publicKey)).toBe(false);
  });
});

const DELTA = extension('551d1b', element(0x02, hex('01')), true);
const issuing = (...fields: Buffer[]) => extension('551d1c', sequence(...fields), true);
const TRUE = hex('ff');

describe('a list is refused:', () => {
  it.each<[string, string, () => Partial<CrlRecipe>]>([
    ['a delta', 'delta list', () => ({ extensions: [DELTA] })],
    ['an indirect one', 'indirect list', () => ({ extensions: [issuing(element(0x84, TRUE))] })],
    ['one for some reasons', 'some reasons', () => ({ extensions: [issuing(element(0x83, hex('0640')))] })],
    ['attribute certificates', 'attribute certificates', () => ({ extensions: [issuing(element(0x85, TRUE))] })],
    [
      'users and authorities',
      'users only and',
      () => ({ extensions: [issuing(element(0x81, TRUE), element(0x82, TRUE))] }),
    ],
    ['an entry with an issuer', 'indirect list', () => ({ entryExtensions: [extension('551d1d', sequence(), true)] })],
    ['an entry removed', 'reason', () => ({ entryExtensions: [extension('551d15', element(0x0a, hex('08')))] })],
    ['an unknown critical extension', 'critical', () => ({ extensions: [extension('2a03', sequence(), true)] })],
    ['an entry with one', 'critical', () => ({ entryExtensions: [extension('2a03', sequence(), true)] })],
    [
      'an extension twice',
      'twice',
      () => ({ extensions: [extension('2a03', sequence()), extension('2a03', sequence())] }),
    ],
    ['no nextUpdate', 'no nextUpdate', () => ({ nextUpdate: undefined })],
    ['nextUpdate before thisUpdate', 'not after', () => ({ nextUpdate: PKI_NOW - 1 })],
    ['SHA-1', 'not accepted', () => ({ algorithm: sequence(element(0x06, hex('2a8648ce3d0401'))) })],
    ['two algorithms', 'two different', () => ({ outerAlgorithm: sequence(element(0x06, hex('2a8648ce3d040303'))) })],
    ['an empty serial number', 'empty serial', () => ({ revoked: [''] })],
  ])('%s', (_, says, recipe) => {
    expect(problemOf(make(recipe()))).toContain(says);
  });

  it('bytes before or after it, or missing', () => {
    const der = make();
    expect(problemOf(Buffer.concat([der, Buffer.of(0)]))).toContain('more than it should');
    expect(problemOf(der.subarray(0, -1))).toContain('cut off');
    expect(problemOf(Buffer.alloc(0))).toContain('cut off');
    expect(problemOf(pki.root.der)).toBeTruthy();
  });
});

it('a list of a hundred thousand entries knows each of them and nobody else', () => {
  const revoked = Array.from({ length: 100_000 }, (_, index) => `40${(index * 7919).toString(16).padStart(14, '0')}`);
  const crl = parseCrl(make({ revoked }));
  const serials = revoked.map(hex);
  expect(crl.isSignedBy(pki.root.publicKey)).toBe(true);
  expect(serials.filter((serial) => crl.find(serial) !== undefined)).toHaveLength(100_000);
  expect(serials.filter((serial) => crl.find(serial.fill(0x41, 0, 1)) !== undefined)).toHaveLength(0);
});
