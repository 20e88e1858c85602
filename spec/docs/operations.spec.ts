import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCast } from '../support/corpus';
import { makeRequest, type TokenRecipe } from '../support/requests';
import { NOW, runAccess, verifyRoute } from '../support/verify-route';
import { readPage, ROOT } from './support/pages';

const page = readPage('docs/operations.md');

/** The words of the first column of the table with this head. */
function firstColumn(head: string): string[] {
  const start = page.prose.findIndex(({ text }) => new RegExp(`^\\| ${head} +\\|`).test(text));
  const lines = page.prose.slice(start + 2).map(({ text }) => text);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
}

const sourcesBelow = (folder: string): string =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
    .join('\n');

const KNOWN_BY_OTHERS = {
  'x-correlation-id': 'c',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

describe('docs/operations.md', () => {
  it('lists messages that the plugin server writes', () => {
    const source = ['plugins/runtime', 'plugins/core'].map(sourcesBelow).join('\n');
    const messages = firstColumn('message');
    expect(messages.length).toBeGreaterThan(8);
    expect(messages.filter((message) => !source.includes(`'${message}'`))).toEqual([]);
  });

  it('lists the fields of the record, all and only', async () => {
    const cast = await makeCast();
    const route = verifyRoute(cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] });
    const record = async (claims: object): Promise<Record<string, unknown>> => {
      const signature = { claims: { purposeId: 'p', ...claims } } as TokenRecipe;
      const request = makeRequest({ now: NOW, party: cast.ec, integrity: true, signature, wire: KNOWN_BY_OTHERS });
      const { calls } = await runAccess(route, request);
      return calls.find(
        ([method, name]) => /set_serialize_value$/.test(method) && name === 'modi',
      )?.[2] as typeof claims & Record<string, unknown>;
    };
    const accepted = await record({});
    const refused = await record({ aud: 'https://other.example' });
    expect(firstColumn('field of an accepted request').toSorted()).toEqual(Object.keys(accepted).toSorted());
    expect(firstColumn('field of a refused request').toSorted()).toEqual(Object.keys(refused).toSorted());
    const [, claims = ''] =
      /claims of each token: ([a-z_, ]+?) \(/.exec(page.prose.map(({ text }) => text).join('\n')) ?? [];
    expect(claims.trim().split(', ')).toEqual(Object.keys(accepted['authorization'] as object));
  });
});
