import type { Action } from '../../core/action.ts';
import type { SchemaTable } from '../../core/json-walk.ts';
import { toJsonSchema } from '../../core/schema.ts';
import { sampleOf } from '../../openapi/sample.ts';

/** An output that the schema of an action allows, with something in every member. */
export function sampleOutput(action: Action): unknown {
  // Members that only the other side writes, such as ids, are what later steps want: a sampled input leaves them out.
  const text = JSON.stringify(toJsonSchema(action.output, 'output'), (key, value: unknown) =>
    key === 'readOnly' ? undefined : value,
  );
  const schema = JSON.parse(text) as Record<string, unknown>;
  return sampleOf(schema, (schema['$defs'] ?? {}) as SchemaTable, { all: true });
}
