import type { DefinitionInput } from './definition.ts';
import { METHODS, Place } from './faults.ts';
import { LeftOut } from './left-out.ts';
import { LIMITS } from './limits.ts';
import { titleOf } from './naming.ts';
import { bounded, isObject, members, own, text, type Raw } from './raw-value.ts';
import { readAnswer } from './read-answer.ts';
import { readBody, readSwaggerBody, type BodyInput } from './read-body.ts';
import { readPages } from './read-pages.ts';
import {
  describe,
  readParameters,
  templateNames,
  type ParameterInput,
  type ReadParameter,
} from './read-parameters.ts';
import type { Security } from './security.ts';
import type { Servers } from './servers.ts';
import { ignore, ignoreExtensions, type Source } from './source.ts';

export type OperationInput = DefinitionInput['actions'][string][string];

/** An operation where it stands in a document. */
export interface Located {
  method: string;
  path: string;
  operationId: string | undefined;
  raw: unknown;
  place: Place;
  /** The path item, which may stand elsewhere. */
  item: { value: Raw; place: Place };
}

export interface ReadOperation extends Located {
  spec: OperationInput;
  parameters: ReadParameter[];
  body: BodyInput | undefined;
}

/** All operations of a document. */
export function locate(source: Source): { found: Located[]; lost: { operation: string; reason: string }[] } {
  const paths = source.root['paths'];
  const found: Located[] = [];
  const lost: { operation: string; reason: string }[] = [];
  if (paths !== undefined && !isObject(paths))
    source.faults.error(Place.of('/paths'), 'expected paths, an object');
  for (const [path, raw] of members(paths)) {
    if (path.startsWith('x-')) continue;
    const place = Place.root.at('paths', path);
    const item = source.refs.object(raw, place, 'a path item');
    if (!item) {
      lost.push({ operation: `* ${path}`, reason: 'its path item cannot be read' });
      continue;
    }
    const elsewhere = item.place !== place;
    for (const [method, operation] of Object.entries(item.value)) {
      if (!METHODS.has(method)) continue;
      // A path item that is referred to stands elsewhere, but its operations are those of this path.
      const at = (elsewhere ? item.place : place).at(method);
      const id = text(own(operation, 'operationId'));
      found.push({ method: method.toUpperCase(), path, operationId: id, raw: operation, place: at, item });
    }
    for (const [method] of members(item.value['additionalOperations'])) {
      source.faults.warning(
        place.at('additionalOperations', method),
        `the method ${method} is not supported; the operation is left out`,
      );
      lost.push({ operation: `${method} ${path}`, reason: `the method ${method} is not supported` });
    }
  }
  return { found, lost };
}

const KNOWN: ReadonlySet<string> = new Set(['x-ms-summary', 'x-ms-visibility', 'x-internal', 'x-deprecated']);

