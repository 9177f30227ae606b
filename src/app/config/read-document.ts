import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Node, Scalar, YAMLMap } from 'yaml';
import { isRecord, pathText, valueAt, type ConfigDocument, type Path, type Spot } from './document.ts';
import { problem, show } from './problem.ts';
import type { Finding, Position, Problem } from './problem.ts';
import { parseYaml } from './syntax.ts';
import type { Parsed } from './syntax.ts';
import { fillIn, onlyVariable } from './variables.ts';
import type { Variables } from './variables.ts';

/** See `readDocument` of `document.ts`. */
export function readDocument(
  text: string,
  file: string,
  variables: Variables,
  own: (path: Path) => string | undefined,
  asWritten: readonly string[] = [],
): ConfigDocument {
  const parsed = parseYaml(text, file);
  const walk = new Walk(parsed, file, variables, own, asWritten);
  const root = walk.node(parsed.document.contents, []);
  return {
    file,
    root,
    incomplete: parsed.problems.length > 0,
    problems: [...parsed.problems, ...walk.problems],
    unset: walk.unset,
    spot: (path) => walk.spots.get(JSON.stringify(path)),
    get: (path) => valueAt(root, path),
    set: (path, value) => {
      const parent = valueAt(root, path.slice(0, -1));
      const key = path.at(-1);
      if (parent && typeof parent === 'object' && key !== undefined) Object.assign(parent, { [key]: value });
    },
  };
}

// Aliases may multiply each other; a configuration needs few.
const MAX_ALIASES = 100;

type What = Pick<Finding, 'expected' | 'got' | 'example'>;

class Walk {
  readonly problems: Problem[] = [];
  readonly unset: { variable: string; where: string }[] = [];
  readonly spots = new Map<string, Spot>();
  readonly #parsed: Parsed;
  readonly #file: string;
  readonly #variables: Variables;
  readonly #own: (path: Path) => string | undefined;
  readonly #asWritten: readonly string[];
  readonly #open = new Set<Node>();
  #aliases = 0;

  constructor(
    parsed: Parsed,
    file: string,
    variables: Variables,
    own: (path: Path) => string | undefined,
    asWritten: readonly string[],
  ) {
    this.#parsed = parsed;
    this.#file = file;
    this.#variables = variables;
    this.#own = own;
    this.#asWritten = asWritten;
  }

  node(node: Node | null, path: Path): unknown {
    if (!node) return null;
    if (isAlias(node)) return this.#alias(node, path);
    if (isScalar(node)) return this.#scalar(node, path);
    this.#open.add(node);
    const value = isMap(node) ? this.#map(node, path, {}) : isSeq(node) ? this.#list(node.items, path) : null;
    this.#open.delete(node);
    return value;
  }

  #list(items: readonly unknown[], path: Path): unknown[] {
    return items.map((item, i) => {
      const at = this.#position(item);
      this.#remember([...path, i], { key: at, value: at });
      return this.node(isNode(item) ? item : null, [...path, i]);
    });
  }

  #map(map: YAMLMap, path: Path, into: Record<string, unknown>): Record<string, unknown> {
    for (const pair of map.items) {
      const key = isNode(pair.key) ? pair.key : null;
      const value = isNode(pair.value) ? pair.value : null;
      const at = this.#position(key);
      if (!isScalar(key) || key.value === null || key.value === '__proto__') {
        this.#note(at, path, { expected: 'the name of a setting', example: 'plan: pro' });
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : (key.source ?? show(key.value));
      const here = [...path, name];
      const before = this.spots.get(JSON.stringify(here));
      if (before) {
        this.#twice(name, here, at, before.key, isMap(value));
        // The two are read as one, so that mistakes in the second show as well.
        const first = into[name];
        if (isMap(value) && isRecord(first)) {
          this.#map(value, here, first);
        }
        continue;
      }
      this.#remember(here, { key: at, value: value?.range ? this.#position(value) : at });
      into[name] = this.node(value, here);
    }
    return into;
  }

  #alias(node: Node, path: Path): unknown {
    const target = isAlias(node) ? node.resolve(this.#parsed.document) : undefined;
    this.#aliases += 1;
    if (!target || this.#open.has(target) || this.#aliases > MAX_ALIASES) {
      const inItself = target && this.#open.has(target);
      const tooMany = inItself ? 'an alias that does not contain itself' : `at most ${MAX_ALIASES} aliases`;
      const expected = target ? tooMany : 'quotes around text that starts with *';
      this.#report(this.#position(node), path, { expected, example: '"*text"' });
      return null;
    }
    return this.node(target, path);
  }

  #scalar(node: Scalar, path: Path): unknown {
    const { value } = node;
    if (typeof value === 'string') return this.#string(node, value, path);
    if (value !== null && typeof value === 'object') {
      this.#report(this.#position(node), path, {
        expected: 'a plain value without a !! tag',
        example: '"text"',
      });
      return null;
    }
    return value;
  }

  #string(node: Scalar, source: string, path: Path): unknown {
    if (this.#asWritten.includes(String(path[0]))) return source;
    const { text, filled, missing, malformed } = fillIn(source, this.#variables);
    const spot = this.spots.get(JSON.stringify(path));
    if (filled && spot) spot.template = source;
    const only = onlyVariable(source);
    if (only && missing.length > 0 && this.#own(path) === only) {
      const { line, column } = this.#position(node);
      this.unset.push({ variable: only, where: `${this.#file}:${line}:${column}` });
      return null;
    }
    for (const name of missing) {
      this.#report(this.#find(node, `\${${name}`), path, {
        expected: `the environment variable ${name}`,
        got: 'nothing',
        example: `${name}=value in the environment, or "\${${name}:-value}" here`,
      });
    }
    for (const piece of malformed) {
      this.#report(this.#find(node, piece), path, {
        expected: '${NAME}, ${NAME:-default}, or $${ for the sign itself',
        example: '"${MY_VARIABLE}"',
      });
    }
    return text;
  }

  #twice(name: string, path: Path, at: Position, first: Position, isBlock: boolean): void {
    const example = isBlock
      ? `one ${name}: with all its settings below it`
      : `delete line ${first.line} or line ${at.line}`;
    const what = { expected: `one ${name}`, got: `a second one after line ${first.line}`, example };
    this.#note(at, path, what);
  }

  /** A problem after which the value at the path means nothing. */
  #report(position: Position, path: Path, what: What): void {
    const spot = this.spots.get(JSON.stringify(path));
    if (spot) spot.broken = true;
    this.#note(position, path, what);
  }

  #note(position: Position, path: Path, what: What): void {
    if (this.#parsed.isDoubtful(position.line)) return;
    this.problems.push(problem({ source: this.#file, position, path: pathText(path), ...what }));
  }

  #remember(path: Path, spot: Spot): void {
    const key = JSON.stringify(path);
    // What is a guess counts as reported already.
    const doubtful = this.#parsed.isDoubtful(spot.key.line) || this.#parsed.isDoubtful(spot.value.line);
    if (doubtful) spot.broken = true;
    if (!this.spots.has(key)) this.spots.set(key, spot);
  }

  #position(node: unknown): Position {
    const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
    return this.#parsed.positionOf(range?.[0] ?? 0);
  }

  /** Where a piece of a text stands, which may be below the line on which the text begins. */
  #find(node: Scalar, piece: string): Position {
    const [start = 0, end = 0] = node.range ?? [];
    const offset = this.#parsed.text.indexOf(piece, start);
    return this.#parsed.positionOf(offset >= 0 && offset < end ? offset : start);
  }
}
