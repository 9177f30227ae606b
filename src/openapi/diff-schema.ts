import type { JsonSchemaValue } from './definition.ts';
import { isObject, same } from './pointer.ts';

/** Where a value flows: to the other system, where less may be taken, or from it, where more may come. */
export type Flow = 'in' | 'out';

/** One difference of two schemas. */
export interface SchemaChange {
  /** JSON pointer into the value that the schema is of; `/*` is any item or any further member. */
  at: string;
  message: string;
  breaking: boolean;
}

export type Defs = Readonly<Record<string, JsonSchemaValue>> | undefined;

/** How deep two schemas are compared; below that, a change is only told. */
const DEPTH = 40;
/** How many differences are told of one schema. */
const MOST = 200;

/** What a schema points to in the end; a reference that leads nowhere or in a circle allows anything. */
export function resolveSchema(schema: JsonSchemaValue | undefined, defs: Defs): Record<string, unknown> {
  let here = schema;
  for (let i = 0; i < 20; i++) {
    if (here === undefined || here === true) return {};
    if (here === false) return { not: {} };
    const { $ref, ...beside } = here;
    if (typeof $ref !== 'string') return here;
    const target = defs?.[defName($ref)];
    if (target === undefined) return beside;
    here = isObject(target) && Object.keys(beside).length > 0 ? { ...target, ...beside } : target;
  }
  return {};
}

