import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COLLECTOR_SCHEMA, FINDINGS, readSettings } from '../../plugins/core/audit';
import { readPage, ROOT } from './support/pages';

const page = readPage('docs/audit-chain.md');
const words = page.prose.map(({ text }) => text).join('\n');

describe('docs/audit-chain.md', () => {
  it('names every finding, and only those', () => {
    const named = new Set(words.match(/\bAUDIT_[A-Z_]+\b/g));
    expect([...named].toSorted()).toEqual(Object.keys(FINDINGS).toSorted());
  });
});

describe('what docs/audit-chain.md shows of the file of a collector', () => {
  const files = page.fences.filter(({ text }) => text.includes('\nreceive:'));

  it('is one with http-log, at the address that the kong.yml beside it names', () => {
    const [settings] = files.map(({ text }) => readSettings(parse(text)));
    const kong = page.fences.map(({ text }) => text).find((text) => text.includes('name: http-log'));
    expect(kong).toContain(`http_endpoint: http://${settings?.receive.host ?? ''}:${settings?.receive.port ?? ''}/`);
  });
});

describe('the fields of the collector', () => {
  it('are all on the page', () => {
    for (const [name, { type }] of Object.entries(COLLECTOR_SCHEMA.fields)) {
      expect(words).toContain(type === 'record' ? `\`${name}.` : `\`${name}\``);
    }
  });
});

describe('audit.yml', () => {
  it('is a file that the collector takes', () => {
    const text = readFileSync(join(ROOT, 'audit.yml'), 'utf8');
    expect(readSettings(parse(text))).toMatchObject({ chain: { directory: '.modi/audit' } });
  });
});
