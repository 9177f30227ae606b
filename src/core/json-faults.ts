import type { ErrorObject } from 'ajv/dist/2020.js';
import { type JsonSchema, reachable, refName, type SchemaTable } from './json-walk.ts';

/** One thing that is wrong with a value. */
export interface SchemaFault {
  path: (string | number)[];
  message: string;
  /** A member that the schema does not know, in place of a message. */
  unknown?: string;
}

/** More than this say nothing that the first ones do not. */
const MOST = 50;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address, such as ada@example.com',
  'date-time': 'a time, such as 2026-11-21T09:30:00Z',
  date: 'a date, such as 2026-11-21',
  time: 'a time of day, such as 09:30:00Z',
  duration: 'a duration, such as PT30M',
  uri: 'an address, such as https://example.com/page',
  url: 'an address, such as https://example.com/page',
  uuid: 'a UUID, such as 123e4567-e89b-12d3-a456-426614174000',
  ipv4: 'an IP address, such as 192.0.2.1',
  ipv6: 'an IPv6 address, such as 2001:db8::1',
  hostname: 'the name of a host, such as www.example.com',
  byte: 'base64',
};

/** An error behind a reference that was followed when a value got there, with what it said of itself. */
export type Followed = ErrorObject & {
  origin?: Pick<ErrorObject, 'schemaPath' | 'data' | 'schema'> & {
    parentSchema: ErrorObject['parentSchema'];
  };
};

/** What ajv (with its option `verbose`) found wrong, in our words; `defs` are the definitions of the schema. */
export function faultsOf(errors: readonly ErrorObject[], defs: SchemaTable): SchemaFault[] {
  const faults = new Map<string, SchemaFault>();
  const whole = errors.map(({ origin, ...error }: Followed) => ({ ...error, ...origin }) as ErrorObject);
  for (const error of worthShowing(whole, defs)) {
    const fault = faultOf(error, pathOf(error.instancePath));
    if (fault !== undefined) faults.set(JSON.stringify(fault), fault);
    if (faults.size >= MOST) break;
  }
  return [...faults.values()];
}

/**
 * Of alternatives (`anyOf`, `oneOf`), ajv lists what is wrong with each. Where one of them is what was meant, its errors
 * are shown; where none is, one sentence.
 */
function worthShowing(errors: readonly ErrorObject[], defs: SchemaTable): ErrorObject[] {
  let rest = [...errors];
  for (const choice of errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')) {
    if (!rest.includes(choice)) continue;
    const branches = branchesOf(choice, rest, defs);
    const inside = new Set(branches.flat());
    if (inside.size === 0) continue;
    const meant = meantOf(choice, branches);
    rest = rest.filter((error) => (inside.has(error) ? meant?.includes(error) : error !== choice || !meant));
    if (meant === undefined) choice.params = { ...choice.params, forms: formsOf([...inside], choice) };
  }
  return rest;
}

/** The errors of each alternative. */
function branchesOf(choice: ErrorObject, errors: readonly ErrorObject[], defs: SchemaTable): ErrorObject[][] {
  const forms = Array.isArray(choice.schema) ? (choice.schema as JsonSchema[]) : [];
  const needs = forms.map((form) => new Set(reachable(form, defs)));
  const branches = forms.map((): ErrorObject[] => []);
  for (const error of errors) {
    if (error === choice || !isWithin(error.instancePath, choice.instancePath)) continue;
    const written = error.schemaPath.startsWith(`${choice.schemaPath}/`)
      ? Number(error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0])
      : -1;
    // Behind a `$ref`, a schema path begins anew with the definition.
    const name = refName(error.schemaPath);
    const at = written >= 0 ? written : name === undefined ? -1 : needs.findIndex((set) => set.has(name));
    branches[at]?.push(error);
  }
  return branches;
}

