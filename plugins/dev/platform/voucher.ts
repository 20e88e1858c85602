import { randomUUID } from 'node:crypto';
import { signJws } from '../../core/sign';
import type { ClientData, PurposeData } from './data';
import type { Json } from './read-token';
import type { Registry } from './registry';
import type { PlatformKey } from './signing-keys';
import { TokenRefusal } from './refusal';

/** Life of vouchers for the platform's own API, in seconds. */
const API_LIFESPAN = 600;

interface VoucherTerms {
  readonly client: ClientData;
  /** Absent for the platform's own API. */
  readonly purpose: PurposeData | undefined;
  /** The claim of the assertion, copied as it is. */
  readonly digest: unknown;
  /** Thumbprint of the key of the proof, for a voucher bound to it. */
  readonly thumbprint: string | undefined;
  readonly issuer: string;
  readonly now: number;
}

export interface IssuedVoucher {
  readonly token: string;
  readonly lifespan: number;
}

/** @throws TokenRefusal when the e-service's version is not active any more. */
export async function issueVoucher(terms: VoucherTerms, registry: Registry, key: PlatformKey): Promise<IssuedVoucher> {
  const { client, issuer, digest, thumbprint } = terms;
  const { lifespan, claims } = purposeClaims(terms, registry);
  const iat = Math.floor(terms.now);
  const payload = {
    iss: issuer,
    sub: client.id,
    client_id: client.id,
    jti: randomUUID(),
    iat,
    nbf: iat,
    exp: iat + lifespan,
    ...claims,
    ...(digest === undefined ? {} : { digest }),
    ...(thumbprint === undefined ? {} : { cnf: { jkt: thumbprint } }),
  };
  const header = { alg: 'RS256', typ: 'at+jwt', use: 'sig', kid: key.kid } as const;
  return { token: await signJws(header, payload, key.privateKey), lifespan };
}

/** aud of vouchers for the platform's own API. */
export const apiAudience = (issuer: string): string => `${issuer}/m2m`;

function purposeClaims({ client, purpose, issuer }: VoucherTerms, registry: Registry): Voucher {
  if (purpose === undefined) {
    const claims = { aud: apiAudience(issuer), organizationId: client.organization, role: 'm2m' };
    return { lifespan: API_LIFESPAN, claims };
  }
  const eservice = registry.eservices.get(purpose.eservice);
  const descriptor = eservice?.descriptors.find(({ id }) => id === purpose.descriptor);
  if (eservice === undefined || descriptor === undefined || !USABLE.includes(descriptor.state)) {
    throw new TokenRefusal('state', 'the version of the e-service is not active');
  }
  return {
    lifespan: descriptor.lifespan,
    claims: {
      aud: descriptor.audience.join(','),
      purposeId: purpose.id,
      producerId: eservice.producer,
      consumerId: purpose.consumer,
      eserviceId: eservice.id,
      descriptorId: descriptor.id,
    },
  };
}

interface Voucher {
  readonly lifespan: number;
  readonly claims: Json;
}

const USABLE: readonly string[] = ['PUBLISHED', 'DEPRECATED'];
