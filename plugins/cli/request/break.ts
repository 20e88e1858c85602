import type { KeyObject } from 'node:crypto';
import { signJws, type SignedToken } from '../../core/sign';
import { nearest } from '../../core/text';
import { usageError } from '../shell/cli-error';
import type { Breakage } from './breakage';
import { BREAKAGES } from './breakages';
import type { WireRequest } from './wire';

/** @throws CliError CLI_USAGE for a name that is not in the list. */
export function readBreakage(name: string | undefined): Breakage | undefined {
  if (name === undefined) return undefined;
  const breakage = Object.hasOwn(BREAKAGES, name) ? BREAKAGES[name] : undefined;
  if (breakage !== undefined) return breakage;
  const names = Object.keys(BREAKAGES);
  const meant = nearest(name, names);
  throw usageError(
    `--break does not know "${name}"; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`,
    `--break non conosce "${name}"; ${meant === undefined ? `esistono ${names.join(', ')}` : `forse ${meant}?`}`,
  );
}

/** Changes and signs the tokens again, then changes the rest: first what the breakage says of tokens, then of the wire. */
export async function applyBreakage(wire: WireRequest, breakage: Breakage, key: KeyObject): Promise<WireRequest> {
  requireNeeds(wire, breakage);
  const change = breakage.token ?? ((token) => token);
  const sign = breakage.sign ?? (({ jose, claims }) => signJws(jose, claims, key));
  const tokens = await Promise.all(
    wire.tokens.map(async (token) => {
      const changed = change(token);
      return { ...changed, jws: await sign(changed, key) };
    }),
  );
  const spoilt = { ...wire, tokens, headers: withTokens(wire, tokens) };
  return breakage.wire === undefined ? spoilt : breakage.wire(spoilt);
}

const withTokens = ({ headers }: WireRequest, tokens: readonly SignedToken[]): WireRequest['headers'] =>
  headers.map(([name, value]) => {
    const token = tokens.find(({ header }) => header === name);
    if (token === undefined) return [name, value];
    return [name, name === 'Authorization' ? `Bearer ${token.jws}` : token.jws];
  });

function requireNeeds({ tokens }: WireRequest, { needs }: Breakage): void {
  const has = (header: SignedToken['header']) => tokens.some((token) => token.header === header);
  if (needs === 'authorization' && !has('Authorization')) {
    throw usageError('this --break needs an ID_AUTH pattern', 'questo --break richiede un pattern ID_AUTH');
  }
  if (needs === 'integrity' && !has('Agid-JWT-Signature')) {
    throw usageError(
      'this --break needs INTEGRITY_REST_01 in --pattern, and a --body',
      'questo --break richiede INTEGRITY_REST_01 in --pattern, e un --body',
    );
  }
  if (needs === 'jti' && !tokens.some(({ claims }) => 'jti' in claims)) {
    throw usageError(
      'this --break needs ID_AUTH_REST_02, or --jti',
      'questo --break richiede ID_AUTH_REST_02, o --jti',
    );
  }
}
