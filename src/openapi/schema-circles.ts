import type { JsonSchemaValue } from './definition.ts';
import { Place, type Faults } from './faults.ts';
import { isObject, list } from './raw-value.ts';

const SELVES = ['allOf', 'anyOf', 'oneOf'];

/**
 * Loosens schemas that are themselves before they are anything: `A: { $ref: A }`, or A all of B and B all of A. A check
 * would go round in them for ever. A schema with itself in a member or an item is no such circle.
 */
export function breakCircles(
  defs: Readonly<Record<string, JsonSchemaValue>>,
  places: ReadonlyMap<string, Place>,
  faults: Faults,
): Record<string, JsonSchemaValue> {
  const state = new Map<string, 'open' | 'done'>();
  const broken = new Set<string>();
  for (const start of Object.keys(defs)) {
    const path: { name: string; next: string[] }[] = [];
    const enter = (name: string): void => {
      state.set(name, 'open');
      path.push({ name, next: selves(defs[name] ?? {}) });
    };
    if (!state.has(start)) enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.next.pop();
      if (next === undefined) {
        state.set(top.name, 'done');
        path.pop();
      } else if (state.get(next) === 'open') broken.add(next);
      else if (!state.has(next) && Object.hasOwn(defs, next)) enter(next);
    }
  }
  if (broken.size === 0) return { ...defs };
  for (const name of broken) {
    faults.error(
      places.get(name) ?? Place.root,
      `the schema '${name}' is made of itself: no value can be checked against it; any value is accepted`,
    );
  }
  return Object.fromEntries(
    Object.entries(defs).map(([name, schema]) => [name, broken.has(name) ? {} : schema]),
  );
}

/** Names of the schemas that a value must satisfy together with this one. */
function selves(schema: JsonSchemaValue): string[] {
  const names: string[] = [];
  const todo: unknown[] = [schema];
  for (let here = todo.pop(); here !== undefined; here = todo.pop()) {
    if (!isObject(here)) continue;
    const ref = here['$ref'];
    if (typeof ref === 'string') names.push(ref.slice('#/$defs/'.length));
    for (const key of SELVES) todo.push(...list(here[key]));
    for (const key of ['not', 'if', 'then', 'else']) if (here[key] !== undefined) todo.push(here[key]);
  }
  return names;
}
