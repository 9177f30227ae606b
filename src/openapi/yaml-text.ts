import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, YAMLError } from 'yaml';
import { Place, type Faults, type Position } from './faults.ts';
import { LIMITS } from './limits.ts';
import { mendYaml } from './yaml-mend.ts';

export interface YamlText {
  value: unknown;
  locate(pointers: readonly string[]): Map<string, Position>;
}

/** Mistakes after which the rest of the tree is still what was meant. */
const LOCAL: ReadonlySet<string> = new Set(['BAD_DQ_ESCAPE', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS']);

/** Reads YAML, and says where each thing in it stands. Syntax faults go to `say`; undefined when it cannot be read. */
export function readYaml(
  text: string,
  faults: Faults,
  say: (message: string, position?: Position) => void,
): YamlText | undefined {
  let parsed: Parsed;
  try {
    parsed = parseMending(text, say);
  } catch (error) {
    say(readable(error));
    return undefined;
  }
  const { document, positionAt } = parsed;
  for (const error of document.errors.slice(0, 100)) say(sentence(error), positionAt(error.pos[0]));
  if (document.errors.some(({ code }) => !LOCAL.has(code))) return undefined;
  const expanded = checkTree(document, faults);
  if (expanded !== undefined) {
    say(expanded.message, positionAt(expanded.node.range?.[0] ?? 0));
    return undefined;
  }
  try {
    return {
      value: document.toJS({ maxAliasCount: LIMITS.aliases }) as unknown,
      locate: (pointers) =>
        new Map(
          pointers.flatMap((pointer) => {
            const offset = offsetOf(document, Place.of(pointer).parts);
            return offset === undefined ? [] : [[pointer, positionAt(offset)] as const];
          }),
        ),
    };
  } catch (error) {
    say(readable(error));
    return undefined;
  }
}

interface Parsed {
  document: Document.Parsed;
  positionAt: (offset: number) => Position;
}

/** Parses it; where that fails, without what fails, so that the good operations come in. */
function parseMending(text: string, say: (message: string, position?: Position) => void): Parsed {
  const first = parse(text);
  let { document, positionAt } = first;
  let source = text;
  const said: [message: string, position: Position][] = [];
  for (let round = 0; round < LIMITS.mends && text.length <= LIMITS.mended; round++) {
    const error = document.errors.find(({ code }) => !LOCAL.has(code));
    if (!error) break;
    const position = positionAt(error.pos[0]);
    const mended = mendYaml(source, position.line ?? 1);
    if (!mended) return first;
    said.push([sentence(error) + mended.said, position]);
    source = mended.text;
    ({ document, positionAt } = parse(source));
  }
  if (document.errors.some(({ code }) => !LOCAL.has(code))) return first;
  for (const [message, position] of said) say(message, position);
  return { document, positionAt };
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  // Doubles are looked for below: the parser compares every member with every other.
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    merge: true,
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), col: Math.max(col, 1) };
  };
  return { document, positionAt };
}

function readable(error: unknown): string {
  if (error instanceof RangeError)
    return `the document is nested too deeply: at most ${LIMITS.depth} levels are read`;
  const message = error instanceof Error ? error.message : String(error);
  if (!/alias/i.test(message)) return `this is not YAML that can be read: ${message}`;
  return `the aliases of this document grow beyond ${LIMITS.aliases} values (a "YAML bomb"); write a schema once and lead to it with $ref`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab stands at the start of the line; YAML is indented with spaces',
  MULTIPLE_DOCS: 'a second document begins here; a file has one, with no line `---` inside',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon stands on the line; put the text in quotes',
  BAD_INDENT: 'the line is indented otherwise than the lines that it belongs to, or a bracket is not closed',
};

function sentence(error: YAMLError): string {
  if (error.message.includes('call stack')) return readable(new RangeError());
  return SENTENCES[error.code] ?? `this is not YAML: ${error.message.split('\n')[0]}`;
}

/**
 * Looks for members that stand twice, and counts what the aliases would grow to.
 * @returns what makes the tree too large to be read
 */
function checkTree(document: Document.Parsed, faults: Faults): { message: string; node: Node } | undefined {
  const sizes = new Map<string, number>();
  const todo: [unknown, Place][] = [[document.contents, Place.root]];
  let aliased = 0;
  for (let next = todo.pop(); next; next = todo.pop()) {
    const [node, place] = next;
    if (isAlias(node)) {
      aliased += sizeOf(node, document, sizes, new Set());
      if (aliased === Infinity)
        return { message: `the alias *${node.source} stands inside what it names`, node };
      if (aliased > LIMITS.aliased) {
        return {
          message: `the aliases of this document stand for more than ${LIMITS.aliased} values (a "YAML bomb")`,
          node,
        };
      }
    } else if (isMap(node)) {
      const names = new Set<string>();
      for (const { key, value } of node.items) {
        const name = nameOf(key);
        if (names.has(name)) faults.error(place.at(name), doubled(name));
        names.add(name);
        if (value) todo.push([value, place.at(name)]);
      }
    } else if (isSeq(node)) {
      for (const [i, item] of node.items.entries()) todo.push([item, place.at(i)]);
    }
  }
  return undefined;
}

export function doubled(name: string): string {
  return `'${name}' stands twice here; the last one counts`;
}

/** How many values a node stands for, aliases in it included; endless for one that is in itself. */
function sizeOf(node: unknown, document: Document, sizes: Map<string, number>, open: Set<string>): number {
  if (isAlias(node)) {
    const known = sizes.get(node.source);
    if (known !== undefined) return known;
    if (open.has(node.source)) return Infinity;
    const size = sizeOf(node.resolve(document), document, sizes, new Set([...open, node.source]));
    sizes.set(node.source, size);
    return size;
  }
  if (isPair(node)) return sizeOf(node.value, document, sizes, open);
  if (!isMap(node) && !isSeq(node)) return 1;
  let size = 1;
  for (const item of node.items) {
    size += sizeOf(item, document, sizes, open);
    if (size > LIMITS.aliased) return size;
  }
  return size;
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** Where a pointer stands, or as much of it as is there. */
function offsetOf(document: Document.Parsed, parts: readonly string[]): number | undefined {
  let here: unknown = document.contents;
  let offset = isNode(here) ? here.range?.[0] : undefined;
  for (const part of parts) {
    if (isAlias(here)) here = here.resolve(document);
    if (isMap(here)) {
      const pair = here.items.findLast(({ key }) => nameOf(key) === part);
      if (!pair) break;
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      here = pair.value;
    } else if (isSeq(here)) {
      here = here.items[Number(part)];
      if (!isNode(here)) break;
      offset = here.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
