import { dependenciesOf, namesIn } from '../core/value-link.ts';
import type { Definition, JsonSchemaValue, OperationSpec } from './definition.ts';
import { resolveSchema, type Defs } from './diff-schema.ts';
import { inputsOf } from './inputs.ts';
import { operationsOf } from './overlay.ts';
import { isObject, partsOf } from './pointer.ts';

/** A link that cannot work. */
export interface LinkFault {
  action: string;
  /** JSON pointer of the input. */
  input: string;
  message: string;
}

/** What is wrong with the links of a definition: actions, inputs and members that there are not. */
export function linkFaults(definition: Definition): LinkFault[] {
  const all = operationsOf(definition);
  const operations = new Map(all.map(({ name, operation }) => [name, operation]));
  return all.flatMap(({ name, operation }) =>
    Object.entries(operation.links ?? {}).flatMap(([input, link]) => {
      const messages = [
        ...missingInput(operation, input, definition.$defs),
        ...('choices' in link ? [] : dynamicFaults(operation, link, operations, definition.$defs)),
      ];
      return messages.map((message) => ({ action: name, input, message }));
    }),
  );
}

type Dynamic = Extract<NonNullable<OperationSpec['links']>[string], { action: string }>;

function dynamicFaults(
  operation: OperationSpec,
  link: Dynamic,
  operations: ReadonlyMap<string, OperationSpec>,
  defs: Defs,
): string[] {
  const target = operations.get(link.action);
  if (!target) return [`it is linked to ${link.action}, which there is not`];
  if (
    target.effect === 'write' ||
    target.effect === 'destroy' ||
    !['GET', 'HEAD', 'POST', 'QUERY'].includes(target.method)
  ) {
    return [`it is linked to ${link.action}, which changes something: a list is read`];
  }
  const inputs = propertiesOf(target, defs);
  const faults = [...Object.keys(link.input), ...(link.search === undefined ? [] : [link.search])]
    .filter((name) => !Object.hasOwn(inputs, name))
    .map((name) => `${link.action} has no input ${name}`);
  const mine = propertiesOf(operation, defs);
  for (const name of dependenciesOf({ ...link, input: link.input })) {
    if (!Object.hasOwn(mine, name)) faults.push(`the list depends on {${name}}, which is no input`);
  }
  return [...faults, ...placeFaults(link, target, defs)];
}

/** Pointers into the answer of the linked action, as far as it is known. */
function placeFaults(link: Dynamic, target: OperationSpec, defs: Defs): string[] {
  // Without a word, the one list in the answer is taken, and which that is shows when it comes.
  if (link.items === undefined && !target.pages && !saysList(target.output, defs)) return [];
  const itemsAt =
    link.items ?? (target.pages ? `/${target.pages.items.split('.').filter(Boolean).join('/')}` : '');
  const list = schemaAt(target.output, itemsAt === '/' ? '' : itemsAt, defs);
  if (list === undefined) return [`the answer of ${link.action} has no ${itemsAt}`];
  if (list === 'unknown') return [];
  const { type, items } = list;
  if (type !== undefined && type !== 'array' && !(Array.isArray(type) && type.includes('array'))) {
    return [
      `${itemsAt === '' ? 'the answer' : itemsAt} of ${link.action} is no list: give the place of the list as items`,
    ];
  }
  if (items === undefined) return [];
  const faults: string[] = [];
  if (schemaAt(items as JsonSchemaValue, link.value, defs) === undefined) {
    faults.push(`an item of ${link.action} has no ${link.value}`);
  }
  for (const name of namesIn(link.label ?? '')) {
    const at = `/${name.replace(/^\//, '').replaceAll('.', '/')}`;
    if (schemaAt(items as JsonSchemaValue, at, defs) === undefined)
      faults.push(`an item of ${link.action} has no ${at}, which the label names`);
  }
  return faults;
}

function saysList(output: JsonSchemaValue, defs: Defs): boolean {
  return resolveSchema(output, defs)['type'] === 'array';
}

function missingInput(operation: OperationSpec, input: string, defs: Defs): string[] {
  const { schema } = inputsOf(operation, defs ?? {});
  // Items of lists are linked all alike.
  const found = schemaAt(schema, input.replaceAll('/*', '/0'), defs);
  return found === undefined ? [`there is no input ${input}`] : [];
}

function propertiesOf(operation: OperationSpec, defs: Defs): Record<string, unknown> {
  const { schema } = inputsOf(operation, defs ?? {});
  return isObject(schema['properties']) ? schema['properties'] : {};
}

/** The schema of a place in a value; `unknown` when the schema does not say, undefined when there is no such place. */
function schemaAt(
  root: JsonSchemaValue,
  pointer: string,
  defs: Defs,
): Record<string, unknown> | 'unknown' | undefined {
  let here = resolveSchema(root, defs);
  for (const part of partsOf(pointer)) {
    if (['allOf', 'oneOf', 'anyOf'].some((word) => word in here)) return 'unknown';
    const { properties, additionalProperties: rest, items } = here;
    let next: unknown;
    if (isObject(properties) && Object.hasOwn(properties, part)) next = properties[part];
    else if (items !== undefined && /^\d+$/.test(part)) next = items;
    else if (isObject(rest)) next = rest;
    else if (properties === undefined && items === undefined) return 'unknown';
    if (next === undefined) return undefined;
    here = resolveSchema(next as JsonSchemaValue, defs);
  }
  return here;
}