/** The errors of the alternative whose type and constants fit, when there is exactly one. */
function meantOf(choice: ErrorObject, branches: readonly ErrorObject[][]): ErrorObject[] | undefined {
  const fitting = branches.filter(
    (errors) =>
      errors.length > 0 &&
      !errors.some(({ instancePath, keyword }) => {
        const depth = instancePath.slice(choice.instancePath.length).split('/').length - 1;
        if (keyword === 'type') return depth === 0;
        return (keyword === 'const' || keyword === 'enum') && depth <= 1;
      }),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}

/** What a value that fits no alternative may be, when that can be said in a few words. */
function formsOf(inside: readonly ErrorObject[], choice: ErrorObject): string | undefined {
  const here = inside.filter(({ instancePath }) => instancePath === choice.instancePath);
  const types = here.filter(({ keyword }) => keyword === 'type').flatMap(typesOf);
  const values = here.flatMap(({ keyword, params }) => {
    if (keyword === 'const') return [params['allowedValue'] as unknown];
    return keyword === 'enum' ? (params['allowedValues'] as unknown[]) : [];
  });
  if (values.length > 0) return `must be one of ${values.map(show).join(', ')}`;
  if (types.length === 0) return undefined;
  return `expected ${[...new Set(types)].join(' or ')}, received ${nameOf(choice.data)}`;
}

function faultOf(error: ErrorObject, path: (string | number)[]): SchemaFault | undefined {
  const { keyword } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case 'required':
      return { path: [...path, params['missingProperty'] as string], message: 'is required' };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = (params['additionalProperty'] ?? params['unevaluatedProperty']) as string;
      return { path, message: '', unknown: name };
    }
    case 'dependentRequired':
      return {
        path: [...path, params['missingProperty'] as string],
        message: `is required beside ${String(params['property'])}`,
      };
    case 'if':
      // What is wrong in the branch that counts is listed by itself.
      return undefined;
    default:
      return { path, message: sentence(keyword, params, error) };
  }
}

function sentence(keyword: string, params: Readonly<Record<string, unknown>>, error: ErrorObject): string {
  const limit = Number(params['limit']);
  switch (keyword) {
    case 'type':
      return `expected ${typesOf(error).join(' or ')}, received ${nameOf(error.data)}`;
    case 'wholeNumberText':
      return `expected ${typesOf(error).join(' or ')}, received text`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).map(show).join(', ')}`;
    case 'const':
      return `must be ${show(params['allowedValue'])}`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'multipleOf':
      return `must be a multiple of ${String(params['multipleOf'])}`;
    case 'minLength':
    case 'maxLength':
      return `must have at ${least(keyword)} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
    case 'minItems':
    case 'maxItems':
      return `must have at ${least(keyword)} ${limit} ${limit === 1 ? 'item' : 'items'}`;
    case 'minProperties':
    case 'maxProperties':
      return `must have at ${least(keyword)} ${limit} ${limit === 1 ? 'member' : 'members'}`;
    case 'uniqueItems':
      return `must not have an item twice (${String(params['j'])} and ${String(params['i'])}, counted from 0)`;
    case 'pattern':
      return `must fit the pattern ${String(params['pattern'])}`;
    case 'format':
      return `must be ${FORMATS[String(params['format'])] ?? `of the form '${String(params['format'])}'`}`;
    case 'propertyNames':
      return `must not have a member called '${String(params['propertyName'])}'`;
    case 'contains':
      return 'must have an item that its schema asks for';
    case 'unevaluatedItems':
    case 'items':
    case 'additionalItems':
      return `must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`;
    case 'not':
    case 'false schema':
      return 'must not be given in this form';
    case 'oneOf':
      return several(params) ?? 'must have exactly one of the forms that it may have';
    case 'anyOf':
      return several(params) ?? 'must have one of the forms that it may have';
    default:
      return error.message ?? `breaks the rule '${keyword}'`;
  }
}

function several(params: Readonly<Record<string, unknown>>): string | undefined {
  if (Array.isArray(params['passingSchemas']))
    return 'fits two forms of which only one may fit: give what tells them apart';
  return params['forms'] as string | undefined;
}

const least = (keyword: string) => (keyword.startsWith('min') ? 'least' : 'most');

function typesOf({ parentSchema = {} }: ErrorObject): string[] {
  const types = [parentSchema['type'] as string | string[]].flat();
  // Text was let in beside a number for its digits only.
  return types
    .filter((type) => type !== 'string' || parentSchema['wholeNumberText'] === undefined)
    .map((type) => TYPES[type] ?? type);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return String(value);
  return (
    { string: 'text', boolean: 'true or false', object: 'an object' }[typeof value as string] ?? 'nothing'
  );
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
