import type { ColumnType } from '../../src/core/destination.ts';
import type { JsonObject, Stream } from '../../src/core/stream.ts';
import { memberTypes } from '../../src/extract/columns.ts';
import { firstPage, itemsOf, pageAction, waysOf, type Way } from '../../src/extract/pages.ts';
import { spansOf } from '../../src/extract/spans.ts';
import { Misfit, toValue } from '../../src/extract/values.ts';
import { toWire } from '../../src/http/request.ts';
import { checkDeclared, SERVER, type Subject } from './declarations.ts';
import { brief, type Findings } from './finding.ts';
import type { Operation, Parameter } from './openapi.ts';
import { below, checkRequest } from './request-check.ts';
import type { OpenApiSchema } from './schema.ts';
import { propertiesOf, schemaAt, Specimen, typeOf } from './specimen.ts';

type Report = (member: string, expected: string, got: string) => void;

export interface StreamChecks {
  streams: number;
  requests: number;
  samples: number;
}

/** Compares what every stream declares with the document: requests, pages, windows, budgets, scopes, rows, samples. */
export function checkStreams(subject: Subject, findings: Findings): StreamChecks {
  const { connector, reference } = subject;
  const byName = new Map(reference.operations.map((operation) => [operation.name, operation]));
  const done: StreamChecks = { streams: 0, requests: 0, samples: 0 };
  for (const stream of Object.values<Stream>(connector.streams ?? {})) {
    done.streams++;
    const rows: Specimen[] = [];
    const made: JsonObject[] = [];
    for (const way of waysOf(stream)) {
      const name = `GET ${way.path}`;
      const report: Report = (member, expected, got) =>
        findings.add({
          check: 'declaration',
          operation: `${connector.id} ${name}`,
          member,
          expected,
          got,
          by: stream.name,
        });
      const operation = byName.get(name);
      if (!operation) {
        report('path', 'an operation of the document', way.path);
        continue;
      }
      checkDeclared(subject, stream.name, way, operation, findings);
      const address = reference.facts(operation)?.docs;
      if (address !== undefined && address !== way.docs) report('docs', address, way.docs);
      checkPages(stream, operation, report);
      checkWindow(stream, operation, report);
      done.requests += checkRequests(subject, stream, way, operation, findings);
      const answer = operation.responses.get('200')?.schema;
      const item = answer && schemaAt(answer, stream.pages.items);
      if (!item) {
        report(`items ${stream.pages.items}`, 'a list of the answer', 'nothing');
        continue;
      }
      const specimen = new Specimen(item);
      rows.push(specimen);
      made.push(...rowsOf(stream, specimen.value as JsonObject, values(stream)));
      checkOmitted(stream, item, made, report);
      done.samples += checkSamples(subject, stream, operation, findings);
    }
    checkMembers(subject, stream, rows, made, findings);
  }
  return done;
}

function checkPages({ pages }: Stream, operation: Operation, report: Report): void {
  const known = (name: string): Parameter | undefined =>
    operation.parameters.find((one) => one.in === 'query' && one.name === name);
  const size = 'size' in pages ? pages.size : undefined;
  const documented = known(size?.param ?? 'page_size');
  const largest = documented?.schema['maximum'];
  if (typeof largest === 'number' && !size) report('page size', `${largest}, the largest`, 'nothing');
  if (size && typeof largest === 'number' && largest !== size.max) {
    report('page size', `${largest}, the largest`, String(size.max));
  }
  if (pages.kind === 'none' && known('next_page_token')) report('pages', 'pages by token', 'none');
  const answer = operation.responses.get('200')?.schema ?? {};
  for (const [member, name] of [
    ['token', pages.kind === 'token' ? pages.token : ''],
    ['count', pages.kind === 'number' ? pages.count : ''],
    ['total', pages.kind === 'offset' ? pages.total : ''],
  ] as const) {
    if (name !== '' && !schemaAt(answer, name)) report(`pages ${member}`, 'a member of the answer', name);
  }
}

/** Who does not say from when to when gets what the system thinks is enough. */
function checkWindow({ window }: Stream, operation: Operation, report: Report): void {
  const from = operation.parameters.find((one) => one.in === 'query' && /^(from|.*_start)$/.test(one.name));
  if (from && !window) report(`window ${from.name}`, 'both ends of a range of time', 'neither');
}

/** The first page of every pass, and the second one of one of them. */
function checkRequests(
  { connector, reference }: Subject,
  stream: Stream,
  way: Way,
  operation: Operation,
  findings: Findings,
): number {
  const action = pageAction(stream, way, connector);
  const { passes, pages, window, parents = [] } = stream;
  const [span] = window ? spansOf(window, MONTH) : [];
  const ends = span ? window?.params(span) : {};
  const second = pages.kind === 'token' ? { [pages.param]: 'next' } : {};
  const given = parents.length === 0 ? [{}] : parents.map(({ params }) => params);
  let count = 0;
  for (const params of given) {
    const fixed = Object.fromEntries(Object.keys(params).map((name) => [name, sampleOf(operation, name)]));
    for (const pass of passes ? passes.values.map((value) => ({ [passes.param]: value })) : [{}]) {
      for (const page of [{}, second]) {
        const input = { ...fixed, ...pass, ...ends, ...firstPage(pages), ...page };
        const place = { system: connector.id, reference, by: stream.name };
        checkRequest(place, below(toWire(action.call(input), SERVER, 'conformance'), SERVER), findings);
        count++;
      }
    }
  }
  return count;
}

