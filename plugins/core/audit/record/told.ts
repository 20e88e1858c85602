import { tableOf, type Table } from './kong-line';

/** What the plugins call a token, in the record of an accepted request and of a refused one. */
const KINDS = {
  authorization: ['ID_AUTH', 'VOUCHER'],
  integrity: ['INTEGRITY'],
  audit: ['AUDIT'],
  dpop: ['DPOP'],
} as const;

/** What `modi` tells of a token; of a refused request only where its signature was found to hold. */
export function tokenOf(modi: Table, name: keyof typeof KINDS): Table {
  if (modi[name] !== undefined) return tableOf(modi[name]);
  const refused = tableOf(modi['tokens']);
  const kind = KINDS[name].find((one) => refused[one] !== undefined);
  return kind === undefined ? {} : tableOf(refused[kind]);
}

/** Members of `modi` that have a field of their own in the record. */
const TOLD = [
  ...['outcome', 'code', 'status', 'detail', 'client', 'organization', 'purpose', 'patterns', 'request_id'],
  ...['correlation_id', 'traceparent', 'digest', 'config_version', 'certificate_subject', 'certificate_sha256'],
  ...['certificate_not_after', 'revocation', 'replay'],
];

/**
 * What `modi` has beyond the fields of the record. Of each token what is told already is left out: who hides a name in one
 * place must not have left it in another.
 */
export function beyond(modi: Table): Table {
  const others = Object.entries(modi).filter(([name]) => !TOLD.includes(name));
  const authorization = tableOf(modi['authorization']);
  return Object.fromEntries(
    others.map(([name, value]) => {
      if (!Object.hasOwn(KINDS, name)) return [name, value];
      return [name, withoutTold(tableOf(value), authorization)];
    }),
  );
}

/** The party's names, where they are those of the authorization token; the jti always. */
function withoutTold(token: Table, authorization: Table): Table {
  const isTold = ([name, value]: [string, unknown]): boolean =>
    name === 'jti' || (['iss', 'sub', 'client_id', 'key'].includes(name) && value === authorization[name]);
  return Object.fromEntries(Object.entries(token).filter((member) => !isTold(member)));
}
