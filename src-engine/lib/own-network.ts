/** Addresses of this machine and its network, and a look-up that gives none of them: checked as a name is resolved, so that it cannot point elsewhere later. */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

/** Of this machine, its network, or of no one. IPv4 within IPv6 counts as what it is. */
export function isPrivate(ip: string): boolean {
  const version = isIP(ip);
  return version === 0 || PRIVATE.check(ip, version === 4 ? 'ipv4' : 'ipv6');
}

/** The host of an address is a number of this machine or its network, which needs no look-up. */
export function isOwnName(host: string): boolean {
  const name = host.replaceAll(/^\[|\]$/g, '');
  return isIP(name) !== 0 && isPrivate(name);
}

/** Message of the error of a look-up that gives none. */
export const PRIVATE_ADDRESS = 'the address is of this machine or its network';

export const publicLookup: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, '', 0);
    if (found.some(({ address }) => isPrivate(address))) return callback(new Error(PRIVATE_ADDRESS), '', 0);
    const [first] = found;
    if (options.all === true) callback(null, found);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  });
};
