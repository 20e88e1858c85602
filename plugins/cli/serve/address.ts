import { isIPv6 } from 'node:net';
import { CliError, usageError } from '../shell/cli-error';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `8000`, `127.0.0.1:8000` or `[::1]:8000`. A port alone means this machine only. */
export function readAddress(text: string, flag: string): Address {
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== '' && port <= 65535) return { host: bracketed ?? plain ?? '127.0.0.1', port };
  throw usageError(
    `${flag} must be HOST:PORT or PORT, found "${text}"`,
    `${flag} dev'essere HOST:PORTA o PORTA, trovato "${text}"`,
  );
}

export const addressText = ({ host, port }: Address): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;

/** How a caller on this machine reaches a listener: a wildcard is no address to call. */
export const callableAddress = ({ host, port }: Address): Address => ({
  host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host,
  port,
});

/** What is wrong when a listener could not be opened, in one line; undefined when it was something else. */
export function listenError(cause: unknown, address: Address, flag: string): CliError | undefined {
  const where = addressText(address);
  const { code = '' } = cause as NodeJS.ErrnoException;
  const problem = LISTEN_PROBLEMS[code];
  if (problem === undefined) return undefined;
  const [en, it] = problem;
  const text = {
    en: `${where} ${en}; choose another with ${flag}`,
    it: `${where} ${it}; sceglierne un altro con ${flag}`,
  };
  return new CliError('CLI_PORT_TAKEN', text, { cause });
}

const LISTEN_PROBLEMS: Readonly<Record<string, readonly [en: string, it: string]>> = {
  EADDRINUSE: ['is taken by another process', 'è occupato da un altro processo'],
  EACCES: ['needs rights that this user has not', 'richiede diritti che questo utente non ha'],
  EADDRNOTAVAIL: ['is no address of this machine', 'non è un indirizzo di questa macchina'],
};
