import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { farEndOf, readSettings } from '../../plugins/core/audit';
import { readPage } from './support/pages';

const files = readPage('docs/audit-sinks.md').fences.filter(({ language }) => language === 'yml');

describe('docs/audit-sinks.md', () => {
  const sinks = files.flatMap(({ text }) => readSettings(parse(text)).sinks);

  it('shows a file for each kind of far end', () => {
    expect(sinks).toMatchObject([
      { name: 'siem', kind: 'http', format: 'ndjson', queue: { max_batch_size: 500 } },
      { kind: 'syslog', syslog: { host: 'siem.ente.example', facility: 'local3', tls: true } },
      { kind: 'opentelemetry', opentelemetry: { compression: 'gzip' } },
      { kind: 'redis', redis: { ssl: true, max_length: 1_000_000 } },
    ]);
  });

  it.each(sinks.map((sink) => [sink.kind, sink] as const))('says where the far end of kind %s is', (_, sink) => {
    expect(() => farEndOf(sink, (name) => name, 'sinks[1]')).not.toThrow();
  });
});