/** A month that has 31 days. */
const MONTH = { from: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 10, 1) };

/** What a parent's row may give for a parameter. */
function sampleOf({ parameters }: Operation, name: string): string {
  const { schema = {} } = parameters.find((one) => one.name === name) ?? {};
  const [first] = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
  if (typeof first === 'string' || typeof first === 'number') return String(first);
  return schema['type'] === 'integer' ? '1' : 'abc';
}

/** Values that the slice of a specimen has. */
function values({ parents = [], passes }: Stream): Record<string, string> {
  const [parent] = parents;
  const names = [...Object.keys(parent?.params ?? {}), ...Object.keys(parent?.carry ?? {})];
  const given = names.map((name) => [name, `of the parent: ${name}`] as const);
  return {
    ...Object.fromEntries(given),
    ...(passes
      ? { [passes.param]: passes.values[0] ?? '', [passes.carry ?? '']: passes.values[0] ?? '' }
      : {}),
  };
}

function rowsOf(stream: Stream, item: JsonObject, slice: Record<string, string>): readonly JsonObject[] {
  return stream.rows ? stream.rows(item, slice) : [item];
}

/** Members that rows have from elsewhere than the answer. */
function carried({ parents = [], passes, repeats }: Stream): Set<string> {
  const names = parents.flatMap(({ carry = {} }) => Object.keys(carry));
  return new Set([...names, ...(passes?.carry ? [passes.carry] : []), ...(repeats ? [repeats] : [])]);
}

/** Every column is a member of the document, of a type that fits; or it is carried, or made on purpose. */
function checkMembers(
  { connector }: Subject,
  stream: Stream,
  specimens: readonly Specimen[],
  rows: readonly JsonObject[],
  findings: Findings,
): void {
  if (specimens.length === 0) return;
  const types = memberTypes(stream);
  const elsewhere = carried(stream);
  const report: Report = (member, expected, got) =>
    findings.add({
      check: 'declaration',
      operation: `${connector.id} GET ${stream.path}`,
      member,
      expected,
      got,
      by: stream.name,
    });
  for (const name of [...stream.primaryKey, ...(stream.cursor === undefined ? [] : [stream.cursor])]) {
    if (!(name in types)) report(`key ${name}`, 'a member of the rows', 'nothing');
  }
  const kept = new Set([...Object.keys(types), ...(stream.omit ?? [])]);
  for (const name of new Set(rows.flatMap((row) => Object.keys(row)))) {
    if (!kept.has(name)) report(`column ${name}`, 'a column for a member of the answer', 'none');
  }
  for (const [name, type] of Object.entries(types)) {
    const having = rows.filter((row) => row[name] !== undefined);
    if (having.length === 0) {
      if (!elsewhere.has(name)) report(`row ${name}`, 'a member of the answer', 'nothing');
      continue;
    }
    for (const row of having) {
      const leaf = specimens.map((one) => one.leafOf(name, row[name])).find((one) => one !== undefined);
      if (!leaf) {
        if (!stream.rows) report(`row ${name}`, 'a value of the answer', brief(row[name]));
        continue;
      }
      const wanted = columnFor(leaf.schema);
      // What was made of a member under another name may be text: that takes everything.
      if (stream.rows && leaf.name !== name) wanted.push('text');
      if (!wanted.includes(type)) report(`row ${name}`, `a column of type ${wanted.join(' or ')}`, type);
    }
  }
}

/** Types of the column for a member; the first is the best, and an id may be text whatever it looks like. */
function columnFor(schema: OpenApiSchema): ColumnType[] {
  switch (typeOf(schema)) {
    case 'boolean':
      return ['boolean'];
    case 'integer':
      return ['integer', 'text'];
    case 'number':
      return ['number'];
    case 'array':
    case 'object':
      return ['json'];
    default:
      // Not every member with a time says so in its format; its example does.
      if (schema['format'] === 'date-time' || isLike('timestamp', schema['example'])) return ['timestamp'];
      return schema['format'] === 'date' || isLike('date', schema['example']) ? ['date'] : ['text'];
  }
}

function isLike(type: ColumnType, example: unknown): boolean {
  return typeof example === 'string' && example !== '' && !(toValue(type, example) instanceof Misfit);
}

function checkOmitted(
  { omit = [] }: Stream,
  item: OpenApiSchema,
  rows: readonly JsonObject[],
  report: Report,
): void {
  for (const name of omit) {
    if (propertiesOf(item).has(name) || rows.some((row) => name in row)) continue;
    report(`omit ${name}`, 'a member of the answer', 'nothing');
  }
}

/** Official samples land in their columns as these were declared. */
function checkSamples(
  { connector, reference }: Subject,
  stream: Stream,
  operation: Operation,
  findings: Findings,
): number {
  const types = memberTypes(stream);
  const slice = values(stream);
  const samples = reference.samples(operation).filter(({ status }) => status === 200);
  for (const { body } of samples) {
    for (const item of itemsOf(stream, body)) {
      for (const row of rowsOf(stream, item, slice)) {
        for (const [name, value] of Object.entries(row)) {
          const type = types[name];
          const fit = type && toValue(type, value);
          if (!(fit instanceof Misfit)) continue;
          findings.add({
            check: 'sample',
            operation: `${connector.id} ${operation.name}`,
            member: `row ${name}`,
            expected: `a value for a column of type ${type}`,
            got: brief(value),
            by: stream.name,
          });
        }
      }
    }
  }
  return samples.length;
}
