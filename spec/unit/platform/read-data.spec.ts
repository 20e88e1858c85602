import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { PlatformDataError, readPlatformData, SAMPLE_PLATFORM } from '../../../plugins/dev/platform';
import { CAST, mockPlatform, sampleData } from '../../support/platform';

const none = (path: string): string => {
  throw new Error(`no file ${path}`);
};

describe('the data of a mock platform', () => {
  it('is what was written, from YAML and from JSON', () => {
    const data = sampleData();
    const expected = { ...data, eservices: data.eservices.map((one) => ({ ...one, keys: [] })) };
    expect(readPlatformData(stringify(data), none)).toEqual(expected);
    expect(readPlatformData(JSON.stringify(data), none)).toEqual(expected);
  });

  it('has keys in files, too; a private one stands for its public one', () => {
    const [client, ...others] = sampleData().clients;
    const text = stringify({ ...sampleData(), clients: [{ ...client!, keys: ['keys/a.key'] }, ...others] });
    const pem = CAST.client.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const read = readPlatformData(text, (path) => (path === 'keys/a.key' ? pem : none(path)));
    expect(read.clients[0]?.keys).toEqual([CAST.client.pem]);
  });

  const bent = (change: (data: Record<string, never[]>) => unknown): string =>
    stringify(change(JSON.parse(JSON.stringify(sampleData())) as Record<string, never[]>));

  it.each<[string, string]>([
    ['the file must be a mapping', 'hello'],
    [
      'the file lacks purposes',
      bent(({ organizations, clients, eservices }) => ({ organizations, clients, eservices })),
    ],
    ['the file has no member client', bent((data) => ({ ...data, client: [] }))],
    ['clients must be a list', bent((data) => ({ ...data, clients: {} }))],
    ['clients[1] must be a mapping', bent((data) => ({ ...data, clients: ['a'] }))],
    ['clients[1].kind must be one of consumer, api', edited('clients', 'kind', 'other')],
    ['clients[1].id must be a UUID', edited('clients', 'id', 'me')],
    ['purposes[1].state must be one of ACTIVE', edited('purposes', 'state', 'active')],
    ['organizations[1].name must be a text', edited('organizations', 'name', 7)],
    ['Flow', '{"a": ['],
  ])('%s', (problem, text) => {
    const read = () => readPlatformData(text, none);
    expect(read).toThrow(PlatformDataError);
    expect(read).toThrow(problem);
  });
});

function edited(list: 'clients' | 'purposes' | 'organizations', member: string, value: unknown): string {
  const data = JSON.parse(JSON.stringify(sampleData())) as Record<string, Record<string, unknown>[]>;
  data[list]![0]![member] = value;
  return stringify(data);
}

describe('the door of the mock', () => {
  it('shows what it has, deletes a key, rotates, breaks and mends', async () => {
    const { url, jwksUri, platform } = await mockPlatform();
    const asked = async (method: string, path: string) => {
      const answer = await fetch(`${url}/mock${path}`, { method });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    expect((await asked('GET', '')).body).toMatchObject({
      clients: [{ id: SAMPLE_PLATFORM.client, keys: [CAST.client.kid] }, { keys: [CAST.api.kid] }],
      outages: [],
    });
    expect((await asked('DELETE', `/keys/${CAST.client.kid}`)).body['clients']).toMatchObject([{ keys: [] }, {}]);
    expect((await asked('DELETE', `/keys/${CAST.client.kid}`)).status).toBe(404);
    const used = platform.voucherKeys.current.kid;
    await asked('POST', '/rotation/announce');
    await asked('POST', '/rotation/activate');
    expect((await asked('POST', '/rotation/retire')).body['voucher_keys']).not.toMatchObject({ used });
    expect((await asked('PUT', '/outages/jwks?status=502')).body['outages']).toEqual(['jwks']);
    expect((await fetch(jwksUri)).status).toBe(502);
    await asked('DELETE', '/outages/jwks');
    expect((await fetch(jwksUri)).status).toBe(200);
    await asked('PUT', '/outages/jwks?delay=1');
    expect((await fetch(jwksUri)).status).toBe(200);
    expect((await asked('PUT', '/outages/all')).status).toBe(404);
    expect((await asked('POST', '/rotation/x')).status).toBe(404);
    expect((await asked('GET', '/x')).status).toBe(404);
  });
});