/** Name of the definition that a reference such as `#/$defs/Order` leads to. */
export function defName(ref: string): string {
  return ref
    .replace(/^#\/\$defs\//, '')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

/** The types that a schema names; undefined for any. */
export function typesOf(schema: Record<string, unknown>): string[] | undefined {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((one): one is string => typeof one === 'string');
  if ('const' in schema) return [typeOf(schema['const'])];
  return undefined;
}

/** JSON Schema's name for the type of a value. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  // An integer that a number cannot hold arrives as such.
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

/** How two schemas of one value differ, and which of it breaks who uses them. */
export function diffSchemas(
  before: JsonSchemaValue | undefined,
  after: JsonSchemaValue | undefined,
  defs: { before: Defs; after: Defs },
  flow: Flow,
): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const seen = new Set<string>();
  const walk = (
    a: JsonSchemaValue | undefined,
    b: JsonSchemaValue | undefined,
    at: string,
    depth: number,
  ) => {
    if (changes.length >= MOST) return;
    const refs = `${refOf(a)}|${refOf(b)}`;
    if (refs !== '|') {
      // A pair of schemas that has been compared once says nothing new the second time; so cycles end, too.
      if (seen.has(refs)) return;
      seen.add(refs);
    }
    const [left, right] = [resolveSchema(a, defs.before), resolveSchema(b, defs.after)];
    if (refs === '|' && same(left, right) && !JSON.stringify(left)?.includes('"$ref"')) return;
    if (depth > DEPTH) return;
    const tell = (message: string, breaking: boolean, where = at): void =>
      void changes.push({ at: where, message, breaking });
    compareTypes(left, right, flow, tell);
    compareValues(left, right, flow, tell);
    compareBounds(left, right, flow, tell);
    compareMembers(left, right, flow, at, tell, (x, y, name) =>
      walk(
        x as JsonSchemaValue,
        y as JsonSchemaValue,
        `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        depth + 1,
      ),
    );
    if (left['items'] !== undefined || right['items'] !== undefined) {
      walk(left['items'] as JsonSchemaValue, right['items'] as JsonSchemaValue, `${at}/*`, depth + 1);
    }
    if (isObject(left['additionalProperties']) && isObject(right['additionalProperties'])) {
      walk(left['additionalProperties'], right['additionalProperties'], `${at}/*`, depth + 1);
    }
    compareChoices(left, right, flow, tell, (x, y) => walk(x, y, at, depth + 1));
  };
  walk(before, after, '', 0);
  return changes;
}

type Tell = (message: string, breaking: boolean, at?: string) => void;

function refOf(schema: JsonSchemaValue | undefined): string {
  return isObject(schema) && typeof schema['$ref'] === 'string' ? schema['$ref'] : '';
}

function compareTypes(a: Record<string, unknown>, b: Record<string, unknown>, flow: Flow, tell: Tell): void {
  const [left, right] = [typesOf(a), typesOf(b)];
  if (same(left?.toSorted(), right?.toSorted())) return;
  const gone = left === undefined ? right !== undefined : left.some((type) => !takes(right, type));
  const fresh = right === undefined ? left !== undefined : right.some((type) => !takes(left, type));
  if (!gone && !fresh) return;
  const words = `type was ${wordsOf(left)}, is ${wordsOf(right)}`;
  if (flow === 'in') tell(gone ? `${words}: values that were taken no longer are` : words, gone);
  else tell(fresh ? `${words}: the answer may be what nobody expects` : words, fresh);
}

function takes(types: readonly string[] | undefined, type: string): boolean {
  return types === undefined || types.includes(type) || (type === 'integer' && types.includes('number'));
}

function wordsOf(types: readonly string[] | undefined): string {
  return types === undefined ? 'anything' : types.join(' or ');
}

function compareValues(a: Record<string, unknown>, b: Record<string, unknown>, flow: Flow, tell: Tell): void {
  const [left, right] = [choicesOf(a), choicesOf(b)];
  if (left === undefined && right === undefined) return;
  const lost = left?.filter((one) => right !== undefined && !right.some((other) => same(one, other))) ?? [];
  const fresh = right?.filter((one) => left !== undefined && !left.some((other) => same(one, other))) ?? [];
  if (left === undefined)
    tell(`only ${list(right)} ${flow === 'in' ? 'are taken now' : 'come now'}`, flow === 'in');
  else if (right === undefined)
    tell(`any value ${flow === 'in' ? 'is taken' : 'may come'} now, not only ${list(left)}`, flow === 'out');
  else {
    if (lost.length > 0)
      tell(`${list(lost)} ${flow === 'in' ? 'is no longer taken' : 'no longer comes'}`, flow === 'in');
    if (fresh.length > 0) tell(`${list(fresh)} ${flow === 'in' ? 'is taken, too' : 'may come, too'}`, false);
  }
}

function choicesOf(schema: Record<string, unknown>): unknown[] | undefined {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : undefined;
}

function list(values: readonly unknown[] | undefined): string {
  const some = (values ?? []).slice(0, 6).map((value) => JSON.stringify(value));
  return (values?.length ?? 0) > 6 ? `${some.join(', ')}, …` : some.join(', ');
}

const LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const MOST_OF = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

function compareBounds(a: Record<string, unknown>, b: Record<string, unknown>, flow: Flow, tell: Tell): void {
  for (const word of [...LEAST, ...MOST_OF]) {
    const [left, right] = [a[word], b[word]];
    if (left === right) continue;
    const [x, y] = [Number(left ?? Number.NaN), Number(right ?? Number.NaN)];
    const tighter = left === undefined || (right !== undefined && (LEAST.includes(word) ? y > x : y < x));
    tell(`${word} was ${say(left)}, is ${say(right)}`, flow === 'in' && tighter);
  }
  for (const word of ['pattern', 'format']) {
    if (a[word] === b[word]) continue;
    tell(`${word} was ${say(a[word])}, is ${say(b[word])}`, flow === 'in' && b[word] !== undefined);
  }
}

function say(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

function compareMembers(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  flow: Flow,
  at: string,
  tell: Tell,
  walk: (a: unknown, b: unknown, name: string) => void,
): void {
  const [left, right] = [membersOf(a), membersOf(b)];
  const [must, mustNow] = [requiredOf(a), requiredOf(b)];
  const place = (name: string): string => `${at}/${name}`;
  for (const name of Object.keys(left)) {
    if (!Object.hasOwn(right, name)) {
      // An object that takes anything else still takes it; what is not named any more is not promised any more.
      const refused = flow === 'out' || b['additionalProperties'] === false;
      tell(
        flow === 'out' ? `${name} is no longer in the answer` : `${name} is no longer known`,
        refused,
        place(name),
      );
    } else walk(left[name], right[name], name);
  }
  for (const name of Object.keys(right)) {
    if (Object.hasOwn(left, name)) continue;
    if (flow === 'in' && mustNow.has(name)) tell(`${name} is new and required`, true, place(name));
    else tell(`${name} is new`, false, place(name));
  }
  for (const name of mustNow) {
    if (!must.has(name) && Object.hasOwn(left, name)) {
      tell(
        flow === 'in' ? `${name} is required now` : `${name} always comes now`,
        flow === 'in',
        place(name),
      );
    }
  }
  for (const name of must) {
    if (mustNow.has(name) || !Object.hasOwn(right, name)) continue;
    tell(
      flow === 'in' ? `${name} is no longer required` : `${name} may be missing now`,
      flow === 'out',
      place(name),
    );
  }
}

function membersOf(schema: Record<string, unknown>): Record<string, unknown> {
  return isObject(schema['properties']) ? schema['properties'] : {};
}

function requiredOf(schema: Record<string, unknown>): Set<string> {
  return new Set(Array.isArray(schema['required']) ? (schema['required'] as string[]) : []);
}

/** allOf, oneOf and anyOf: choices are compared in their order, as documents keep it. */
function compareChoices(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  flow: Flow,
  tell: Tell,
  walk: (a: JsonSchemaValue, b: JsonSchemaValue) => void,
): void {
  for (const word of ['allOf', 'oneOf', 'anyOf']) {
    const left = Array.isArray(a[word]) ? (a[word] as JsonSchemaValue[]) : [];
    const right = Array.isArray(b[word]) ? (b[word] as JsonSchemaValue[]) : [];
    for (const [i, one] of left.entries()) if (right[i] !== undefined) walk(one, right[i]);
    if (left.length === right.length) continue;
    const fewer = right.length < left.length;
    const narrower = word === 'allOf' ? !fewer : fewer;
    tell(`${word} has ${right.length} parts, had ${left.length}`, flow === 'in' ? narrower : !narrower);
  }
}
