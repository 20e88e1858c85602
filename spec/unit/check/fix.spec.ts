import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyFixes } from '../../../plugins/check';
import { findingsOf, GOOD, writeMaterial } from './support/good';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-fix-'));
  await writeMaterial(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const VERIFY = `{ patterns: [ID_AUTH_REST_01], audience: [https://a.example/v1], trust: { certificates: [FOLDER/caller.pem] } }`;
const service = (route: string): string => `_format_version: '3.0'
services:
  - name: s   # the service
    url: https://s.internal.example
    routes:
${route}`;

const fixed = async (text: string): Promise<string> => {
  const here = text.replaceAll('FOLDER', folder);
  return applyFixes(here, await findingsOf(here)).replaceAll(folder, 'FOLDER');
};

describe('--fix', () => {
  it('writes the gate behind the other plugins, and touches nothing else', async () => {
    const text = service(`      - name: r
        paths: [/v1]
        plugins:
          # who calls
          - name: modi-verify
            config: ${VERIFY}   # inline

          # kept
`);
    const gate = `          - name: acl
            config:
              allow: [modi]
              hide_groups_header: true
`;
    expect(await fixed(text)).toBe(text.replace('# inline\n', `# inline\n${gate}`));
  });

  it.each([
    [
      'in a list on one line',
      `      - { name: r, paths: [/v1], plugins: [{ name: modi-verify, config: ${VERIFY} }] }\n`,
    ],
    [
      'without a line feed at the end',
      `      - name: r\n        paths: [/v1]\n        plugins:\n          - name: modi-verify\n            config: ${VERIFY}`,
    ],
    [
      'where the plugin stands on the service',
      `      - name: r\n        paths: [/v1]\n    plugins:\n      - name: modi-verify\n        config: ${VERIFY}\n`,
    ],
    [
      'with a list that is not indented',
      `      - name: r\n        paths: [/v1]\n        plugins:\n        - name: modi-verify\n          config: ${VERIFY}\n`,
    ],
    [
      'with Windows line ends',
      `      - name: r\n        paths: [/v1]\n        plugins:\n          - name: modi-verify\n            config: ${VERIFY}\n`.replaceAll(
        '\n',
        '\r\n',
      ),
    ],
  ])('adds the gate %s', async (_, route) => {
    const text = service(route);
    const after = await fixed(text);
    expect(codes(await findingsOf(after.replaceAll('FOLDER', folder)))).not.toContain('MODI_CHECK_GATE_MISSING');
    expect(JSON.stringify(parse(after))).toContain(
      '{"name":"acl","config":{"allow":["modi"],"hide_groups_header":true}}',
    );
    expect(await fixed(after)).toBe(after);
  });

  it.each([
    ["_format_version: '3.0'\n", '', "_format_version: '3.0'\n"],
    ["_format_version: '3.0'", '_format_version: 2', "_format_version: '3.0'"],
    ['          always_use_authenticated_groups: true\n', '', 'always_use_authenticated_groups: true'],
    [
      '        strip_path: false\n',
      '        https_redirect_status_code: 301\n        strip_path: false\n',
      'https_redirect_status_code: 426',
    ],
    ['[x-esito]', '[X-Esito]', '[x-esito]'],
  ])('mends what was %s', async (good, bad, wanted) => {
    const text = GOOD.replace(good, bad);
    const after = await fixed(text);
    expect(after).toContain(wanted);
    expect(await fixed(after)).toBe(after);
  });

  it('leaves what stands behind an alias alone', async () => {
    const text = service(`      - { name: q, paths: [/q], plugins: &shared [{ name: modi-verify, config: ${VERIFY} }] }
      - { name: r, paths: [/r], plugins: *shared }
`);
    const after = await fixed(text);
    expect(after).toContain('plugins: *shared');
    expect(await fixed(after)).toBe(after);
  });

  it('twice is once, whatever is wrong; comments stay', async () => {
    const pieces = [
      "_format_version: '3.0'\n",
      '          always_use_authenticated_groups: true\n',
      '          - name: acl\n            config: { allow: [modi] }\n',
      '      # The gate.\n',
      '        strip_path: false\n',
    ];
    await fc.assert(
      fc.asyncProperty(fc.subarray(pieces), async (gone) => {
        const text = gone.reduce((whole, piece) => whole.replace(piece, ''), GOOD);
        const once = await fixed(text);
        expect(await fixed(once)).toBe(once);
        for (const comment of text.match(/# .*/g) ?? []) expect(once).toContain(comment);
        expect((await findingsOf(once.replaceAll('FOLDER', folder))).filter(({ fix }) => fix !== undefined)).toEqual(
          [],
        );
      }),
      { numRuns: 12 },
    );
  });
});

const codes = (findings: readonly { readonly code: string }[]): readonly string[] => findings.map(({ code }) => code);
