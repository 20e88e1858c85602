import { BlockList, isIP, isIPv6 } from 'node:net';

/** Where nobody on the public network can be: a name that leads there leads inside (RFC 6890, RFC 4193, RFC 6598). */
const RESERVED: readonly (readonly [net: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

const reserved = new BlockList();
for (const [net, prefix] of RESERVED) reserved.addSubnet(net, prefix, 'ipv4');

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Inside 2000::/3, yet a wrapping of IPv4 or no address of anybody: Teredo and protocol use, documentation, 6to4. */
const wrapped = new BlockList();
wrapped.addSubnet('2001::', 23, 'ipv6');
wrapped.addSubnet('2001:db8::', 32, 'ipv6');
wrapped.addSubnet('2002::', 16, 'ipv6');
wrapped.addSubnet('3fff::', 20, 'ipv6');

/** Whether an IP address is one of the public network. IPv4 inside IPv6 never counts as public. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  if (!isIPv6(address)) return !reserved.check(address, 'ipv4');
  return globalUnicast.check(address, 'ipv6') && !wrapped.check(address, 'ipv6');
}
