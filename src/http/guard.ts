import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { ConnectorError } from '../core/errors.ts';
import { isAllowed, privateHost, type Allowed } from '../core/private-address.ts';

/** Finds the addresses of a name, as `dns.lookup` does with `all`. */
export type Lookup = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export type Fetch = typeof fetch;

/** What may be reached. */
export interface Reach {
  /** Beside the open internet. */
  allow?: Allowed | undefined;
  /** The system's when left out. */
  lookup?: Lookup | undefined;
}

/** Redirects that are followed in a row; browsers take 20, documents need 1 or 2. */
const MAX_HOPS = 5;

/**
 * A fetch that reaches the open internet only, and what is allowed beside it. The host is looked at before anything is
 * sent, and of a name the addresses that are connected to: a name that answers otherwise the second time (DNS
 * rebinding) gains nothing, since there is no second time.
 */
export function guardFetch(fetch: Fetch, reach: Reach): Fetch {
  return async (input, init) => {
    const url = new URL(typeof input === 'string' ? input : 'url' in input ? input.url : input.href);
    checkHost(url, reach.allow);
    const dispatcher = await dispatcherOf(reach);
    // Redirects are for who calls to follow, one by one, through here.
    const guarded = { redirect: 'manual', ...init, dispatcher } as unknown as RequestInit;
    return fetch(input, guarded);
  };
}

/**
 * The same for the calls of a connector: reads follow redirects, each of which is looked at, and leave behind what
 * proves who we are when they come to another origin. What writes follows none: nobody knows what it would do there.
 */
export function readingFetch(fetch: Fetch, reach: Reach): Fetch {
  const guarded = guardFetch(fetch, reach);
  return (input, init = {}) => {
    const reads = init.method === undefined || init.method === 'GET' || init.method === 'HEAD';
    return typeof input === 'string' && reads ? follow(guarded, input, init) : guarded(input, init);
  };
}

/**
 * Fetches a document from an address that a person gave, following its redirects; each hop is guarded.
 * @throws ConnectorError of kind `config` when it leads where it must not, `contract` when it leads nowhere
 */
export async function guardedFetch(
  address: string,
  init: RequestInit,
  deps: Reach & { fetch: Fetch },
): Promise<Response> {
  const { fetch: send, ...reach } = deps;
  try {
    return await follow(guardFetch(send, reach), address, init);
  } catch (error) {
    throw refusalIn(error) ?? error;
  }
}

/** What another origin may see of a request. */
const PUBLIC = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent', 'range', 'if-range']);

async function follow(guarded: Fetch, address: string, init: RequestInit): Promise<Response> {
  let url = new URL(address);
  let headers = new Headers(init.headers);
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    const response = await guarded(url.href, { ...init, headers, redirect: 'manual' });
    if (![301, 302, 303, 307, 308].includes(response.status)) return response;
    await response.body?.cancel();
    const next = URL.parse(response.headers.get('location') ?? '', url.href);
    if (!next) break;
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw refused(
        `${url.origin} redirects from https to ${next.origin}`,
        'Use an address that stays with https.',
      );
    }
    if (next.origin !== url.origin) {
      headers = new Headers([...headers].filter(([name]) => PUBLIC.has(name)));
    }
    url = next;
  }
  const { origin, pathname } = new URL(address);
  throw new ConnectorError(`${origin}${pathname} redirects to nowhere, or more than ${MAX_HOPS} times`, {
    kind: 'contract',
    code: LOST,
    hint: 'Use the address that it leads to.',
  });
}

/** The refusal of the guard inside an error of fetch; undefined when it is another error. */
export function refusalIn(error: unknown): ConnectorError | undefined {
  for (let here = error; here instanceof Error; here = here.cause) {
    if (here instanceof ConnectorError && (here.code === REFUSED || here.code === LOST)) return here;
  }
  return undefined;
}

/** @throws ConnectorError when an address must not be called */
function checkHost(url: URL, allow: Allowed | undefined): void {
  const { protocol, hostname, origin } = url;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw refused(`'${protocol}' addresses are not called`, 'Use an address that begins with https://.');
  }
  const what = privateHost(hostname);
  if (what === undefined || isAllowed(allow, hostname)) return;
  throw refused(
    `${origin} must not be called: ${hostname} is not on the open internet (${what})`,
    howToAllow(hostname),
  );
}

/** Codes of what was not sent, or not to its end. */
const REFUSED = 'private-address';
const LOST = 'lost-redirect';

function refused(message: string, hint: string): ConnectorError {
  return new ConnectorError(message, { kind: 'config', code: REFUSED, hint });
}

function howToAllow(host: string): string {
  return `If it is meant to be: trunkline connections add … --allow-private ${host}, or allow_private: [${host}] for the connection in trunkline.yaml.`;
}

/** A lookup that gives no address which must not be connected to. */
function guardedLookup({ allow, lookup = dnsLookup }: Reach) {
  return (
    host: string,
    options: LookupOptions,
    done: (error: Error | null, address: LookupAddress[] | string, family?: number) => void,
  ): void => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) {
        done(error, []);
        return;
      }
      const bad = addresses.find(({ address }) => {
        const isPrivate = privateHost(address) !== undefined;
        return isPrivate && !isAllowed(allow, host) && !isAllowed(allow, address);
      });
      const [first] = addresses;
      if (bad) {
        const what = privateHost(bad.address) ?? '';
        done(
          refused(
            `${host} must not be called: its address ${bad.address} is not on the open internet (${what})`,
            howToAllow(host),
          ),
          [],
        );
      } else if (options.all) done(null, addresses);
      else if (first) done(null, first.address, first.family);
      else done(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), []);
    });
  };
}

type Dispatchers = Map<string, Promise<object>>;
const dispatchers = new WeakMap<Lookup, Dispatchers>();

/** What connects; one for all who may reach the same, so that they share its connections. */
function dispatcherOf(reach: Reach): Promise<object> {
  const lookup = reach.lookup ?? dnsLookup;
  let known = dispatchers.get(lookup);
  if (!known) dispatchers.set(lookup, (known = new Map()));
  const key = JSON.stringify(reach.allow ?? []);
  let made = known.get(key);
  if (!made) known.set(key, (made = createDispatcher(reach)));
  return made;
}

async function createDispatcher(reach: Reach): Promise<object> {
  // Reading the package takes 50 ms; who calls built-in connectors only never pays for it.
  const { Agent, Dispatcher1Wrapper } = await import('undici');
  const agent = new Agent({ allowH2: false, connect: { lookup: guardedLookup(reach) } });
  // Node 24's own fetch is of an older line of undici and speaks to dispatchers in its way.
  return new Dispatcher1Wrapper(agent);
}
