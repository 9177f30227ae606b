/** Writes the pages of `docs/` that follow from definitions; with `--check`, names those that are stale instead. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectors } from '../src/catalog.ts';
import type { Action } from '../src/core/action.ts';
import { listActions, type Connector } from '../src/core/connector.ts';
import { toJsonSchema } from '../src/core/schema.ts';
import { checklist } from './pages/checklist.ts';
import { sdkPage } from './pages/sdk.ts';
import { streamsPage } from './pages/streams.ts';
import { row } from './pages/table.ts';

type Json = Readonly<Record<string, unknown>>;

/** The generated pages: path from the root → text. */
export function pages(all: Readonly<Record<string, Connector>> = connectors): Map<string, string> {
  return new Map([
    ['docs/actions.md', actionsPage(Object.values(all))],
    ['docs/sdk.md', sdkPage()],
    ['docs/streams.md', streamsPage(Object.values(all))],
  ]);
}

function actionsPage(all: readonly Connector[]): string {
  const parts = [
    '# Actions',
    'Made from the definitions by `node tools/docs.ts`; do not edit. An action with `?` at an input does not need it.',
    'An action is charged to its budget. Any one of its scopes is enough.',
  ];
  for (const connector of all) {
    parts.push(`## ${connector.title}`, `Documentation of the system: <${connector.docs}>`, table(connector));
    for (const { name, action } of listActions(connector)) parts.push(...section(connector, name, action));
  }
  for (const connector of all) parts.push(...checklist(connector));
  return `${parts.join('\n\n')}\n`;
}

function table(connector: Connector): string {
  const rows = listActions(connector).map(({ name, action }) => {
    const { title, effect, idempotent, budget, scopes } = action;
    const once = effect === 'read' || idempotent ? effect : `${effect}, not repeatable`;
    const links = `[\`${name}\`](#${anchor(connector, name)})`;
    return row(links, title, once, budget, scopes.map((scope) => `\`${scope}\``).join(' '));
  });
  return [
    row('Action', 'Title', 'Effect', 'Budget', 'Scopes'),
    row('---', '---', '---', '---', '---'),
    ...rows,
  ].join('\n');
}

function section(connector: Connector, name: string, action: Action): string[] {
  const { title, docs, plan, pages: list } = action;
  const facts = [`${title}.`];
  if (plan !== undefined) facts.push(`Plan: ${plan}.`);
  if (list !== undefined) facts.push(`A list; its rows are in \`${list.items}\`.`);
  if (docs !== '') facts.push(`[Documentation](${docs})`);
  return [`### ${connector.id} ${name}`, facts.join(' '), inputs(toJsonSchema(action.input, 'input'))];
}

function inputs(schema: Json): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
  if (properties.length === 0) return 'No inputs.';
  const required = new Set((schema['required'] ?? []) as string[]);
  const rows = properties.map(([name, property]) =>
    row(`\`${name}\`${required.has(name) ? '' : '?'}`, typeText(property), textOf(property['description'])),
  );
  return [row('Input', 'Type', 'Meaning'), row('---', '---', '---'), ...rows].join('\n');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The type of a JSON Schema in a few words. */
export function typeText(schema: Json): string {
  const values = (schema['enum'] ?? ('const' in schema ? [schema['const']] : undefined)) as
    | unknown[]
    | undefined;
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  const several = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (several !== undefined) return [...new Set(several.map(typeText))].join(' or ');
  const type = schema['type'];
  if (type === 'array') return `list of ${typeText((schema['items'] ?? {}) as Json)}`;
  if (type === 'object') return objectText(schema);
  if (Array.isArray(type)) return type.join(' or ');
  if (type === 'string') return FORMATS[textOf(schema['format'])] ?? 'text';
  if (type === 'integer') return `whole number${range(schema)}`;
  if (type === 'number') return `number${range(schema)}`;
  return type === 'boolean' ? 'true or false' : 'any';
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'e-mail address',
  uri: 'URL',
  'date-time': 'date and time',
};

function objectText(schema: Json): string {
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
  if (members.length > 0) {
    const required = new Set((schema['required'] ?? []) as string[]);
    const texts = members.map(
      ([name, member]) => `${name}${required.has(name) ? '' : '?'}: ${typeText(member)}`,
    );
    return `{ ${texts.join('; ')} }`;
  }
  const values = schema['additionalProperties'];
  return typeof values === 'object' && values !== null ? `map of ${typeText(values as Json)}` : 'map';
}

function range({ minimum, maximum }: Json): string {
  const low = typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return ` of ${low} or more`;
  return high === undefined ? '' : ` up to ${high}`;
}

/** The anchor that Markdown gives to the heading of an action. */
function anchor(connector: Connector, name: string): string {
  return `${connector.id} ${name}`
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

/** Pages whose file is missing or says something else. */
export function stalePages(root: string, wanted: ReadonlyMap<string, string>): string[] {
  return [...wanted].filter(([path, text]) => read(join(root, path)) !== text).map(([path]) => path);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = dirname(import.meta.dirname);
  const wanted = pages();
  const stale = stalePages(root, wanted);
  if (process.argv.includes('--check')) {
    for (const path of stale) process.stderr.write(`${path} is stale: run node tools/docs.ts\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const path of stale) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), wanted.get(path) ?? '');
      process.stderr.write(`wrote ${path}\n`);
    }
  }
}
