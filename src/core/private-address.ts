/**
 * Addresses that are not on the open internet, by IANA's registries of special-purpose addresses
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry; RFC 6890), those for
 * multicast, and the addresses at which clouds hand credentials to whatever runs on a machine.
 */
const RANGES: readonly (readonly [range: string, what: string])[] = [
  ['168.63.129.16/32', 'the metadata service of Azure'],
  ['169.254.169.254/32', 'the metadata service of a cloud'],
  ['169.254.170.2/32', 'the metadata service of AWS ECS'],
  ['100.100.100.200/32', 'the metadata service of Alibaba'],
  ['192.0.0.192/32', 'the metadata service of Oracle'],
  ['fd00:ec2::254/128', 'the metadata service of AWS'],
  ['fd20:ce::254/128', 'the metadata service of Google'],
  ['0.0.0.0/8', 'this network, RFC 791'],
  ['10.0.0.0/8', 'a private network, RFC 1918'],
  ['100.64.0.0/10', 'the shared network of a carrier, RFC 6598'],
  ['127.0.0.0/8', 'this machine, RFC 1122'],
  ['169.254.0.0/16', 'link-local, RFC 3927'],
  ['172.16.0.0/12', 'a private network, RFC 1918'],
  ['192.0.0.0/24', 'for protocols of the IETF, RFC 6890'],
  ['192.0.2.0/24', 'for documentation, RFC 5737'],
  ['192.88.99.0/24', 'a relay of 6to4, RFC 7526'],
  ['192.168.0.0/16', 'a private network, RFC 1918'],
  ['198.18.0.0/15', 'for benchmarks, RFC 2544'],
  ['198.51.100.0/24', 'for documentation, RFC 5737'],
  ['203.0.113.0/24', 'for documentation, RFC 5737'],
  ['224.0.0.0/4', 'multicast, RFC 1112'],
  ['240.0.0.0/4', 'reserved, RFC 1112'],
  ['::/128', 'no address, RFC 4291'],
  ['::1/128', 'this machine, RFC 4291'],
  ['64:ff9b:1::/48', 'translation to IPv4 within a network, RFC 8215'],
  ['100::/64', 'discarded, RFC 6666'],
  ['2001::/23', 'for protocols of the IETF, such as Teredo, RFC 2928'],
  ['2001:db8::/32', 'for documentation, RFC 3849'],
  ['2002::/16', '6to4, RFC 3056'],
  ['3fff::/20', 'for documentation, RFC 9637'],
  ['fc00::/7', 'a private network, RFC 4193'],
  ['fe80::/10', 'link-local, RFC 4291'],
  ['fec0::/10', 'a private network, RFC 3879'],
  ['ff00::/8', 'multicast, RFC 4291'],
];

/** Prefixes whose last 32 bits are an IPv4 address, which decides: mapped (RFC 4291) and NAT64 (RFC 6052). */
const CARRIERS = ['::ffff:0:0/96', '64:ff9b::/96'];

/** The only part of IPv6 that is given out for the open internet (RFC 4291, 2.4; IANA's IPv6 address space). */
const GLOBAL = '2000::/3';

/** Names that mean this machine or its network (RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`). */
const NAMES = /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/;

interface Address {
  bits: 32 | 128;
  value: bigint;
}

interface Range extends Address {
  prefix: number;
}

const ranges = RANGES.map(([text, what]) => ({ range: rangeOf(text) as Range, what }));
const carriers = CARRIERS.map((text) => rangeOf(text) as Range);
const global = rangeOf(GLOBAL) as Range;

/** What may be reached beside the open internet: everything, or these names, addresses and ranges. */
export type Allowed = true | readonly string[];

/**
 * Why a host is not on the open internet, in a few words; undefined when it is, or when it is a name of which only
 * its addresses can tell.
 * @param host a name or an address, in any spelling that a URL may have: `0x7f.1`, `2130706433`, `[::1]`
 */
export function privateHost(host: string): string | undefined {
  const address = addressOf(host);
  if (!address) return NAMES.test(plainName(host)) ? 'a name of this machine or its network' : undefined;
  return privateAddress(address);
}

function privateAddress(address: Address): string | undefined {
  const found = ranges.find(({ range }) => covers(range, address));
  if (found) return found.what;
  if (address.bits === 32) return undefined;
  if (carriers.some((range) => covers(range, address))) {
    return privateAddress({ bits: 32, value: address.value & 0xffff_ffffn });
  }
  return covers(global, address) ? undefined : 'not given out, RFC 4291';
}

/** Whether a host, or one of the addresses of its name, was allowed. */
export function isAllowed(allowed: Allowed | undefined, host: string): boolean {
  if (allowed === undefined) return false;
  if (allowed === true) return true;
  const address = addressOf(host);
  return allowed.some((entry) => {
    const range = rangeOf(entry);
    if (range) return address !== undefined && covers(range, address);
    const name = plainName(entry);
    if (name.startsWith('*.')) return plainName(host).endsWith(name.slice(1));
    return name === plainName(host);
  });
}

/** Whether a text can stand in a list of what is allowed: a name, `*.name`, an address or a range such as `10.0.0.0/8`. */
export function isAllowable(entry: string): boolean {
  if (entry.includes('/') || entry.includes(':')) return rangeOf(entry) !== undefined;
  return /^(?:\*\.)?[\w-]+(?:\.[\w-]+)*\.?$/.test(entry);
}

/**
 * Hosts of one's own network among the addresses that a person gave to a connection himself: to name them is to allow
 * them. Link-local ones, where clouds hand out credentials, must be allowed by name.
 */
export function ownHosts(servers: Readonly<Record<string, string>>): string[] {
  const hosts = Object.values(servers).map((server) => URL.parse(server)?.hostname ?? '');
  return [...new Set(hosts)].filter((host) => {
    const what = privateHost(host);
    return what !== undefined && !/metadata|link-local/.test(what);
  });
}

function covers(range: Range, { bits, value }: Address): boolean {
  if (bits !== range.bits) return false;
  const rest = BigInt(range.bits - range.prefix);
  return value >> rest === range.value >> rest;
}

/** A range, or an address as a range of one; undefined for anything else. */
function rangeOf(text: string): Range | undefined {
  const [, host = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = addressOf(host);
  const prefix = length === undefined ? address?.bits : Number(length);
  if (!address || prefix === undefined || prefix > address.bits) return undefined;
  return { ...address, prefix };
}

/** The number that an address is; undefined for a name. A URL parser knows every spelling and gives the plain one. */
function addressOf(host: string): Address | undefined {
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (bare === '' || /[^\w.:-]/.test(bare)) return undefined;
  const plain = URL.parse(`http://${bare.includes(':') ? `[${bare}]` : bare}`)?.hostname ?? '';
  if (plain.startsWith('[')) return { bits: 128, value: valueOf6(plain.slice(1, -1)) };
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(plain)) return undefined;
  return { bits: 32, value: plain.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
}

function valueOf6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const [before = [], after = []] = [head, tail ?? ''].map((side) => (side === '' ? [] : side.split(':')));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
