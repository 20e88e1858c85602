import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConfig } from '../../../plugins/check';
import { compileCatalogue, writeKongYml } from '../../../plugins/service-catalogue';
import { largeCatalogue } from '../../support/catalogue';
import { read } from './support';

const SMALL = largeCatalogue({ services: 6, organisations: 5, agreements: 12 });
const DAY = '2026-11-23';

const built = (texts: readonly string[], day = DAY): string => writeKongYml(compileCatalogue(read(texts), day), 'made');

interface Kong {
  readonly services: { name: string; routes: { plugins: { name: string; config: Record<string, unknown> }[] }[] }[];
  readonly consumers: {
    username: string;
    custom_id: string;
    acls: { group: string }[];
    plugins: { route: string; config: { minute: number } }[];
  }[];
}
const kongOf = (texts: readonly string[], day?: string): Kong => parse(built(texts, day)) as Kong;

const check = async (text: string) =>
  (
    await checkConfig(
      { name: 'kong.yml', text },
      {
        now: Date.UTC(2026, 10, 23) / 1000,
        server: 'own',
        kong: [3, 4],
        nodes: 1,
        kongConf: undefined,
        expiresWithin: 0,
        filesAreHere: false,
        home: '/',
      },
    )
  ).findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ code, line }) => [code, line]);

describe('the kong.yml of a catalogue', () => {
  it('gives each agreement a group, and lets nobody in without', () => {
    const { services, consumers } = kongOf(SMALL);
    const allowed = services.map(
      ({ routes }) => routes[0]?.plugins.find(({ name }) => name === 'acl')?.config['allow'],
    );
    expect(allowed).toEqual(services.map(({ name }) => [`eservice:${name}`]));
    const agreed = read(SMALL).agreements.map(
      ({ organisation, service }) => `${organisation.id} eservice:${service.name}`,
    );
    const granted = consumers.flatMap(({ custom_id: id, acls }) => acls.map(({ group }) => `${id} ${group}`));
    expect(granted.toSorted()).toEqual(agreed.toSorted());
    expect(granted).toHaveLength(12);
  });

  it('demands a registered consumer, proved by the certificate, on every route', () => {
    for (const { routes } of kongOf(SMALL).services) {
      const verify = routes[0]?.plugins.find(({ name }) => name === 'modi-verify');
      expect(verify?.config['identity']).toEqual({ claim: 'certificate', consumer: 'registered' });
    }
  });

  it('keeps the limits of an agreement beside those of the service', () => {
    const { consumers, services } = kongOf(SMALL);
    expect(consumers[0]?.plugins[0]).toMatchObject({
      route: expect.stringContaining('servizio-'),
      config: { minute: 100 },
    });
    expect(services[0]?.routes[0]?.plugins.find(({ name }) => name === 'rate-limiting')?.config).toMatchObject({
      minute: 60,
      limit_by: 'consumer',
    });
  });

  it('leaves out agreements that have ended, and organisations without any', () => {
    expect(kongOf(SMALL, '2030-12-31').consumers).toHaveLength(5);
    expect(kongOf(SMALL, '2031-01-01').consumers).toHaveLength(0);
  });

  it('is the same whatever the order of files and entries', () => {
    const wanted = built(SMALL);
    const entries = (text: string, head: string): readonly string[] =>
      text
        .slice(text.indexOf(head) + head.length)
        .split(/\n(?= {2}- )/)
        .filter((one) => one.trim() !== '');
    const shuffled = (list: readonly string[]) => fc.shuffledSubarray([...list], { minLength: list.length });
    const [provider = '', services = '', agreements = ''] = SMALL;
    fc.assert(
      fc.property(
        shuffled(entries(services, 'services:\n')),
        shuffled(entries(agreements, 'agreements:\n')),
        shuffled(['0', '1', '2']),
        (serviceEntries, agreementEntries, order) => {
          const files = [
            provider,
            `catalogue: 1\nservices:\n${serviceEntries.join('\n')}\n`,
            `catalogue: 1\nagreements:\n${agreementEntries.join('\n')}\n`,
          ];
          expect(built(order.map((index) => files[Number(index)] ?? ''))).toBe(wanted);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is approved by modi check, for Kong 3.4 too', async () => {
    expect(await check(built(SMALL))).toEqual([]);
  });

  it('is approved at full size: 200 services, 300 organisations, 2,000 agreements', async () => {
    const text = built(largeCatalogue({ services: 200, organisations: 300, agreements: 2000 }));
    const { services, consumers } = parse(text) as Kong;
    expect([services.length, consumers.length]).toEqual([200, 300]);
    expect(consumers.flatMap(({ acls }) => acls)).toHaveLength(2000);
    expect(await check(text)).toEqual([]);
  });
});
