import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { asRecord, Finder, readOperations, type Operation } from './openapi.ts';
import { Schemas, type OpenApiSchema } from './schema.ts';

/** What the official document says beside the schema of an operation. */
export interface Facts {
  /** Rate limit label, such as `MEDIUM`; undefined when the document has none. */
  label: string | undefined;
  /** The budget of that label in our words. */
  budget: string | undefined;
  /** Address of its documentation. */
  docs?: string;
  /** Granular ones. */
  scopes: readonly string[];
  /** Those of apps from before March 2024. */
  classicScopes: readonly string[];
  /** Codes by HTTP status, where the document names them. */
  errors: ReadonlyMap<string, readonly string[]>;
}

/** Official documents of one system. */
export interface Reference {
  finder: Finder;
  operations: readonly Operation[];
  /** The checker that belongs to the operation's document. */
  schemas(operation: Operation): Schemas;
  facts(operation: Operation): Facts | undefined;
  /** Official bodies of the answers of success, by status. */
  samples(operation: Operation): { status: number; body: unknown }[];
}

/** Whether the folder holds what is needed. */
export function isReference(folder: string): boolean {
  return existsSync(join(folder, 'zoom', 'openapi')) && brevoFile(folder) !== undefined;
}

/** The documents by connector id. A connector without documents is not checked. */
export function loadReferences(folder: string): Record<string, Reference> {
  return { zoom: loadZoom(join(folder, 'zoom')), brevo: loadBrevo(brevoFile(folder) ?? '') };
}

const BUDGETS: Readonly<Record<string, string>> = {
  LIGHT: 'light',
  MEDIUM: 'medium',
  HEAVY: 'heavy',
  'RESOURCE-INTENSIVE': 'resource',
};

/** Our word for a label of Zoom's. Zoom Phone has the same labels with limits of its own. */
function budgetName(label: string, document: string): string {
  const name = BUDGETS[label.toUpperCase()] ?? label;
  return document === 'phone' ? `phone-${name}` : name;
}

interface IndexEntry {
  /** Name of the document that the operation is in. */
  spec: string;
  tag?: string;
  method: string;
  path: string;
  rateLimitLabel?: string | null;
  classicScopes?: string[];
  granularScopes?: string[];
  errors?: Record<string, { code: number | string }[]>;
}

function loadZoom(folder: string): Reference {
  const index = new Map(
    (readJson(join(folder, 'operations-index.json')) as IndexEntry[]).map((entry) => [
      `${entry.method} ${entry.path}`,
      toFacts(entry),
    ]),
  );
  const folderOfSamples = join(folder, 'response-samples');
  const official = filesOf(folderOfSamples, '.json').map((file) => {
    const { _operation, status, response } = asRecord(readJson(file));
    return toSample(_operation, status, response);
  });
  // Answers that were seen on the wire are worth as much as published ones.
  const seen = join(folderOfSamples, '_observed-live-shapes.json');
  const observed = existsSync(seen)
    ? (asRecord(readJson(seen))['observed'] as Record<string, unknown>[])
    : [];
  const live = observed.map(({ operation, status, body }) => toSample(operation, status, body));
  const documents = filesOf(join(folder, 'openapi'), '.json').map((file) => asRecord(readJson(file)));
  return assemble(documents, (name) => index.get(name), [...official, ...live]);
}

/** The site shows a document as one page, and an operation of it by its tag. */
function addressOf({ spec, tag = '', method, path }: IndexEntry): string {
  const anchor = tag
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
  return `https://developers.zoom.us/docs/api/${spec}/#tag/${anchor}/${method}${path}`;
}

/** `GET /users/me` of a recording and `GET /users/{userId}` of the documents are found alike. */
function toSample(operation: unknown, status: unknown, body: unknown): Sample {
  const [method = '', path = ''] = String(operation).split(' ');
  return { method, path, status: Number(status), body: body === '' ? undefined : body };
}

function toFacts(entry: IndexEntry): Facts {
  const label = entry.rateLimitLabel ?? undefined;
  return {
    label,
    budget: label ? budgetName(label, entry.spec) : undefined,
    docs: addressOf(entry),
    scopes: entry.granularScopes ?? [],
    classicScopes: entry.classicScopes ?? [],
    errors: new Map(
      Object.entries(entry.errors ?? {}).map(([status, codes]) => [
        status,
        codes.map(({ code }) => String(code)),
      ]),
    ),
  };
}

function loadBrevo(file: string): Reference {
  // Quotes that close a text at the start of a line are indented: their depth means nothing, and parsers refuse it.
  const text = readFileSync(file, 'utf8').replaceAll(/^(['"])$/gm, `${' '.repeat(100)}$1`);
  return assemble([asRecord(load(text))], () => undefined, []);
}

interface Sample {
  method: string;
  path: string;
  status: number;
  body: unknown;
}

function assemble(
  documents: readonly Record<string, unknown>[],
  facts: (name: string) => Facts | undefined,
  samples: readonly Sample[],
): Reference {
  const owners = new Map<Operation, Schemas>();
  for (const document of documents) {
    const components = asRecord(asRecord(document['components'])['schemas']);
    const schemas = new Schemas(components as Record<string, OpenApiSchema>);
    for (const operation of readOperations(document)) owners.set(operation, schemas);
  }
  const operations = [...owners.keys()];
  const finder = new Finder(operations);
  return {
    finder,
    operations,
    schemas: (operation) => owners.get(operation) ?? new Schemas(),
    facts: (operation) => facts(operation.name),
    samples(operation) {
      const examples = [...operation.responses].flatMap(([status, response]) =>
        response.examples.map((body) => ({ status: Number(status), body })),
      );
      const own = samples.filter(({ method, path }) => finder.find(method, path)?.operation === operation);
      return [...own, ...examples].filter(({ status }) => status >= 200 && status < 300);
    },
  };
}

function brevoFile(folder: string): string | undefined {
  return filesOf(join(folder, 'brevo'), '.yaml').at(-1);
}

function filesOf(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending) && !file.startsWith('_'))
    .toSorted()
    .map((file) => join(folder, file));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
