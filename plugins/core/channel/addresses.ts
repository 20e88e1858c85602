import { BlockList, isIP } from 'node:net';
import { ConfigError } from '../schema';

export type AddressList = (address: string | undefined) => boolean;

/**
 * Compiles IP addresses and networks (`10.0.0.0/8`, `fd00::/8`).
 *
 * @throws ConfigError naming the entry that is neither.
 */
export function compileAddresses(entries: readonly string[], field: string): AddressList {
  const list = new BlockList();
  for (const [index, entry] of entries.entries()) add(list, entry, `${field}[${index + 1}]`);
  return (address) => {
    const family = isIP(address ?? '');
    return address !== undefined && family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function add(list: BlockList, entry: string, field: string): void {
  const [address = '', bits, ...more] = entry.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  if (family === 0 || more.length > 0 || !(length <= longest)) {
    throw new ConfigError(field, `"${entry}" is no IP address and no network such as 10.0.0.0/8`);
  }
  list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
}
