import { privateHost } from './private-address.ts';

/**
 * Absolute address that the other side gave out, such as the link to a file. It is called with our token, so it must
 * not lead anywhere else: see `mayFollow`.
 */
export interface Link {
  url: string;
  /** Hosts it may be on, https only: `zoom.us`, or `*.zoom.us` for that and everything below it. */
  hosts: readonly string[];
}

/**
 * Whether our token may go there: by https to one of the link's hosts, or to the origin of one of the connection's own
 * servers, whatever that is. To be asked again for the target of every redirect.
 */
export function mayFollow({ url, hosts }: Link, servers: Iterable<string>): boolean {
  const target = URL.parse(url);
  if (!target || target.username !== '' || target.password !== '') return false;
  for (const server of servers) if (URL.parse(server)?.origin === target.origin) return true;
  return (
    target.protocol === 'https:' && target.port === '' && hosts.some((host) => covers(host, target.hostname))
  );
}

function covers(host: string, name: string): boolean {
  if (!host.startsWith('*.')) return name === host;
  return name === host.slice(2) || name.endsWith(host.slice(1));
}

/**
 * Whether a redirect may be followed at all, without our token: files lie with storage providers, whose names nobody
 * can list. Never from https down to http, and never from the open network into a private one.
 */
export function mayVisit(url: string, from: string): boolean {
  const [target, source] = [URL.parse(url), URL.parse(from)];
  if (!target || !source || target.username !== '' || target.password !== '') return false;
  if (target.protocol !== 'https:' && (target.protocol !== 'http:' || source.protocol !== 'http:'))
    return false;
  return privateHost(source.hostname) !== undefined || privateHost(target.hostname) === undefined;
}
