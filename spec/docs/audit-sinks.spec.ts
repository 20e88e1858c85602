import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../plugins/core/audit';
import { readPage } from './support/pages';

const files = readPage('docs/audit-sinks.md').fences.filter(({ language }) => language === 'yml');

describe('docs/audit-sinks.md', () => {
  it('shows a file that the collector takes', () => {
    const [settings] = files.map(({ text }) => readSettings(parse(text)));
    expect(settings?.sinks).toMatchObject([{ name: 'siem', format: 'ndjson', queue: { max_batch_size: 500 } }]);
  });
});
