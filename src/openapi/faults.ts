import { LIMITS } from './limits.ts';

/** One thing that is wrong with a document. */
export interface Fault {
  /** `error`: the document breaks the rules of its specification. `warning`: something that we cannot honour. */
  severity: 'error' | 'warning';
  /** What is wrong, and what was done about it. */
  message: string;
  /** Both count from 1. */
  line?: number;
  col?: number;
  /** JSON pointer into the document. */
  pointer?: string;
  /** Such as `GET /users/{id}`. */
  operation?: string;
}

/** Where something stands in a document: a chain, so that a pointer is only written for what is at fault. */
export class Place {
  readonly up: Place | undefined;
  readonly key: string | number;
  readonly depth: number;

  private constructor(up: Place | undefined, key: string | number) {
    this.up = up;
    this.key = key;
    this.depth = up ? up.depth + 1 : 0;
  }

  static readonly root: Place = new Place(undefined, '');

  static of(pointer: string): Place {
    return partsOf(pointer).reduce((place, part) => place.at(part), Place.root);
  }

  at(...keys: (string | number)[]): Place {
    return keys.reduce<Place>((place, key) => new Place(place, key), this);
  }

  get parts(): string[] {
    const parts: string[] = [];
    const collect = (place: Place): void => {
      for (let here = place; here.up; here = here.up) parts.push(String(here.key));
    };
    collect(this);
    return parts.toReversed();
  }

  /** As a JSON pointer (RFC 6901). */
  toString(): string {
    return this.parts.map((part) => `/${escapePart(part)}`).join('');
  }
}

export function escapePart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Gathers faults. Where a reader has said what is wrong, and what was done, a later check says nothing more. */
export class Faults {
  readonly #byPointer = new Map<string, { fault: Fault; round: number }[]>();
  #count = 0;
  #more = 0;
  #round = 0;

  /** @param position where it stands, if that is not where its place is */
  error(place: Place, message: string, position?: Position): void {
    this.#add('error', place, message, position);
  }

  warning(place: Place, message: string): void {
    this.#add('warning', place, message);
  }

  /** Begins another look at the document: it adds to places that nothing was said of. */
  again(): void {
    this.#round += 1;
  }

  #add(severity: Fault['severity'], place: Place, message: string, position?: Position): void {
    const parts = place.parts;
    const pointer = parts.map((part) => `/${escapePart(part)}`).join('');
    const known = this.#byPointer.get(pointer) ?? [];
    const said = ({ fault, round }: (typeof known)[number]) =>
      fault.message === message || (pointer !== '' && round < this.#round);
    if (known.some(said)) return;
    if (this.#count >= LIMITS.faults) {
      this.#more += 1;
      return;
    }
    const [first, path, method] = parts;
    const operation =
      first === 'paths' && path !== undefined && METHODS.has(method ?? '')
        ? { operation: `${method?.toUpperCase()} ${path}` }
        : {};
    known.push({ fault: { severity, message, pointer, ...operation, ...position }, round: this.#round });
    this.#byPointer.set(pointer, known);
    this.#count += 1;
  }

  /** All of them, in the order of the document; `locate` finds lines for pointers. */
  list(locate: (pointers: readonly string[]) => Map<string, Position>): Fault[] {
    const positions = locate([...this.#byPointer.keys()]);
    const faults: Fault[] = [...this.#byPointer].flatMap(([pointer, said]) =>
      said.map(({ fault }) => ({ ...positions.get(pointer), ...fault })),
    );
    faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.col ?? 0) - (b.col ?? 0));
    if (this.#more > 0) {
      const message = `and ${this.#more} faults more: only the first ${LIMITS.faults} are listed`;
      faults.push({ severity: 'warning', message });
    }
    return faults;
  }
}

export interface Position {
  line: number;
  col: number;
}

export const METHODS: ReadonlySet<string> = new Set([
  'get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query',
]); // prettier-ignore

/** A fault in one line: `12:7 error GET /users: …`. */
export function faultLine({ severity, message, line, col, pointer, operation }: Fault): string {
  const where = line === undefined ? (pointer ?? '') : `${line}:${col}`;
  return [where, severity, `${operation ? `${operation}: ` : ''}${message}`].filter(Boolean).join(' ');
}
