import { LIMITS } from './limits.ts';

/** What an operation is called by: nothing else of the document, so that names stay when it changes. */
export interface Called {
  method: string;
  path: string;
  operationId?: string | undefined;
}

export interface ActionName {
  area: string;
  name: string;
}

/** Parts of a path that say nothing about what is behind it. */
const PREFIX = /^(?:api|apis|rest|services?|v\d+(?:[._-]?\w+)*|\d{4}-\d{2}-\d{2}|latest)$/i;
/** Members that every object has, and `then`, which would make a promise of it. */
const TAKEN: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype).map(String),
  'then',
  'prototype',
]);

/**
 * The name of an action. `repos/list-for-user` and `repos.listForUser` say both parts; an id without parts is the name,
 * and the area is the first part of the path that means something; without an id, method and path are the name.
 */
export function actionName({ method, path, operationId }: Called): ActionName {
  const parts = (operationId ?? '').split(/[/.:#]+/).filter((part) => words(part).length > 0);
  const [first, ...rest] = parts;
  const steps = path.split(/[?#]/)[0]?.split('/').filter(Boolean) ?? [];
  const subject = steps.find(
    (step, i) => !step.includes('{') && !(PREFIX.test(step) && i < steps.length - 1),
  );
  const area = rest.length > 0 ? camelCase(first ?? '') : camelCase(subject ?? '');
  const name = camelCase((rest.length > 0 ? rest : parts).join(' '));
  return {
    area: safe(area || 'root', 'area'),
    name: safe(name || pathName(method, steps, subject) || `op${hash(`${method} ${path}`)}`, 'it'),
  };
}

/**
 * Names for all operations, each its own. Of those that would be called the same, the one whose path and method come
 * first in the alphabet keeps the name; the others have method and path added.
 * @param known names by `GET /path` that are to be kept, from an import before
 */
export function nameAll<T extends Called>(
  operations: readonly T[],
  known: Readonly<Record<string, string>> = {},
): Map<T, ActionName> {
  const names = new Map<T, ActionName>();
  const taken = new Set<string>();
  const take = (operation: T, { area, name }: ActionName): boolean => {
    // Names that differ in case only are the same on the command line of some, and in file names.
    const key = `${area}.${name}`.toLowerCase();
    if (taken.has(key)) return false;
    taken.add(key);
    names.set(operation, { area, name });
    return true;
  };
  const rest: T[] = [];
  for (const operation of operations) {
    const key = `${operation.method} ${operation.path}`;
    const [area, name] = Object.hasOwn(known, key) ? (known[key]?.split('.') ?? []) : [];
    if (!area || !name || !take(operation, { area, name })) rest.push(operation);
  }
  rest.sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  for (const operation of rest) {
    const called = actionName(operation);
    if (take(operation, called)) continue;
    const steps = operation.path.split('/').filter(Boolean);
    const longer = cut(`${called.name}${capital(pathName(operation.method, steps, undefined))}`);
    for (let i = 1; !take(operation, { ...called, name: i === 1 ? longer : `${longer}${i}` }); i++);
  }
  return names;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `getByIdItems` of GET /users/{id}/items, where `users` is the area. */
function pathName(method: string, steps: readonly string[], subject: string | undefined): string {
  const shown = subject === undefined ? steps : steps.slice(steps.indexOf(subject) + 1);
  const said = shown.flatMap((step) =>
    step
      .split(/(\{[^}]*\})/)
      .flatMap((part) => (part.startsWith('{') ? ['by', ...words(part)] : words(part))),
  );
  return camelCase([method.toLowerCase(), ...said].join(' '));
}

/** Letters that are not one of ASCII with a mark on it. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
};

/** Letters and digits of ASCII only: names are commands, and names of tools. */
function words(value: string): string[] {
  return value
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[ßæœøłđı]/gi, (letter) => LETTERS[letter.toLowerCase()] ?? '')
    .replaceAll(/['’]/g, '')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .filter(Boolean);
}

export function camelCase(value: string): string {
  return words(value)
    .map((word, i) => (i === 0 ? word.toLowerCase() : capital(word.toLowerCase())))
    .join('');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function safe(name: string, ending: string): string {
  const whole = cut(name);
  if (TAKEN.has(whole)) return `${whole}${capital(ending)}`;
  return /^\d/.test(whole) ? `n${whole}` : whole;
}

/** A long name, short and still its own. */
function cut(name: string): string {
  return name.length <= LIMITS.name ? name : `${name.slice(0, LIMITS.name - 6)}${hash(name)}`;
}

/** Six letters and digits that stand for a text (FNV-1a, 32 bits). */
function hash(value: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) sum = Math.imul(sum ^ value.charCodeAt(i), 0x01000193) >>> 0;
  return sum.toString(36).padStart(6, '0').slice(-6);
}

/** A title for people of a name for programs: `List pull requests` of `pulls/list-pull-requests`. */
export function titleOf(value: string): string {
  const last = value.split(/[/.:]/).findLast(Boolean) ?? value;
  const said = words(last)
    .map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
  return capital(said);
}

/** The id of a connector, of a title: small letters, digits and -. */
export function slug(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’]+/gu, '')
    .toLowerCase();
  const joined = plain.replaceAll(/[^a-z\d]+/g, '-').replace(/^[\d-]+/, '');
  return joined.slice(0, LIMITS.name).replace(/-+$/, '') || 'api';
}
