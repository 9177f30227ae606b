import { z } from 'zod';
import { pathText } from './document.ts';
import type { ConfigDocument, Path } from './document.ts';
import { slip } from './nearest.ts';
import { oneOf, problem, show, showType } from './problem.ts';
import type { Position, Problem } from './problem.ts';
import { elsewhere } from './file-schema.ts';
import { explanations } from './settings.ts';
import type { Explanation } from './settings.ts';

const START: Position = { line: 1, column: 1 };

/** Compares a file with its schema. Texts that came from variables are made numbers and flags where these are wanted. */
export function checkDocument(document: ConfigDocument, schema: z.ZodType): Problem[] {
  if (document.root === null) return [];
  let result = schema.safeParse(document.root);
  if (!result.success && coerceFilled(document, schema, result.error))
    result = schema.safeParse(document.root);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const path = pathOf(issue);
    if (isBroken(document, path)) return [];
    if (document.incomplete && document.get(path) === undefined && path.length > 0) return [];
    if (issue.code !== 'unrecognized_keys') return [wrongValue(document, schema, issue, path)];
    return issue.keys
      .filter((key) => !isBroken(document, [...path, key]))
      .map((key) => unknownKey(document, schema, path, key));
  });
}

/** The value that a text stands for, where a number or a flag is wanted; otherwise the text. */
export function coerce(text: string, schema: z.ZodType | undefined): unknown {
  const plain = schema && unwrap(schema);
  if (plain instanceof z.ZodNumber && /^[+-]?\d+(\.\d+)?$/.test(text.trim())) return Number(text);
  if (plain instanceof z.ZodBoolean && /^(true|false)$/.test(text.trim())) return text.trim() === 'true';
  return text;
}

/** A value as a problem may show it. */
export function shown(value: unknown, explanation: Explanation | undefined, template?: string): string {
  if (explanation?.secret) return showType(value);
  // A variable that was named by mistake may hold a secret.
  if (template !== undefined) return `the value of ${show(template)}`;
  return show(value);
}

function pathOf(issue: z.core.$ZodIssue): Path {
  return issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
}

function coerceFilled(document: ConfigDocument, schema: z.ZodType, error: z.ZodError): boolean {
  let changed = false;
  for (const issue of error.issues) {
    const path = pathOf(issue);
    const value = document.get(path);
    if (typeof value !== 'string' || document.spot(path)?.template === undefined) continue;
    const better = coerce(value, schemaAt(schema, path).schema);
    if (better === value) continue;
    document.set(path, better);
    changed = true;
  }
  return changed;
}

function isBroken(document: ConfigDocument, path: Path): boolean {
  return path.some((_, i) => document.spot(path.slice(0, i + 1))?.broken);
}

function wrongValue(
  document: ConfigDocument,
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  path: Path,
): Problem {
  const spot = document.spot(path);
  const key = path.at(-1);
  const isName = issue.code === 'invalid_key';
  const found = schemaAt(schema, isName ? path.slice(0, -1) : path);
  const record = unwrap(found.schema ?? schema);
  const keySchema = isName && record instanceof z.ZodRecord ? record.keyType : undefined;
  const explanation = (keySchema && explanations.get(keySchema)) ?? found.explanation;
  const example = explanation?.example ?? '';
  const label = isName || typeof key !== 'string' || found.inList ? example : `${key}: ${example}`;
  return problem({
    source: document.file,
    position: (isName ? spot?.key : spot?.value) ?? document.spot(path.slice(0, -1))?.key ?? START,
    path: pathText(path),
    expected: explanation?.expected ?? 'another value',
    got: isName ? show(key) : shown(document.get(path), explanation, spot?.template),
    example: label,
  });
}

function unknownKey(document: ConfigDocument, schema: z.ZodType, path: Path, key: string): Problem {
  const { schema: here, explanation } = schemaAt(schema, path);
  const known = keysOf(here);
  const at = {
    source: document.file,
    position: document.spot([...path, key])?.key ?? START,
    path: pathText([...path, key]),
  };
  const instead = explanation?.instead ?? {};
  if (Object.hasOwn(instead, key)) {
    const { expected, example } = instead[key] as { expected: string; example: string };
    return problem({ ...at, expected, got: show(key), reason: 'not a setting here', example });
  }
  const near = slip(key, known);
  if (near) {
    const example = schemaAt(schema, [...path, near]).explanation?.example ?? '';
    return problem({
      ...at,
      expected: near,
      got: show(key),
      reason: 'no such setting',
      example: `${near}: ${example}`,
    });
  }
  const other = Object.hasOwn(elsewhere, key) ? elsewhere[key] : homeOf(schema, key);
  if (other) return problem({ ...at, ...other, got: show(key), reason: 'not a setting here' });
  const first = known[0] ?? '';
  return problem({
    ...at,
    expected: oneOf(known),
    got: show(key),
    reason: 'no such setting',
    example: `${first}: ${schemaAt(schema, [...path, first]).explanation?.example ?? ''}`,
  });
}

const HOMES: readonly Path[] = [
  [],
  ['connectors'],
  ['connectors', 'zoom'],
  ['connectors', 'zoom', 'sync'],
  ['connectors', 'zoom', 'webhook'],
  ['connectors', 'zoom', 'lists'],
  ['brevo'],
  ['defaults'],
  ['inputs'],
  ['extract', 'defaults'],
  ['extract', 'inputs'],
];

/** Where a setting belongs that stands at the wrong place. */
function homeOf(schema: z.ZodType, key: string): { expected: string; example: string } | undefined {
  const home = HOMES.find((path) => keysOf(schemaAt(schema, path).schema).includes(key));
  if (!home) return undefined;
  const example = schemaAt(schema, [...home, key]).explanation?.example ?? '';
  const place = home.length > 0 ? `inside ${pathText(home)}` : 'at the top level';
  return { expected: `it ${place}`, example: `${key}: ${example}` };
}

function keysOf(schema: z.ZodType | undefined): string[] {
  const plain = schema && unwrap(schema);
  return plain instanceof z.ZodObject ? Object.keys(plain.shape) : [];
}

interface Found {
  schema: z.ZodType | undefined;
  /** Of the deepest schema on the way that has one. */
  explanation: Explanation | undefined;
  inList: boolean;
}

function schemaAt(root: z.ZodType, path: Path): Found {
  let schema: z.ZodType | undefined = unwrap(root);
  let explanation = explanations.get(schema);
  let inList = false;
  for (const part of path) {
    schema = childOf(schema, String(part));
    if (!schema) break;
    explanation = explanations.get(schema) ?? explanation;
    inList = typeof part === 'number';
  }
  return { schema, explanation, inList };
}

function childOf(schema: z.ZodType, key: string): z.ZodType | undefined {
  let child: unknown;
  if (schema instanceof z.ZodObject) child = schema.shape[key];
  else if (schema instanceof z.ZodRecord) child = schema.valueType;
  else if (schema instanceof z.ZodArray) child = schema.element;
  return child instanceof z.ZodType ? unwrap(child) : undefined;
}

function unwrap(schema: z.ZodType): z.ZodType {
  let plain = schema;
  while (plain instanceof z.ZodOptional || plain instanceof z.ZodNullable || plain instanceof z.ZodDefault) {
    const inner = plain.unwrap();
    if (!(inner instanceof z.ZodType)) break;
    plain = inner;
  }
  return plain;
}
