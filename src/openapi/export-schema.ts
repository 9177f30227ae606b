import { defName } from './diff-schema.ts';
import { isObject } from './pointer.ts';

/** Which words of JSON Schema a document may use. */
export type Dialect = '3.1' | '3.0' | '2.0';

/** What an export had to leave out or to say otherwise. */
export interface ExportNote {
  /** Full name of the action; undefined for the document itself. */
  action?: string;
  message: string;
}

type Schema = Record<string, unknown>;

/** Name of a shared schema in a document: other characters than these are not allowed there. */
export function componentName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
}

// Words of 2020-12 that the older dialects do not know.
const LATER = [
  '$defs',
  '$schema',
  '$id',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$comment',
  'if',
  'then',
  'else',
  'prefixItems',
  'contains',
  'minContains',
  'maxContains',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
  'dependentRequired',
  'dependentSchemas',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
];

/**
 * A schema in the words of a dialect.
 * @param lost is told what cannot be said in it
 */
export function exportSchema(schema: unknown, dialect: Dialect, lost: (what: string) => void): unknown {
  if (typeof schema === 'boolean') {
    if (dialect === '3.1') return schema;
    return schema || dialect === '2.0' ? {} : { not: {} };
  }
  if (!isObject(schema)) return {};
  const inner = (one: unknown): unknown => exportSchema(one, dialect, lost);
  const out: Schema = {};
  for (const [word, value] of Object.entries(schema)) {
    if (word === '$ref' && typeof value === 'string') {
      const root = dialect === '2.0' ? '#/definitions/' : '#/components/schemas/';
      out['$ref'] = root + componentName(defName(value));
    } else if (word === 'properties' && isObject(value)) {
      out[word] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inner(one)]));
    } else if (
      ['patternProperties', 'dependentSchemas', '$defs'].includes(word) &&
      isObject(value) &&
      dialect === '3.1'
    ) {
      out[word] = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inner(one)]));
    } else if (['allOf', 'anyOf', 'oneOf', 'prefixItems'].includes(word) && Array.isArray(value)) {
      out[word] = value.map(inner);
    } else if (
      [
        'items',
        'not',
        'additionalProperties',
        'contains',
        'if',
        'then',
        'else',
        'propertyNames',
        'unevaluatedProperties',
        'unevaluatedItems',
      ].includes(word) &&
      (isObject(value) || typeof value === 'boolean')
    ) {
      out[word] = word === 'additionalProperties' && typeof value === 'boolean' ? value : inner(value);
    } else out[word] = value;
  }
  return dialect === '3.1' ? out : older(out, dialect, lost);
}

function older(out: Schema, dialect: '3.0' | '2.0', lost: (what: string) => void): Schema {
  if ('$ref' in out) {
    const { $ref, ...beside } = out;
    // Beside a reference, everything else is ignored there.
    if (Object.keys(beside).length === 0) return out;
    return { allOf: [{ $ref }], ...older(beside, dialect, lost) };
  }
  for (const word of LATER) {
    if (!(word in out)) continue;
    delete out[word];
    if (!word.startsWith('$')) lost(`'${word}' in a schema`);
  }
  if ('const' in out) {
    out['enum'] = [out['const']];
    delete out['const'];
  }
  if (Array.isArray(out['examples'])) {
    if (out['example'] === undefined && out['examples'].length > 0) out['example'] = out['examples'][0];
    delete out['examples'];
  }
  for (const [word, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof out[word] !== 'number') continue;
    out[bound] = out[word];
    out[word] = true;
  }
  oldTypes(out, dialect, lost);
  if (out['type'] === 'array' && out['items'] === undefined) out['items'] = {};
  if (dialect === '2.0') {
    for (const word of ['anyOf', 'oneOf', 'not']) {
      if (!(word in out)) continue;
      delete out[word];
      lost(`'${word}' in a schema`);
    }
    if ('nullable' in out) {
      out['x-nullable'] = out['nullable'];
      delete out['nullable'];
    }
    for (const word of ['deprecated', 'writeOnly', 'discriminator']) delete out[word];
  }
  return out;
}

/** Null is a flag there, and several types are alternatives. */
function oldTypes(out: Schema, dialect: '3.0' | '2.0', lost: (what: string) => void): void {
  const { type } = out;
  if (type === 'null') {
    delete out['type'];
    out['nullable'] = true;
    if (!('enum' in out)) out['enum'] = [null];
    return;
  }
  if (!Array.isArray(type)) return;
  const plain = type.filter((one) => one !== 'null');
  if (plain.length < type.length) out['nullable'] = true;
  if (plain.length === 1) {
    [out['type']] = plain;
    return;
  }
  delete out['type'];
  if (plain.length === 0) return;
  if (dialect === '2.0') lost('several types of one value');
  else
    out['anyOf'] = plain.map((one) => ({
      type: one as string,
      ...(one === 'array' ? { items: out['items'] ?? {} } : {}),
    }));
}

/** The shared schemas that these values lead to, directly or through each other; cycles end. */
export function usedDefs(
  values: readonly unknown[],
  defs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const used = new Set<string>();
  const waiting: unknown[] = [...values];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) waiting.push(...(value as unknown[]));
    else if (isObject(value)) {
      for (const [word, one] of Object.entries(value)) {
        if (word === '$ref' && typeof one === 'string') {
          const name = defName(one);
          if (used.has(name) || !Object.hasOwn(defs, name)) continue;
          used.add(name);
          waiting.push(defs[name]);
        } else waiting.push(one);
      }
    }
  }
  return Object.fromEntries(Object.entries(defs).filter(([name]) => used.has(name)));
}
