import { Place, type Faults } from './faults.ts';
import { isObject, type Raw } from './raw-value.ts';

/** What a reference leads to, and where that stands. */
export interface Found {
  value: unknown;
  place: Place;
}

/** Follows `$ref` inside one document, when it is asked for: nothing is copied, and cycles stay cycles. */
export class References {
  readonly root: unknown;
  readonly #faults: Faults;
  readonly #known = new Map<string, Found | string>();
  #anchors: Map<string, Found> | undefined;

  constructor(root: unknown, faults: Faults) {
    this.root = root;
    this.#faults = faults;
  }

  /** What a reference leads to; else why it leads nowhere. */
  resolve(ref: string): Found | string {
    let found = this.#known.get(ref);
    if (found === undefined) this.#known.set(ref, (found = this.#find(ref)));
    return found;
  }

  /**
   * The object that stands here or that references from here lead to; the fault is recorded when there is none. What
   * stands beside a `$ref` counts before what it leads to, as OpenAPI 3.1 has it for `summary` and `description`.
   */
  object(value: unknown, place: Place, what: string): { value: Raw; place: Place } | undefined {
    const path: string[] = [];
    let here = value;
    let at = place;
    let beside: Raw = {};
    while (isObject(here) && typeof here['$ref'] === 'string') {
      const { $ref, ...more } = here;
      const found = this.resolve($ref);
      const endless = path.includes($ref);
      if (typeof found === 'string' || endless) {
        this.#faults.error(at.at('$ref'), endless ? `'${$ref}' leads round in a circle` : (found as string));
        return undefined;
      }
      path.push($ref);
      beside = { ...more, ...beside };
      here = found.value;
      at = found.place;
    }
    if (!isObject(here)) {
      this.#faults.error(at, `expected ${what}, an object`);
      return undefined;
    }
    return { value: path.length > 0 ? { ...here, ...beside } : here, place: at };
  }

  #find(ref: string): Found | string {
    if (!ref.startsWith('#')) {
      return ref === ''
        ? 'the reference is empty'
        : `'${ref}' leads out of the document; references to files and addresses are not followed: put everything into one document first`;
    }
    const fragment = decoded(ref.slice(1));
    if (fragment !== '' && !fragment.startsWith('/')) {
      return this.#anchor(fragment) ?? `'${ref}' leads nowhere: there is no $anchor of that name`;
    }
    let here = this.root;
    let place = Place.root;
    for (const raw of fragment.split('/').slice(1)) {
      const part = raw.replaceAll('~1', '/').replaceAll('~0', '~');
      const isThere = typeof here === 'object' && here !== null && Object.hasOwn(here, part);
      if (!isThere) {
        const where = place === Place.root ? 'the document' : place.toString();
        return `'${ref}' leads nowhere: ${where} has no '${part}'${this.#similar(here, part)}`;
      }
      here = (here as Raw)[part];
      place = place.at(part);
    }
    return { value: here, place };
  }

  /** A name that differs in case only: the usual slip. */
  #similar(value: unknown, part: string): string {
    if (!isObject(value)) return '';
    const like = Object.keys(value).find((key) => key.toLowerCase() === part.toLowerCase());
    return like === undefined ? '' : `, but it has '${like}'`;
  }

  #anchor(name: string): Found | undefined {
    if (!this.#anchors) {
      this.#anchors = new Map();
      const todo: Found[] = [{ value: this.root, place: Place.root }];
      const seen = new Set<unknown>();
      for (let next = todo.pop(); next; next = todo.pop()) {
        if (typeof next.value !== 'object' || next.value === null || seen.has(next.value)) continue;
        seen.add(next.value);
        for (const key of ['$anchor', '$dynamicAnchor']) {
          const anchor = (next.value as Raw)[key];
          if (typeof anchor === 'string') this.#anchors.set(anchor, next);
        }
        for (const [key, value] of Object.entries(next.value))
          todo.push({ value, place: next.place.at(key) });
      }
    }
    return this.#anchors.get(name);
  }
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
