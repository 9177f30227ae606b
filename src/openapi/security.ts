import type { AuthSpec } from './definition-auth.ts';
import { type Faults, type Place } from './faults.ts';
import { camelCase } from './naming.ts';
import { isObject, list, members, own, text } from './raw-value.ts';
import type { References } from './references.ts';
import { readScheme, type Way } from './security-schemes.ts';

type Single = Exclude<AuthSpec, { kind: 'all' }>;

/** What an operation needs: any one of the ways by name, and the scopes that they need. */
export interface Needs {
  auth: string[];
  scopes: string[];
}

/** Security schemes and requirements, as ways to sign in. */
export class Security {
  readonly #faults: Faults;
  readonly #schemes: Place;
  readonly #ways = new Map<string, Way[]>();
  readonly #auths = new Map<string, AuthSpec>();
  readonly #scopes = new Map<string, Set<string>>();
  readonly #whole: Needs | undefined;
  readonly #used = new Map<string, number>();

  constructor(
    schemes: unknown,
    requirements: unknown,
    places: { schemes: Place; requirements: Place },
    refs: References,
    faults: Faults,
  ) {
    this.#faults = faults;
    this.#schemes = places.schemes;
    const credentials = new Set<string>();
    for (const [name, raw] of members(schemes)) {
      const scheme = refs.object(raw, places.schemes.at(name), 'a security scheme');
      if (scheme) this.#ways.set(name, readScheme(name, scheme.value, scheme.place, credentials, faults));
    }
    this.#whole = Array.isArray(requirements) ? this.#read(requirements, places.requirements) : undefined;
  }

  /** What an operation needs; undefined when it is what the whole document needs. */
  of(requirements: unknown, place: Place): Partial<Needs> {
    if (!Array.isArray(requirements)) {
      for (const name of this.#whole?.auth ?? []) this.#count(name);
      return { scopes: this.#whole?.scopes ?? [] };
    }
    const needs = this.#read(requirements, place);
    if (needs === undefined) return {};
    for (const name of needs.auth) this.#count(name);
    const same = this.#whole !== undefined && this.#whole.auth.join() === needs.auth.join();
    return same ? { scopes: needs.scopes } : needs;
  }

  /** The way of the connector itself, and all ways by name. */
  finish(): { auth: AuthSpec; auths: Record<string, AuthSpec> } {
    for (const [name, ways] of this.#ways) {
      // A scheme that nothing demands can be chosen all the same.
      for (const way of ways) if (way.spec) this.#auths.set(way.name, way.spec);
      const scopes = this.#scopes.get(name);
      if (!scopes?.size) continue;
      for (const { spec } of ways) {
        if (spec?.kind !== 'oauth2') continue;
        const known = new Set(spec.scopes);
        spec.scopes = [...scopes].filter((scope) => known.size === 0 || known.has(scope));
      }
    }
    const demanded = this.#whole?.auth.find((name) => name !== 'none') ?? this.#most();
    const first =
      demanded ??
      (this.#whole === undefined && this.#used.size === 0 ? [...this.#auths.keys()][0] : undefined);
    return {
      auth: (first === undefined ? undefined : this.#auths.get(first)) ?? { kind: 'none' },
      auths: Object.fromEntries(this.#auths),
    };
  }

  #count(name: string): void {
    this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
  }

  #most(): string | undefined {
    const [most] = [...this.#used].filter(([name]) => name !== 'none').toSorted(([, a], [, b]) => b - a);
    return most?.[0];
  }

  /** Any one of the alternatives will do; undefined when we can do none of them. */
  #read(requirements: readonly unknown[], place: Place): Needs | undefined {
    const auth = new Set<string>();
    const scopes = new Set<string>();
    let optional = false;
    for (const [i, alternative] of requirements.entries()) {
      const at = place.at(i);
      if (!isObject(alternative))
        this.#faults.error(at, 'expected names of security schemes, each with its scopes');
      else if (Object.keys(alternative).length === 0) optional = true;
      else for (const name of this.#alternative(alternative, at, scopes)) auth.add(name);
    }
    if (auth.size === 0 && requirements.length > 0 && !optional) return undefined;
    if (optional && auth.size > 0) {
      this.#auths.set('none', { kind: 'none' });
      auth.add('none');
    }
    return { auth: [...auth], scopes: [...scopes] };
  }

  /** Names of the ways that prove everything which an alternative demands at once. */
  #alternative(demands: object, place: Place, scopes: Set<string>): string[] {
    let combinations: Way[][] = [[]];
    const wantedScopes: string[] = [];
    for (const [name, wanted] of Object.entries(demands)) {
      const ways = this.#ways.get(name);
      if (!ways) {
        this.#faults.error(
          place.at(name),
          `there is no security scheme '${name}'; this way to sign in is left out`,
        );
        return [];
      }
      const usable = ways.filter((way) => way.spec !== undefined);
      if (usable.length === 0) return [];
      for (const scope of list(wanted)) if (text(scope) !== undefined) wantedScopes.push(scope as string);
      if (usable.some(({ spec }) => spec?.kind === 'oauth2')) {
        const all = this.#scopes.get(name) ?? new Set();
        for (const scope of list(wanted)) if (text(scope) !== undefined) all.add(scope as string);
        this.#scopes.set(name, all);
      }
      combinations = combinations.flatMap((before) => usable.map((way) => [...before, way])).slice(0, 8);
    }
    for (const scope of wantedScopes) scopes.add(scope);
    return combinations.flatMap((ways) => {
      const places = ways.map(({ spec }) => targetOf(spec));
      if (new Set(places).size === ways.length) return [this.#combine(ways)];
      // Two proofs at one place: only one of them can have been meant.
      this.#faults.warning(
        this.#schemes.at(Object.keys(demands).at(-1) ?? ''),
        `two ways to sign in are demanded together that both use ${places.at(-1)}; either is taken`,
      );
      return ways.map((way) => this.#combine([way]));
    });
  }

  #combine(ways: readonly Way[]): string {
    const [first, ...rest] = ways;
    const name =
      rest.length === 0 ? (first?.name ?? 'none') : camelCase(ways.map((way) => way.name).join(' and '));
    if (!this.#auths.has(name)) {
      const of = ways.flatMap(({ spec }) => (spec ? [spec] : []));
      const spec: AuthSpec | undefined = rest.length === 0 ? of[0] : { kind: 'all', of: of };
      if (spec) this.#auths.set(name, spec);
    }
    return name;
  }
}

/** Where a proof is put. */
function targetOf(spec: Single | undefined): string {
  if (spec?.kind === 'api-key')
    return `${spec.in} ${spec.in === 'header' ? spec.name.toLowerCase() : spec.name}`;
  return 'header authorization';
}

/** The security schemes of a document of any version. */
export function schemesOf(root: unknown): unknown {
  return own(own(root, 'components'), 'securitySchemes') ?? own(root, 'securityDefinitions');
}
