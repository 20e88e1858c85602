import type { CertificateFacts } from '../trust';
import type { NamingClaim, NamingClaims } from './callers';

/** A part of a certificate that can be the name of its holder. */
export type CertificateName =
  'organization_identifier' | 'organizational_unit' | 'common_name' | 'alternative_name' | 'thumbprint';

/** One entry of `identity.bindings`. */
export interface BindingConfig {
  readonly claim: NamingClaim;
  readonly equals: CertificateName;
  readonly strip_prefixes: readonly string[] | null;
}

/** Answers the first claim that does not say what the certificate says; undefined: all do. */
export type Bindings = (certificate: CertificateFacts | undefined, claims: NamingClaims) => NamingClaim | undefined;

const NAMES: Readonly<Record<CertificateName, (certificate: CertificateFacts) => readonly (string | undefined)[]>> = {
  organization_identifier: ({ organizationIdentifier }) => [organizationIdentifier],
  organizational_unit: ({ organizationalUnits }) => organizationalUnits,
  common_name: ({ commonName }) => [commonName],
  alternative_name: ({ alternativeNames }) => alternativeNames,
  thumbprint: ({ thumbprint }) => [thumbprint],
};

/** Compiles `identity.bindings`: each claim must be there and be a name of the certificate. */
export function compileBindings(entries: readonly BindingConfig[]): Bindings {
  const broken = (
    { claim, equals, strip_prefixes: prefixes }: BindingConfig,
    certificate: CertificateFacts | undefined,
    claims: NamingClaims,
  ): boolean => {
    const found = claims[claim];
    if (found === undefined || found === '' || certificate === undefined) return true;
    return !NAMES[equals](certificate).some((name) => name !== undefined && withoutPrefix(name, prefixes) === found);
  };
  return (certificate, claims) => entries.find((entry) => broken(entry, certificate, claims))?.claim;
}

/** The first prefix that stands in front goes; the rest stays as it is. */
function withoutPrefix(name: string, prefixes: readonly string[] | null): string {
  const prefix = prefixes?.find((one) => name.startsWith(one)) ?? '';
  return name.slice(prefix.length);
}
