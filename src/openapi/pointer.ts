/**
 * JSON pointers (RFC 6901) into definitions. An element of a list of parameters or contents is also found by what it is
 * called, such as `/parameters/query:limit/value` or `/body/contents/application~1json/schema`: its place in the list
 * changes with the next import, its name does not.
 */

export type Json = unknown;
type JsonObject = Record<string, unknown>;

/** The parts of a pointer; an empty pointer has none. */
export function partsOf(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A pointer of parts. */
export function pointerOf(parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value at a pointer; undefined when there is none. */
export function valueAt(value: Json, pointer: string): Json {
  let here = value;
  for (const part of partsOf(pointer)) {
    if (Array.isArray(here)) {
      const index = indexIn(here, part);
      here = index === undefined ? undefined : (here[index] as Json);
    } else here = isObject(here) && Object.hasOwn(here, part) ? here[part] : undefined;
    if (here === undefined) return undefined;
  }
  return here;
}

/**
 * Sets the value at a pointer, in place. `-` appends to a list. A missing object on the way is made; a missing element of
 * a list is not.
 * @returns why it cannot be done; undefined when it was done
 */
export function setAt(root: Json, pointer: string, value: Json): string | undefined {
  const parts = partsOf(pointer);
  const last = parts.pop();
  if (last === undefined) return 'an edit needs a place, such as /title';
  if (unsafe(parts) || unsafe([last])) return `${pointer} is no place in a definition`;
  let here = root;
  for (const [i, part] of parts.entries()) {
    const next = step(here, part);
    if (next === undefined) {
      if (!isObject(here)) return missing(parts.slice(0, i + 1));
      here = here[part] = {};
    } else here = next;
  }
  if (Array.isArray(here)) return setElement(here, last, value, pointer);
  if (!isObject(here)) return `${pointerOf(parts) || 'the whole'} is not an object`;
  here[last] = value;
  return undefined;
}

/**
 * Removes what is at a pointer, in place.
 * @returns why it cannot be done; undefined when it was done
 */
export function removeAt(root: Json, pointer: string): string | undefined {
  const parts = partsOf(pointer);
  const last = parts.pop();
  if (last === undefined) return 'an edit needs a place, such as /description';
  const here = valueAt(root, pointerOf(parts));
  if (Array.isArray(here)) {
    const index = indexIn(here, last);
    if (index === undefined) return missing([...parts, last]);
    here.splice(index, 1);
    return undefined;
  }
  if (!isObject(here) || !Object.hasOwn(here, last)) return missing([...parts, last]);
  // oxlint-disable-next-line typescript/no-dynamic-delete -- a plain document, whose members nobody knows beforehand
  delete here[last];
  return undefined;
}

/** The same place, with the elements of lists by their names where they have any. */
export function stable(root: Json, pointer: string): string {
  let here = root;
  const out: string[] = [];
  for (const part of partsOf(pointer)) {
    if (Array.isArray(here)) {
      const index = indexIn(here, part);
      const element = index === undefined ? undefined : (here[index] as Json);
      out.push((element !== undefined && nameOf(element)) || part);
      here = element;
    } else {
      out.push(part);
      here = isObject(here) ? here[part] : undefined;
    }
  }
  return pointerOf(out);
}

/** What an element of a list is called: `query:limit` of a parameter, the type of a content. */
export function nameOf(element: Json): string | undefined {
  if (!isObject(element)) return undefined;
  const { name, in: place, type } = element;
  if (typeof name === 'string' && typeof place === 'string') return `${place}:${name}`;
  return typeof type === 'string' && type.includes('/') ? type : undefined;
}

function step(here: Json, part: string): Json {
  if (Array.isArray(here)) {
    const index = indexIn(here, part);
    return index === undefined ? undefined : (here[index] as Json);
  }
  return isObject(here) && Object.hasOwn(here, part) ? here[part] : undefined;
}

function setElement(list: Json[], part: string, value: Json, pointer: string): string | undefined {
  const index = indexIn(list, part);
  if (index !== undefined) list[index] = value;
  else if (part === '-' || nameOf(value) === part) list.push(value);
  else if (!/^\d+$/.test(part) && isObject(value)) {
    return `${pointer} says another name than the value, which is ${nameOf(value) ?? 'without one'}`;
  } else return missing(partsOf(pointer));
  return undefined;
}

function indexIn(list: readonly Json[], part: string): number | undefined {
  if (/^(?:0|[1-9]\d{0,6})$/.test(part)) return Number(part) < list.length ? Number(part) : undefined;
  const index = list.findIndex((element) => nameOf(element) === part);
  return index === -1 ? undefined : index;
}

function missing(parts: readonly string[]): string {
  return `there is no ${pointerOf(parts)} any more`;
}

// Such a member would reach the prototype of every object.
function unsafe(parts: readonly string[]): boolean {
  return parts.includes('__proto__');
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two JSON values say the same, whatever the order of their members. */
export function same(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => same(one, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  return (
    keys.length === Object.keys(b).filter((key) => b[key] !== undefined).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}
