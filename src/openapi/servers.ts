import type { DefinitionInput } from './definition.ts';
import type { Faults, Place } from './faults.ts';
import { camelCase } from './naming.ts';
import { bounded, isObject, list, own, text, type Raw } from './raw-value.ts';

type ServerSpec = DefinitionInput['servers'][string];

/** Addresses of an API by name. The first of the document is `api`. */
export class Servers {
  readonly #faults: Faults;
  readonly #base: string | undefined;
  readonly #byText = new Map<string, string>();
  readonly #servers = new Map<string, ServerSpec>();

  /** @param base address of the document, for servers that are written relative to it */
  constructor(faults: Faults, base: string | undefined) {
    this.#faults = faults;
    this.#base = base;
  }

  get all(): DefinitionInput['servers'] {
    return Object.fromEntries(this.#servers);
  }

  /** Takes the servers of the document; the first is `api`. */
  begin(servers: unknown, place: Place): void {
    for (const [i, server] of list(servers).entries()) this.#take(server, place.at(i));
    if (this.#servers.has('api')) return;
    const address = this.#absolute('/');
    if (address !== undefined) {
      this.#servers.set('api', address);
      return;
    }
    this.#faults.warning(
      place,
      `the document does not say where the API is; each connection must give its address as 'server'`,
    );
    this.#servers.set('api', {
      url: '{server}',
      variables: { server: { default: 'https://api.example.com', description: 'Address of the API' } },
    });
  }

  /** The key of the server that a path or an operation has for itself; undefined when it has none. */
  own(servers: unknown, place: Place): string | undefined {
    for (const [i, server] of list(servers).entries()) {
      const key = this.#take(server, place.at(i));
      if (key !== undefined) return key === 'api' ? undefined : key;
    }
    return undefined;
  }

  #take(server: unknown, place: Place): string | undefined {
    const url = text(own(server, 'url'));
    if (!isObject(server) || url === undefined) {
      this.#faults.error(place, "expected a server with its address as 'url'; it is left out");
      return undefined;
    }
    // Without a scheme, that of the document counts: today that is https.
    const spec = this.#read(url.trim().replace(/^\/\//, 'https://'), server, place);
    if (spec === undefined) return undefined;
    const written = JSON.stringify(spec);
    let key = this.#byText.get(written);
    if (key === undefined) {
      key = this.#servers.size === 0 ? 'api' : this.#keyFor(server, spec);
      this.#byText.set(written, key);
      this.#servers.set(key, spec);
    }
    return key;
  }

  #read(url: string, server: Raw, place: Place): ServerSpec | undefined {
    const names = [...url.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
    const declared = own(server, 'variables');
    const variables = names.map((name) => [name, this.#variable(name, own(declared, name), place)] as const);
    if (url.startsWith('{')) return { url: trimmed(url), variables: Object.fromEntries(variables) };
    // Braces are no part of an address: it is looked at with something in their place.
    const filled = url.replaceAll(/(:?)\{([^{}]+)\}/g, (_, colon: string, name: string) => {
      const value = variables.find(([one]) => one === name)?.[1].default ?? '';
      return colon + (value === '' ? (colon === '' ? 'x' : '1') : value);
    });
    const address = this.#absolute(names.length > 0 ? filled : url);
    if (address === undefined) {
      const why = /^[a-z][a-z\d+.-]*:/i.test(filled)
        ? 'is no address of the web'
        : 'does not say on which computer';
      this.#faults.warning(
        place.at('url'),
        `'${bounded(url, 100)}' ${why}; expected such as https://api.example.com/v1`,
      );
      return undefined;
    }
    if (names.length === 0) return address;
    const whole = /^https?:/i.test(url)
      ? url
      : new URL(this.#base ?? address).origin + (url.startsWith('/') ? url : `/${url}`);
    return { url: trimmed(whole), ...description(server), variables: Object.fromEntries(variables) };
  }

  #variable(name: string, raw: unknown, place: Place) {
    const at = place.at('variables', name);
    const values = list(own(raw, 'enum')).map(String);
    const given = own(raw, 'default');
    const fallback = typeof given === 'string' ? given : typeof given === 'number' ? `${given}` : undefined;
    if (!isObject(raw))
      this.#faults.error(
        place.at('url'),
        `'{${name}}' is not declared among the variables; each connection must give it`,
      );
    else if (fallback === undefined)
      this.#faults.error(
        at,
        `expected a 'default', a text; ${values[0] === undefined ? 'each connection must give it' : `'${values[0]}' is taken`}`,
      );
    else if (values.length > 0 && !values.includes(fallback))
      this.#faults.error(at.at('default'), `'${fallback}' is not among the values of 'enum'`);
    return {
      default: fallback ?? values[0] ?? '',
      ...(values.length > 0 ? { enum: values } : {}),
      ...description(raw),
    };
  }

  #absolute(url: string): string | undefined {
    const parsed = URL.canParse(url, this.#base) ? new URL(url, this.#base) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return undefined;
    parsed.hash = '';
    parsed.search = '';
    return trimmed(parsed.href);
  }

  #keyFor(server: Raw, spec: ServerSpec): string {
    const url = typeof spec === 'string' ? spec : spec.url;
    const words = text(own(server, 'description'))?.trim().split(/\s+/) ?? [];
    const said = camelCase(text(own(server, 'name')) ?? (words.length <= 3 ? words.join(' ') : ''));
    const host = camelCase(
      url
        .replace(/^https?:\/\//, '')
        .split(/[/:]/)[0]
        ?.split('.')[0] ?? '',
    );
    const plain = (said.length <= 24 ? said : '') || host || 'server';
    let key = plain;
    for (let i = 2; key === 'api' || this.#servers.has(key); i++) key = `${plain}${i}`;
    return key;
  }
}

function trimmed(url: string): string {
  return url.replace(/[?#].*$/, '').replace(/\/+$/, '');
}

function description(raw: unknown): { description?: string } {
  const said = text(own(raw, 'description'));
  return said === undefined ? {} : { description: bounded(said, 400) };
}

/** The servers that a Swagger 2.0 document has in three members. */
export function swaggerServers(root: Raw): unknown[] {
  const host = text(root['host']);
  const basePath = text(root['basePath']) ?? '';
  if (host === undefined) return basePath === '' ? [] : [{ url: basePath }];
  const schemes = list(root['schemes']).filter((scheme) => scheme === 'https' || scheme === 'http');
  // Who offers both means the safe one; who says nothing means the one of today.
  const scheme = schemes.length === 0 || schemes.includes('https') ? 'https' : 'http';
  const path = basePath === '' || basePath.startsWith('/') ? basePath : `/${basePath}`;
  return [{ url: `${scheme}://${host.replace(/^https?:\/\//, '').replace(/\/+$/, '')}${path}` }];
}