/** @throws LeftOut when a call cannot be made of it */
export function readOperation(
  source: Source,
  located: Located,
  security: Security,
  servers: Servers,
): ReadOperation {
  const { raw, place, item, method } = located;
  if (!isObject(raw)) throw new LeftOut('expected an operation, an object', place);
  ignoreExtensions(source, raw, KNOWN);
  if (raw['callbacks'] !== undefined) ignore(source, 'callbacks');
  const { path, fixed } = splitPath(located.path);
  const { parameters, body: fields } = readParameters(
    source,
    [
      { raw: item.value['parameters'], place: item.place.at('parameters') },
      { raw: raw['parameters'], place: place.at('parameters') },
    ],
    path,
  );
  for (const spec of fixed) {
    if (!parameters.some((one) => one.spec.in === 'query' && one.spec.name === spec.name))
      parameters.push({ spec, raw: {}, place });
  }
  const inputs = new Set(parameters.map(({ spec }) => spec.as ?? spec.name));
  const { root } = source;
  const body =
    source.dialect === '2.0'
      ? readSwaggerBody(source, fields, raw['consumes'] ?? root['consumes'], place, inputs)
      : readBody(source, raw['requestBody'], place.at('requestBody'), inputs);
  const specs = parameters.map(({ spec }) => spec);
  if ((body?.contents.length ?? 0) > 1)
    for (const spec of specs)
      if ((spec.as ?? spec.name) === 'content_type') spec.as = `content_type_${spec.in}`;
  const { answer, headers } = readAnswer(
    source,
    raw['responses'],
    place.at('responses'),
    raw['produces'] ?? root['produces'],
  );
  const pages = readPages(source.schemas, method, specs, answer.output ?? {}, headers.has('link'));
  const server =
    servers.own(raw['servers'], place.at('servers')) ??
    servers.own(item.value['servers'], item.place.at('servers'));
  const needs = security.of(raw['security'], place.at('security'));
  const destroys =
    method === 'DELETE' ||
    /^(?:.*[./_-])?(?:delete|destroy|purge|wipe|erase)(?![a-z])/.test(located.operationId ?? '');
  const description = describe(raw['description']) ?? describe(item.value['description']);
  const spec: OperationInput = {
    title: titleFor(raw, located),
    ...(description === undefined ? {} : { description }),
    ...docsOf(raw['externalDocs']),
    ...(raw['deprecated'] === true ? { deprecated: true } : {}),
    method: method as OperationInput['method'],
    path,
    ...(server === undefined ? {} : { server }),
    ...(needs.auth === undefined ? {} : { auth: needs.auth }),
    // A GET that deletes exists; to ask once too often is the smaller harm.
    ...(destroys && method !== 'DELETE'
      ? { effect: 'destroy' as const, ...(method === 'GET' ? { idempotent: false } : {}) }
      : {}),
    ...(needs.scopes?.length ? { scopes: needs.scopes } : {}),
    ...(specs.length > 0 ? { parameters: specs } : {}),
    ...(body === undefined ? {} : { body }),
    ...answer,
    ...(pages === undefined ? {} : { pages }),
  };
  return { ...located, spec, parameters, body };
}

function titleFor(raw: Raw, { method, path, operationId }: Located): string {
  const said =
    text(raw['summary']) ??
    text(raw['x-ms-summary']) ??
    (operationId === undefined ? undefined : titleOf(operationId));
  return bounded(
    (said === undefined || said.trim() === '' ? `${method} ${path}` : said).replaceAll(/\s+/g, ' '),
    LIMITS.title,
  );
}

export function docsOf(raw: unknown): { docs?: string } {
  const url = text(own(raw, 'url'));
  return url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url) ? { docs: url } : {};
}

/** What stands behind `?` in a path is sent as it is; what stands behind `#` only tells paths apart. */
function splitPath(given: string): { path: string; fixed: ParameterInput[] } {
  const [whole = ''] = given.split('#');
  const at = whole.indexOf('?');
  const path = at === -1 ? whole : whole.slice(0, at);
  const query = at === -1 ? '' : whole.slice(at + 1);
  const fixed = [...new URLSearchParams(query)].flatMap(([name, value]): ParameterInput[] => {
    if (name === '' || templateNames(name).size > 0) return [];
    const schema =
      value === '' || value.includes('{') ? { type: 'string' } : { type: 'string', default: value };
    return [{ name, in: 'query', required: false, schema, ...(value.includes('{') ? {} : { value }) }];
  });
  return { path: path.startsWith('/') ? path : `/${path}`, fixed };
}

/** Operation ids that stand at several operations. */
export function doubledIds(source: Source, found: readonly Located[]): void {
  const first = new Map<string, Located>();
  for (const located of found) {
    if (located.operationId === undefined) continue;
    const before = first.get(located.operationId);
    if (before) {
      source.faults.error(
        located.place.at('operationId'),
        `'${located.operationId}' is the operationId of ${before.method} ${before.path} too; both come in, under different names`,
      );
    } else first.set(located.operationId, located);
  }
}
