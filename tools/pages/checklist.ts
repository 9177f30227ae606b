import { readFileSync } from 'node:fs';
import { findAction, type Connector } from '../../src/core/connector.ts';
import { toJsonSchema } from '../../src/core/schema.ts';
import { row } from './table.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Whether the actions that people expect of a connector are there, input by input: what is wanted stands in
 * `tools/checklist/<connector>.json`, what is there in the definitions. Nothing when the connector has no such file.
 */
export function checklist(connector: Connector): string[] {
  const wanted = wantedOf(connector.id);
  if (!wanted) return [];
  const checked = Object.entries(wanted).map(([name, inputs]) => check(connector, name, inputs));
  const found = checked.flatMap(({ rows }) => rows).filter(({ there }) => there).length;
  const total = checked.flatMap(({ rows }) => rows).length;
  const parts = [
    `## Checklist of the ${checked.length} base actions`,
    `What people expect of a connector to ${connector.title}, input by input: ${found} of ${total} are there. A field inside another is written with a dot, one inside a list with \`[]\`.`,
    [
      row('Action', 'Title', 'Inputs', 'There'),
      row('---', '---', '---', '---'),
      ...checked.map(({ name, title, rows }) => {
        const there = rows.filter((one) => one.there).length;
        return row(`\`${name}\``, title, String(rows.length), mark(title !== '' && there === rows.length));
      }),
    ].join('\n'),
  ];
  for (const { name, title, rows } of checked) {
    parts.push(
      `**\`${name}\`** ${title}`,
      [
        row('There', 'Field', 'Meaning'),
        row('---', '---', '---'),
        ...rows.map(({ field, there, meaning }) => row(mark(there), `\`${field}\``, meaning)),
      ].join('\n'),
    );
  }
  return parts;
}

function wantedOf(id: string): Record<string, string[]> | undefined {
  try {
    const file = new URL(`../checklist/${id}.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function check(connector: Connector, name: string, inputs: readonly string[]) {
  const action = findAction(connector, name);
  const known = action ? members(toJsonSchema(action.input, 'input')) : new Map<string, Json>();
  const rows = inputs.map((field) => {
    const meaning = known.get(field)?.['description'];
    return { field, there: known.has(field), meaning: typeof meaning === 'string' ? meaning : '' };
  });
  return { name, title: action?.title ?? '', rows };
}

/** Every member of a JSON Schema by its path, `[]` for the items of a list. */
function members(schema: Json, path = ''): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const [name, member] of Object.entries((schema['properties'] ?? {}) as Record<string, Json>)) {
    found.set(path + name, member);
    for (const [inner, value] of members(member, `${path}${name}.`)) found.set(inner, value);
  }
  const items = schema['items'] as Json | undefined;
  if (items) for (const [inner, value] of members(items, `${path}[].`)) found.set(inner, value);
  return found;
}

function mark(there: boolean): string {
  return there ? '✓' : '✗ missing';
}
