import { isSchema, type OpenApiSchema } from './schema.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required: boolean;
  schema: OpenApiSchema;
}

/** One documented answer of an operation. */
export interface Response {
  schema: OpenApiSchema | undefined;
  examples: unknown[];
}

/** One operation as the official document has it. */
export interface Operation {
  /** `GET /users/{userId}`. */
  name: string;
  method: string;
  /** Segments of the path template. */
  parts: readonly string[];
  parameters: readonly Parameter[];
  body: { schema: OpenApiSchema; required: boolean } | undefined;
  /** By status, as text. */
  responses: ReadonlyMap<string, Response>;
}

/** An operation and the path parameters of one request, still percent-encoded. */
export interface Match {
  operation: Operation;
  params: Readonly<Record<string, string>>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head'];

/** Every operation of an OpenAPI 3.0 document. */
export function readOperations(document: Record<string, unknown>): Operation[] {
  const operations: Operation[] = [];
  for (const [template, item] of Object.entries(asRecord(document['paths']))) {
    const shared = parametersOf(document, asRecord(item)['parameters']);
    for (const method of METHODS) {
      const spec = asRecord(item)[method];
      if (!isSchema(spec)) continue;
      operations.push({
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        parts: template.slice(1).split('/'),
        parameters: [...shared, ...parametersOf(document, spec['parameters'])],
        body: bodyOf(document, spec['requestBody']),
        responses: new Map(
          Object.entries(asRecord(spec['responses'])).map(([status, response]) => [
            status,
            responseOf(document, response),
          ]),
        ),
      });
    }
  }
  return operations;
}

/** Finds operations by the path of a request: a template's parameter takes exactly one segment. */
export class Finder {
  readonly #byShape = new Map<string, Operation[]>();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const shape = `${operation.method} ${operation.parts.length}`;
      const bucket = this.#byShape.get(shape);
      if (bucket) bucket.push(operation);
      else this.#byShape.set(shape, [operation]);
    }
    // Written-out segments go before parameters: `/users/me` is not the user called me.
    for (const bucket of this.#byShape.values()) bucket.sort((a, b) => holes(a) - holes(b));
  }

  find(method: string, rawPath: string): Match | undefined {
    const segments = rawPath.slice(1).split('/');
    for (const operation of this.#byShape.get(`${method} ${segments.length}`) ?? []) {
      const params = fit(operation.parts, segments);
      if (params) return { operation, params };
    }
    return undefined;
  }
}

function holes(operation: Operation): number {
  return operation.parts.filter((part) => part.startsWith('{')).length;
}

function fit(parts: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

function parametersOf(document: Record<string, unknown>, list: unknown): Parameter[] {
  if (!Array.isArray(list)) return [];
  return list.map((item) => {
    const { name, in: place, required, schema } = resolve(document, item);
    return {
      name: String(name),
      in: place as Parameter['in'],
      required: required === true,
      schema: isSchema(schema) ? schema : {},
    };
  });
}

function bodyOf(document: Record<string, unknown>, body: unknown): Operation['body'] {
  if (!isSchema(body)) return undefined;
  const { required } = resolve(document, body);
  const { schema } = contentOf(resolve(document, body));
  return schema && { schema, required: required === true };
}

function responseOf(document: Record<string, unknown>, response: unknown): Response {
  return contentOf(resolve(document, response));
}

function contentOf(holder: Record<string, unknown>): Response {
  const media = asRecord(asRecord(holder['content'])['application/json']);
  const { schema, example, examples } = media;
  const named = Object.values(asRecord(examples)).map((one) => asRecord(one)['value']);
  return {
    schema: isSchema(schema) ? schema : undefined,
    examples: [...(example === undefined ? [] : [example]), ...named.filter((one) => one !== undefined)],
  };
}

function resolve(document: Record<string, unknown>, item: unknown): Record<string, unknown> {
  const record = asRecord(item);
  if (typeof record['$ref'] !== 'string') return record;
  let here: unknown = document;
  for (const key of record['$ref'].slice(2).split('/')) here = asRecord(here)[key];
  return asRecord(here);
}

export function asRecord(value: unknown): Record<string, unknown> {
  return isSchema(value) ? value : {};
}
