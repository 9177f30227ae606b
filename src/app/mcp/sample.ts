type Schema = Readonly<Record<string, unknown>>;

/** How deep an example goes: what lies deeper is optional in all schemas that people can read. */
const DEEPEST = 6;

/** A small value that fits most schemas: what is required, as the schema's own examples and defaults say. */
export function sampleOf(schema: Schema, defs: Readonly<Record<string, Schema>>, depth = 0): unknown {
  const ref = schema['$ref'];
  if (typeof ref === 'string') {
    const target = defs[ref.replace('#/$defs/', '')];
    return target && depth < DEEPEST ? sampleOf(target, defs, depth + 1) : {};
  }
  const [example] = (schema['examples'] as unknown[] | undefined) ?? [];
  for (const given of [
    example,
    schema['default'],
    schema['const'],
    (schema['enum'] as unknown[] | undefined)?.[0],
  ]) {
    if (given !== undefined) return given;
  }
  const [branch] = (schema['oneOf'] ?? schema['anyOf'] ?? []) as Schema[];
  if (branch && schema['type'] === undefined) return sampleOf(branch, defs, depth + 1);
  const type = Array.isArray(schema['type']) ? (schema['type'] as unknown[])[0] : schema['type'];
  switch (type) {
    case 'string':
      return textFor(schema);
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1);
    case 'boolean':
      return true;
    case 'array': {
      const least = Number(schema['minItems'] ?? 0);
      const item = (schema['items'] ?? {}) as Schema;
      return Array.from({ length: Math.min(least, 3) }, () => sampleOf(item, defs, depth + 1));
    }
    case 'null':
      return null;
    default: {
      if (depth >= DEEPEST) return {};
      const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
      const required = (schema['required'] ?? []) as string[];
      return Object.fromEntries(
        required.map((name) => [name, sampleOf(properties[name] ?? {}, defs, depth + 1)]),
      );
    }
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T09:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function textFor(schema: Schema): string {
  const format = FORMATS[String(schema['format'])];
  if (format !== undefined) return format;
  const least = Number(schema['minLength'] ?? 0);
  return 'text'.padEnd(least, 'x');
}
