import type { DefinitionInput, JsonSchemaValue } from './definition.ts';
import type { Place } from './faults.ts';
import { LeftOut } from './left-out.ts';
import { LIMITS } from './limits.ts';
import { bounded, given, isObject, list, members, own, text, type Raw } from './raw-value.ts';
import { ignore, ignoreExtensions, type Source } from './source.ts';

type OperationInput = DefinitionInput['actions'][string][string];
export type ParameterInput = NonNullable<OperationInput['parameters']>[number];
type Style = NonNullable<ParameterInput['style']>;

/** A parameter with what it was read from. */
export interface ReadParameter {
  spec: ParameterInput;
  raw: Raw;
  place: Place;
}

const STYLES: Readonly<Record<string, readonly Style[]>> = {
  path: ['simple', 'matrix', 'label'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};
const KNOWN: ReadonlySet<string> = new Set(['x-ms-summary', 'x-ms-visibility', 'x-ms-dynamic-values', 'x-ms-dynamic-list', 'x-enum-names', 'x-enumNames', 'x-enum-varnames', 'x-enum-descriptions', 'x-ms-enum', 'x-nullable', 'x-example', 'x-ms-skip-url-encoding']); // prettier-ignore
/** By OpenAPI, parameters of these names are not parameters: they follow from the body, the answer and the security. */
const NOT_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

/**
 * The parameters of a path item and one of its operations; the operation's count before those of the path.
 * @throws LeftOut when one is needed that cannot be sent
 */
export function readParameters(
  source: Source,
  lists: readonly { raw: unknown; place: Place }[],
  path: string,
): { parameters: ReadParameter[]; body: ReadParameter[] } {
  const found = new Map<string, ReadParameter>();
  const body = new Map<string, ReadParameter>();
  for (const { raw, place } of lists) {
    if (raw !== undefined && !Array.isArray(raw)) throw new LeftOut('its parameters are not a list', place);
    const here = new Set<string>();
    for (const [i, one] of list(raw).entries()) {
      const resolved = source.refs.object(one, place.at(i), 'a parameter');
      if (!resolved) throw new LeftOut('one of its parameters cannot be read');
      const where = text(own(resolved.value, 'in'));
      const name = text(own(resolved.value, 'name'));
      if (where === 'body' || where === 'formData') {
        const key = where === 'body' ? 'body' : (name ?? '');
        body.set(key, {
          spec: { name: name ?? 'body', in: 'body' },
          raw: resolved.value,
          place: resolved.place,
        });
        continue;
      }
      const read = readParameter(source, resolved.value, resolved.place);
      if (!read) continue;
      const key = `${read.spec.in}:${read.spec.in === 'header' ? read.spec.name.toLowerCase() : read.spec.name}`;
      if (here.has(key))
        source.faults.error(
          place.at(i),
          `the ${read.spec.in} parameter '${read.spec.name}' stands twice; the last one counts`,
        );
      here.add(key);
      found.set(key, read);
    }
  }
  fitPath(source, found, path, lists.at(-1)?.place);
  return { parameters: rename([...found.values()]), body: [...body.values()] };
}

function readParameter(source: Source, raw: Raw, place: Place): ReadParameter | undefined {
  const name = text(raw['name']);
  const where = raw['in'];
  if (name === undefined) throw new LeftOut('one of its parameters has no name', place);
  if (
    where !== 'path' &&
    where !== 'query' &&
    where !== 'header' &&
    where !== 'cookie' &&
    where !== 'querystring'
  ) {
    throw new LeftOut(
      `the parameter '${name}' has no place that is known: expected 'in' to be path, query, header or cookie`,
      place.at('in'),
    );
  }
  if (where === 'header' && NOT_HEADERS.has(name.toLowerCase())) {
    ignore(source, `header parameter ${name}`);
    return undefined;
  }
  ignoreExtensions(source, raw, KNOWN);
  const [content, media] = members(raw['content'])[0] ?? [];
  const is2 = source.dialect === '2.0';
  const schema = is2
    ? source.schemas.convert(withoutWords(inlineSchema(raw)), place)
    : content === undefined
      ? source.schemas.convert(raw['schema'], place.at('schema'))
      : source.schemas.convert(own(media, 'schema'), place.at('content', content, 'schema'));
  if (where === 'path' && raw['required'] !== true) {
    source.faults.error(
      place,
      `the path parameter '${name}' must say 'required: true'; it is taken as required`,
    );
  }
  const spec: ParameterInput = {
    name,
    in: where,
    required: where === 'path' || raw['required'] === true,
    schema,
    ...given({
      title: title(raw, schema),
      deprecated: raw['deprecated'] === true ? true : undefined,
      description: describe(raw['description']),
      value: hiddenValue(raw, schema),
    }),
    ...(content === undefined
      ? where === 'querystring'
        ? {}
        : serialization(source, raw, where, place)
      : { content }),
  };
  return { spec, raw, place };
}

function title(raw: Raw, schema: JsonSchemaValue): string | undefined {
  const said = text(raw['x-ms-summary']) ?? text(own(schema, 'x-ms-summary')) ?? text(own(schema, 'title'));
  return said === undefined ? undefined : bounded(said, LIMITS.title);
}

export function describe(value: unknown): string | undefined {
  const said = text(value);
  return said === undefined ? undefined : bounded(said, LIMITS.description);
}

/** What Power Platform calls internal is not asked for: its default is sent. */
function hiddenValue(raw: Raw, schema: JsonSchemaValue): unknown {
  const hidden = raw['x-ms-visibility'] ?? own(schema, 'x-ms-visibility');
  return hidden === 'internal' ? own(schema, 'default') : undefined;
}

/** The keywords of a Swagger 2.0 parameter that are its schema. */
export function inlineSchema(raw: Raw): Raw {
  const {
    name: _,
    in: __,
    required: ___,
    description: ____,
    collectionFormat: _____,
    allowEmptyValue: ______,
    schema,
    ...rest
  } = raw;
  // Some write the schema of OpenAPI 3 here.
  return isObject(schema) ? schema : rest;
}

/** Without the extensions that are of the parameter, not of its values. */
function withoutWords(schema: Raw): Raw {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => !key.startsWith('x-ms-') || key === 'x-ms-enum'),
  );
}

