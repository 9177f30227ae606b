import type { WireRequest } from '../../src/http/request.ts';
import { brief, type Findings } from './finding.ts';
import type { Match, Operation, Parameter } from './openapi.ts';
import type { Reference } from './reference.ts';
import { isSchema, type OpenApiSchema } from './schema.ts';

/** A request below a system's address. */
export interface SentRequest {
  method: string;
  /** Path below the server, still percent-encoded. */
  rawPath: string;
  query: URLSearchParams;
  body: string | undefined;
}

/** The system, its documents, and who made the request. */
export interface Place {
  system: string;
  reference: Reference;
  by: string;
}

/** What `toWire` made, below the address that it hangs under. */
export function below(wire: Pick<WireRequest, 'url' | 'method' | 'body'>, server: string): SentRequest {
  const [path = '', query = ''] = wire.url.slice(server.length).split('?');
  // Bytes are a form with files, which no document describes that is compared.
  const body = typeof wire.body === 'string' ? wire.body : undefined;
  return { method: wire.method, rawPath: path, query: new URLSearchParams(query), body };
}

/** Finds the operation of a request and checks every part of it; undefined when the document has no such operation. */
export function checkRequest(place: Place, request: SentRequest, findings: Findings): Operation | undefined {
  const match = place.reference.finder.find(request.method, request.rawPath);
  if (!match) {
    findings.add({
      check: 'request',
      operation: `${place.system} ${request.method} ${request.rawPath}`,
      member: 'path',
      expected: 'an operation of the document',
      got: `${request.method} ${request.rawPath}`,
      by: place.by,
    });
    return undefined;
  }
  const { operation } = match;
  const report = (member: string, expected: string, got: string): void =>
    findings.add({
      check: 'request',
      operation: `${place.system} ${operation.name}`,
      member,
      expected,
      got,
      by: place.by,
    });
  checkPath(place, match, report);
  checkQuery(place, operation, request.query, report);
  checkBody(place, operation, request.body, report);
  return operation;
}

type Report = (member: string, expected: string, got: string) => void;

function checkPath(place: Place, { operation, params }: Match, report: Report): void {
  for (const [name, raw] of Object.entries(params)) {
    const value = place.system === 'zoom' ? decodeZoomId(raw) : decode(raw);
    if (value === undefined) {
      report(`path ${name}`, 'a UUID encoded twice if it starts with / or contains //, else once', raw);
      continue;
    }
    const parameter = operation.parameters.find((one) => one.in === 'path' && one.name === name);
    if (value === '' || !parameter)
      report(`path ${name}`, 'a documented parameter with a value', brief(value));
    else checkValue(place, operation, parameter, value, report);
  }
}

/** Leaves alone what is not percent-encoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Undefined when the encoding breaks the rule of Zoom's FACTS C. No id holds a percent sign of its own. */
function decodeZoomId(raw: string): string | undefined {
  const once = decode(raw);
  const twice = decode(once);
  const needsTwo = twice.startsWith('/') || twice.includes('//');
  return needsTwo === (once !== twice) ? twice : undefined;
}

function checkQuery(place: Place, operation: Operation, query: URLSearchParams, report: Report): void {
  const known = operation.parameters.filter((one) => one.in === 'query');
  for (const name of new Set(query.keys())) {
    const parameter = known.find((one) => one.name === name || one.name === `${name}[]`);
    const values = query.getAll(name);
    if (!parameter) {
      const expected = `one of ${known.map((one) => one.name).join(', ') || 'no parameters'}`;
      report(`query ${name}`, expected, brief(values.join('&')));
      continue;
    }
    const repeated = parameter.schema['type'] === 'array';
    if (values.length > 1 && !repeated) report(`query ${name}`, 'one value', brief(values));
    for (const value of values) checkValue(place, operation, parameter, value, report);
  }
  for (const { name, required } of known) {
    if (required && !query.has(name)) report(`query ${name}`, 'a value: it is required', 'nothing');
  }
}

function checkValue(
  place: Place,
  operation: Operation,
  { name, in: where, schema }: Parameter,
  text: string,
  report: Report,
): void {
  const schemas = place.reference.schemas(operation);
  const [best = []] = readings(schema, text)
    .map((value) => schemas.check(schema, value))
    .toSorted((a, b) => a.length - b.length);
  for (const { expected } of best) report(`${where} ${name}`, expected, brief(text));
}

/** What a text in a URL can stand for, by the type that the document gives it. */
function readings(schema: OpenApiSchema, text: string): unknown[] {
  switch (schema['type']) {
    case 'string':
      return [text];
    case 'integer':
    case 'number':
      return [/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text];
    case 'boolean':
      return [text === 'true' || text === 'false' ? text === 'true' : text];
    case 'array':
      return readings(isSchema(schema['items']) ? schema['items'] : {}, text).map((value) => [value]);
    default:
      return ['string', 'number', 'boolean'].flatMap((type) => readings({ type }, text));
  }
}

function checkBody(place: Place, operation: Operation, body: string | undefined, report: Report): void {
  if (!operation.body) {
    if (body !== undefined && body !== '{}') report('body', 'no body', brief(body));
    return;
  }
  if (body === undefined) {
    if (operation.body.required) report('body', 'a body: it is required', 'nothing');
    return;
  }
  const schemas = place.reference.schemas(operation);
  for (const { member, expected, got } of schemas.checkClosed(operation.body.schema, JSON.parse(body))) {
    report(member ? `body ${member}` : 'body', expected, got);
  }
}
