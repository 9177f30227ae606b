import { Place, type Faults } from './faults.ts';
import { LIMITS } from './limits.ts';
import { isObject, kindOf, type Raw } from './raw-value.ts';
import type { References } from './references.ts';
import { cleanKeywords } from './schema-keywords.ts';
import type { Dialect } from './schemas.ts';
import { OPENAPI_3, SWAGGER_2, type Table } from './structure-tables.ts';

/**
 * Holds a whole document against its specification: members of the wrong kind, members that are missing, names that are
 * not known, references that lead nowhere, also where no operation leads. Takes one step for each value, however deep.
 */
export function checkStructure(root: unknown, dialect: Dialect, refs: References, faults: Faults): void {
  const table = dialect === '2.0' ? SWAGGER_2 : OPENAPI_3;
  const seen = new Set<unknown>();
  const todo: Step[] = [{ value: root, kind: 'Document', place: Place.root }];
  for (let step = todo.pop(); step; step = todo.pop()) {
    const { value, kind, place } = step;
    if (place.depth > LIMITS.depth) continue;
    if (kind === 'Schema' && (typeof value === 'boolean' || Array.isArray(value))) {
      if (Array.isArray(value))
        for (const [i, one] of value.entries()) todo.push({ value: one, kind, place: place.at(i) });
      continue;
    }
    if (!isObject(value)) {
      faults.error(place, `expected ${NAMES[kind] ?? 'an object'}, an object, but this is ${kindOf(value)}`);
      continue;
    }
    // Aliases of YAML are one value at several places; once is enough.
    if (seen.has(value)) continue;
    seen.add(value);
    if (kind !== 'Document' && typeof value['$ref'] === 'string') {
      const found = refs.resolve(value['$ref']);
      if (typeof found === 'string') faults.error(place.at('$ref'), found);
      if (kind !== 'Schema' && kind !== 'PathItem') continue;
    }
    check(value, kind, place, table, faults, todo);
    // What an operation leads to was held against this already, at the same places.
    if (kind === 'Schema') cleanKeywords(value, place, faults, dialect);
  }
}

interface Step {
  value: unknown;
  kind: string;
  place: Place;
}

const STATUS = /^(?:[1-5](?:\d\d|XX)|default)$/i;

const NAMES: Readonly<Record<string, string>> = {
  Info: 'what the API is called',
  Server: 'a server',
  PathItem: 'a path item',
  Operation: 'an operation',
  Parameter: 'a parameter',
  RequestBody: 'a request body',
  Responses: 'answers by status',
  Response: 'an answer',
  MediaType: 'a media type',
  Header: 'a header',
  Schema: 'a schema',
};

function check(value: Raw, kind: string, place: Place, table: Table, faults: Faults, todo: Step[]): void {
  const members = table[kind];
  if (!members) return;
  const rest = members['*'];
  for (const [key, member] of Object.entries(value)) {
    if (key.startsWith('x-')) continue;
    if (kind === 'Responses' && !STATUS.test(key)) {
      faults.error(place.at(key), `'${key}' is no status; expected such as 200, 2XX or default`);
    }
    const rule = Object.hasOwn(members, key) ? members[key] : rest;
    if (rule === undefined) unknown(key, kind, place, members, faults);
    else if (member !== null || kind !== 'Schema')
      hold(member, rule.replace('!', ''), place.at(key), faults, todo);
  }
  for (const key in members) {
    if (members[key]?.endsWith('!') && !Object.hasOwn(value, key)) {
      faults.error(place, `expected '${key}' in ${NAMES[kind] ?? 'the document'}`);
    }
  }
}

function hold(value: unknown, rule: string, place: Place, faults: Faults, todo: Step[]): void {
  switch (rule) {
    case 'any':
      return;
    case 'text':
      if (typeof value !== 'string') faults.error(place, `expected a text, but this is ${kindOf(value)}`);
      return;
    case 'flag':
      if (typeof value !== 'boolean')
        faults.error(place, `expected true or false, but this is ${kindOf(value)}`);
      return;
    case 'list':
      if (!Array.isArray(value)) faults.error(place, `expected a list, but this is ${kindOf(value)}`);
      return;
    case 'object':
      if (!isObject(value)) faults.error(place, `expected an object, but this is ${kindOf(value)}`);
      return;
  }
  const kind = rule.replaceAll(/[[\]{}]/g, '');
  if (rule.startsWith('[')) {
    if (!Array.isArray(value)) faults.error(place, `expected a list, but this is ${kindOf(value)}`);
    else if (kind !== 'object')
      for (const [i, one] of value.entries()) todo.push({ value: one, kind, place: place.at(i) });
  } else if (rule.startsWith('{')) {
    if (!isObject(value)) faults.error(place, `expected an object, but this is ${kindOf(value)}`);
    else if (kind !== 'object')
      for (const [name, one] of Object.entries(value))
        if (!name.startsWith('x-') || kind === 'Schema')
          todo.push({ value: one, kind, place: place.at(name) });
  } else todo.push({ value, kind, place });
}

function unknown(
  key: string,
  kind: string,
  place: Place,
  members: Readonly<Record<string, string>>,
  faults: Faults,
): void {
  const near = Object.keys(members).find((name) => isNear(key, name));
  // JSON Schema lets everyone have own keywords: only what looks like a slip is one.
  if (kind === 'Schema' && near === undefined) return;
  const meant = near === undefined ? '' : `; '${near}' was meant?`;
  faults.warning(
    place.at(key),
    `'${key}' is not known in ${NAMES[kind] ?? 'the document'} and is ignored${meant}`,
  );
}

/** Whether two names differ in case, or in one letter more, less or other. */
function isNear(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x === y) return true;
  if (Math.min(x.length, y.length) < 5 || Math.abs(x.length - y.length) > 1) return false;
  let i = 0;
  while (i < x.length && x[i] === y[i]) i += 1;
  const [restX, restY] = [x.slice(i), y.slice(i)];
  const swapped =
    restX.slice(0, 2) === `${restY[1] ?? ''}${restY[0] ?? ''}` && restX.slice(2) === restY.slice(2);
  return restX.slice(1) === restY.slice(1) || restX === restY.slice(1) || restX.slice(1) === restY || swapped;
}
