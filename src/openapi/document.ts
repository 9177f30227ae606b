import { Faults, Place, type Fault, type Position } from './faults.ts';
import { walkJson, wantedOf } from './json-text.ts';
import { LIMITS } from './limits.ts';
import { doubled, readYaml } from './yaml-text.ts';

/** A document as it was read, with the way back to its text. */
export interface ReadDocument {
  value: unknown;
  format: 'json' | 'yaml';
  faults: Faults;
  locate(pointers: readonly string[]): Map<string, Position>;
}

/**
 * Reads a text as JSON, else as YAML (of which JSON is nearly a part).
 * @returns the document, or what is wrong with the text
 */
export function readDocument(given: string): ReadDocument | Fault[] {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given;
  if (text.length > LIMITS.text) {
    return [refusal(`the document has ${text.length} characters; at most ${LIMITS.text} are read`)];
  }
  if (text.trim() === '')
    return [refusal('the document is empty; expected an OpenAPI document in JSON or YAML')];
  const faults = new Faults();
  const json = parseJson(text);
  if ('value' in json) {
    const deepest = walkJson(text, {
      double: (path) => faults.error(Place.root.at(...path), doubled(path.at(-1) ?? '')),
    });
    if (deepest > LIMITS.depth) {
      faults.warning(
        Place.root,
        `the document is nested ${deepest} levels deep; what is below ${LIMITS.depth} is not read`,
      );
    }
    return { value: json.value, format: 'json', faults, locate: (pointers) => locateInJson(text, pointers) };
  }
  if (text.length > LIMITS.yaml) {
    return [
      refusal(
        `a document in YAML may have ${LIMITS.yaml} characters, this one has ${text.length}: convert it to JSON`,
      ),
    ];
  }
  const syntax: Fault[] = [];
  const yaml = readYaml(text, faults, (message, position) =>
    syntax.push({ severity: 'error', message, ...position }),
  );
  const meantAsJson = /^\s*[{[]/.test(text);
  if (!yaml) return meantAsJson && !/bomb|nested/.test(syntax[0]?.message ?? '') ? [json.fault] : syntax;
  if (typeof yaml.value !== 'object') {
    return meantAsJson
      ? [json.fault]
      : [refusal('this is plain text; expected an OpenAPI document in JSON or YAML')];
  }
  for (const { message, line = 1, col = 1 } of syntax) faults.error(Place.root, message, { line, col });
  return { ...yaml, format: 'yaml', faults };
}

function refusal(message: string): Fault {
  return { severity: 'error', message };
}

function parseJson(text: string): { value: unknown } | { fault: Fault } {
  if (!/^\s*[{["]/.test(text)) return { fault: refusal('this is not JSON') };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const { message } = error as SyntaxError;
    const at = /at position (\d+)/.exec(message)?.[1];
    const offset = at === undefined ? text.trimEnd().length : Number(at);
    // The engine's sentence quotes a piece of the text, which may be long.
    const what = message.replace(/ in JSON at position.*$/s, '').replace(/, ".*" is not valid JSON$/s, '');
    return {
      fault: { severity: 'error', message: `this is not JSON: ${what}`, ...positionIn(text, offset) },
    };
  }
}

function locateInJson(text: string, pointers: readonly string[]): Map<string, Position> {
  const found = offsetsIn(text, pointers);
  // Of what is missing, the place where it was expected.
  const missing = pointers.filter((pointer) => !found.has(pointer));
  if (missing.length > 0) {
    const above = offsetsIn(text, [...new Set(missing.flatMap(ancestors))]);
    for (const pointer of missing) {
      const offset = ancestors(pointer)
        .map((one) => above.get(one))
        .find((one) => one !== undefined);
      if (offset !== undefined) found.set(pointer, offset);
    }
  }
  const offsets = [...found];
  offsets.sort(([, a], [, b]) => a - b);
  const positions = new Map<string, Position>();
  let line = 1;
  let start = 0;
  for (const [pointer, offset] of offsets) {
    for (let end = text.indexOf('\n', start); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
      line += 1;
      start = end + 1;
    }
    positions.set(pointer, { line, col: offset - start + 1 });
  }
  return positions;
}

function offsetsIn(text: string, pointers: readonly string[]): Map<string, number> {
  const found = new Map<string, number>(pointers.includes('') ? [['', text.search(/\S/)]] : []);
  const wanted = wantedOf(pointers.filter((pointer) => pointer !== ''));
  if (wanted.below.size > 0)
    walkJson(text, { wanted, found: (pointer, offset) => found.set(pointer, offset) });
  return found;
}

/** The pointers above one, the nearest first. */
function ancestors(pointer: string): string[] {
  const parts = pointer.split('/');
  return parts.map((_, i) => parts.slice(0, parts.length - 1 - i).join('/')).slice(0, -1);
}

function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, col: offset - before.lastIndexOf('\n') };
}
