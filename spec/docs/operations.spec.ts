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
      const request = makeRequest({ now: NOW, party: cast.ec, integrity: true, signature: { claims } as TokenRecipe });
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
      /claims of each token: ([a-z_, ]+)/.exec(page.prose.map(({ text }) => text).join('\n')) ?? [];
    expect(claims.trim().split(', ')).toEqual(Object.keys(accepted['authorization'] as object));
  });
});