function serialization(
  source: Source,
  raw: Raw,
  where: 'path' | 'query' | 'header' | 'cookie',
  place: Place,
): Pick<ParameterInput, 'style' | 'explode' | 'allowReserved'> {
  const reserved =
    raw['allowReserved'] === true || raw['x-ms-skip-url-encoding'] === true ? { allowReserved: true } : {};
  if (source.dialect === '2.0') return { ...collection(source, raw, where, place), ...reserved };
  const styles = STYLES[where] ?? [];
  const [usual] = styles;
  let style = raw['style'] as Style | undefined;
  if (style !== undefined && !styles.includes(style)) {
    source.faults.error(
      place.at('style'),
      `a parameter in ${where} has the style ${styles.join(' or ')}; '${style}' is taken as '${usual}'`,
    );
    style = undefined;
  }
  const explodes = (style ?? usual) === 'form';
  return {
    ...(style === undefined || style === usual ? {} : { style }),
    ...(typeof raw['explode'] === 'boolean' && raw['explode'] !== explodes
      ? { explode: raw['explode'] }
      : {}),
    ...reserved,
  };
}

/** Swagger 2.0's words for lists in those of OpenAPI 3. */
export function collection(
  source: Source,
  raw: Raw,
  where: string,
  place: Place,
): { style?: Style; explode?: boolean } {
  if (raw['type'] !== 'array') return {};
  const isQuery = where === 'query' || where === 'formData';
  switch (raw['collectionFormat'] ?? 'csv') {
    case 'multi':
      return isQuery ? {} : unknownFormat();
    case 'csv':
      return isQuery ? { explode: false } : {};
    case 'ssv':
      return isQuery ? { style: 'spaceDelimited' } : unknownFormat();
    case 'pipes':
      return isQuery ? { style: 'pipeDelimited' } : unknownFormat();
    default:
      return unknownFormat();
  }

  function unknownFormat(): { explode?: boolean } {
    source.faults.warning(
      place.at('collectionFormat'),
      `'${String(raw['collectionFormat'])}' cannot be sent in ${where}; the list is written with commas`,
    );
    return isQuery ? { explode: false } : {};
  }
}

/** Path parameters and braces must be the same ones. */
function fitPath(
  source: Source,
  found: Map<string, ReadParameter>,
  path: string,
  place: Place | undefined,
): void {
  const names = templateNames(path);
  for (const name of names) {
    const key = `path:${name}`;
    if (found.has(key) || !place) continue;
    source.faults.error(
      place.up ?? place,
      `the path parameter '${name}' is not declared; it is taken as a required text`,
    );
    found.set(key, {
      spec: { name, in: 'path', required: true, schema: { type: 'string' } },
      raw: {},
      place,
    });
  }
  for (const [key, { spec, place: at }] of found) {
    if (spec.in !== 'path' || names.has(spec.name)) continue;
    source.faults.error(at, `the path '${path}' has no '{${spec.name}}'; the parameter is left out`);
    found.delete(key);
  }
}

export function templateNames(path: string): Set<string> {
  return new Set([...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name));
}

/** Inputs have one name each: of two parameters of one name, that in the path keeps it. */
function rename(parameters: ReadParameter[]): ReadParameter[] {
  const order = ['path', 'query', 'querystring', 'header', 'cookie'];
  const taken = new Set<string>();
  for (const { spec } of parameters.toSorted((a, b) => order.indexOf(a.spec.in) - order.indexOf(b.spec.in))) {
    let name = spec.name;
    for (let i = 1; taken.has(name); i++) name = `${spec.name}_${spec.in}${i === 1 ? '' : i}`;
    if (name === '__proto__') name = 'proto';
    if (name !== spec.name) spec.as = name;
    taken.add(name);
  }
  return parameters;
}
