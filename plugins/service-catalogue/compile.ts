import type { Agreement, EService, Limits, ServiceCatalogue, Settings } from './types';

/** A kong.yml as plain data. */
export type KongYml = Readonly<Record<string, unknown>>;

/**
 * The kong.yml of a catalogue at a day (`2026-11-23`): each e-service a service with one route, each organisation with
 * an agreement a consumer, each agreement a group of that consumer, without which Kong's acl lets nobody in. The same
 * catalogue and day make the same file, byte by byte.
 */
export function compileCatalogue(catalogue: ServiceCatalogue, day: string): KongYml {
  const agreements = agreementsAt(catalogue, day);
  return {
    _format_version: '3.0',
    services: catalogue.services.map((service) => serviceOf(service, catalogue)),
    consumers: catalogue.organisations.flatMap((organisation) => {
      const own = agreements.filter((one) => one.organisation === organisation);
      return own.length === 0 ? [] : [consumerOf(own)];
    }),
  };
}

/** Those whose last day has not passed. */
export const agreementsAt = ({ agreements }: ServiceCatalogue, day: string): readonly Agreement[] =>
  agreements.filter(({ until }) => until === null || until >= day);

const groupOf = ({ name }: EService): string => `eservice:${name}`;

function serviceOf(service: EService, { provider }: ServiceCatalogue): object {
  const { name, url, path, openapi } = service;
  return {
    name,
    url,
    tags: ['modi-catalogue'],
    routes: [
      {
        name,
        paths: [path],
        ...(openapi === undefined ? {} : { methods: openapi.methods }),
        protocols: [provider.base_url.startsWith('https:') ? 'https' : 'http'],
        strip_path: false,
        plugins: [...(provider.plugins ?? []), ...(service.plugins ?? []), ...pluginsOf(service, provider)],
      },
    ],
  };
}

function pluginsOf(service: EService, provider: ServiceCatalogue['provider']): readonly object[] {
  const limits = limitsOf(service.limits);
  return [
    { name: 'modi-verify', instance_name: `verify-${service.name}`, config: verifyOf(service, provider.verify ?? {}) },
    // The gate and the agreements in one: only consumers of this group, and nobody when modi-verify did not run.
    { name: 'acl', config: { allow: [groupOf(service)], hide_groups_header: true } },
    ...(limits === undefined ? [] : [rateLimiting(limits)]),
    ...(service.sign
      ? [{ name: 'modi-sign', config: { subject: service.name, audience: 'client', ...provider.sign } }]
      : []),
  ];
}

/** What modi-verify of a service gets: the provider's settings, over them the service's own. */
function verifyOf(service: EService, common: Settings): Settings {
  const own = service.verify ?? {};
  return {
    patterns: service.patterns,
    audience: service.audience,
    ...common,
    ...own,
    identity: {
      claim: 'certificate',
      consumer: 'registered',
      ...recordOf(common['identity']),
      ...recordOf(own['identity']),
    },
  };
}

const recordOf = (value: unknown): Settings => (typeof value === 'object' && value !== null ? (value as Settings) : {});

function consumerOf(agreements: readonly Agreement[]): object {
  const organisation = agreements[0]?.organisation;
  const limited = agreements.flatMap(({ service, limits: written }) => {
    const limits = limitsOf(written);
    return limits === undefined ? [] : [{ ...rateLimiting(limits), route: service.name }];
  });
  return {
    username: organisation?.identity,
    custom_id: organisation?.id,
    tags: ['modi-catalogue'],
    acls: agreements.map(({ service }) => ({ group: groupOf(service) })),
    ...(limited.length === 0 ? {} : { plugins: limited }),
  };
}

const limitsOf = (limits: Limits | null): Settings | undefined => {
  const set = Object.entries(limits ?? {}).filter(([, count]) => count !== null);
  return set.length === 0 ? undefined : Object.fromEntries(set);
};

const rateLimiting = (limits: Settings): { name: string; config: Settings } => ({
  name: 'rate-limiting',
  config: { ...limits, limit_by: 'consumer', policy: 'local' },
});
