import type { DefinitionInput, JsonSchemaValue } from './definition.ts';
import type { Place } from './faults.ts';
import { flatten } from './flatten.ts';
import { LeftOut } from './left-out.ts';
import { MEDIA_TYPE, mediaRank, plainType } from './media-types.ts';
import { isObject, list, members, own, text, type Raw } from './raw-value.ts';
import { collection, describe, inlineSchema, type ReadParameter } from './read-parameters.ts';
import { ignore, type Source } from './source.ts';

type OperationInput = DefinitionInput['actions'][string][string];
export type BodyInput = NonNullable<OperationInput['body']>;
type ContentInput = BodyInput['contents'][number];
type EncodingInput = NonNullable<ContentInput['encoding']>[string];

/** The body of an operation of OpenAPI 3. @throws LeftOut when it cannot be sent */
export function readBody(
  source: Source,
  raw: unknown,
  place: Place,
  inputs: ReadonlySet<string>,
): BodyInput | undefined {
  if (raw === undefined) return undefined;
  const body = source.refs.object(raw, place, 'a request body');
  if (!body) throw new LeftOut('its body cannot be read');
  const { content } = body.value;
  if (!isObject(content) || Object.keys(content).length === 0) {
    const why = `expected 'content' with a media type such as application/json`;
    if (body.value['required'] === true)
      throw new LeftOut(`its body does not say how it is written: ${why}`, body.place);
    source.faults.error(body.place, `${why}; no body is sent`);
    return undefined;
  }
  const contents: ContentInput[] = [];
  for (const [type, media] of members(content)) {
    const at = body.place.at('content', type);
    const spec = readContent(source, type, media, at);
    if (spec) contents.push(spec);
  }
  return finish(source, contents, body.value, body.place, inputs);
}

function readContent(source: Source, type: string, media: unknown, place: Place): ContentInput | undefined {
  if (!MEDIA_TYPE.test(type)) {
    source.faults.error(
      place,
      `'${type}' is no media type; expected such as application/json; this way to write the body is left out`,
    );
    return undefined;
  }
  const described = source.refs.object(media, place, 'a media type');
  if (!described) return undefined;
  const raw = own(described.value, 'schema');
  const schema = source.schemas.convert(raw, described.place.at('schema'));
  const sent = plainType(type, source.schemas.follow(schema));
  const encoding = readEncoding(source, described.value['encoding'], described.place.at('encoding'));
  return { type: sent, schema: schemaFor(source, sent, schema, raw), ...(encoding ? { encoding } : {}) };
}

/** XML is written as text, and what has no schema by its type. */
function schemaFor(source: Source, type: string, schema: JsonSchemaValue, raw: unknown): JsonSchemaValue {
  const kind = mediaRank(type);
  if (kind === 'xml') return { type: 'string', description: 'The XML, as text' };
  // Whatever a document calls the type of such a body: only bytes can be sent.
  if (kind === 'binary' && own(source.schemas.follow(schema), 'type') !== 'string')
    return { type: 'string', format: 'binary' };
  if (kind === 'text' && raw === undefined) return { type: 'string' };
  return schema;
}

const STYLES: ReadonlySet<unknown> = new Set(['form', 'spaceDelimited', 'pipeDelimited', 'deepObject']);

function readEncoding(source: Source, raw: unknown, place: Place): Record<string, EncodingInput> | undefined {
  const read = members(raw).flatMap(([name, one]) => {
    if (!isObject(one) || name === '__proto__') return [];
    const encoding: EncodingInput = {};
    const contentType = text(one['contentType'])?.split(',')[0]?.trim();
    if (contentType !== undefined) encoding.contentType = contentType;
    if (STYLES.has(one['style'])) encoding.style = one['style'] as 'form';
    if (typeof one['explode'] === 'boolean') encoding.explode = one['explode'];
    if (one['allowReserved'] === true) encoding.allowReserved = true;
    const headers = fixedHeaders(source, one['headers'], place.at(name, 'headers'));
    if (headers) encoding.headers = headers;
    return Object.keys(encoding).length > 0 ? [[name, encoding] as const] : [];
  });
  return read.length > 0 ? Object.fromEntries(read) : undefined;
}

/** Headers of a part that have one value only; others have no input. */
function fixedHeaders(source: Source, raw: unknown, place: Place): Record<string, string> | undefined {
  const fixed = members(raw).flatMap(([name, one]) => {
    if (name.toLowerCase() === 'content-type') return [];
    const header = source.refs.object(one, place.at(name), 'a header');
    const schema = own(header?.value, 'schema');
    const values = list(own(schema, 'enum'));
    const value =
      own(schema, 'const') ?? (values.length === 1 ? values[0] : undefined) ?? own(schema, 'default');
    if (typeof value === 'string' || typeof value === 'number') return [[name, String(value)] as const];
    source.faults.warning(
      place.at(name),
      `the header '${name}' of this part has no fixed value; it is not sent`,
    );
    return [];
  });
  return fixed.length > 0 ? Object.fromEntries(fixed) : undefined;
}

/** The body of an operation of Swagger 2.0, which stands among its parameters. @throws LeftOut when it cannot be sent */
export function readSwaggerBody(
  source: Source,
  parameters: readonly ReadParameter[],
  consumes: unknown,
  place: Place,
  inputs: ReadonlySet<string>,
): BodyInput | undefined {
  const types = list(consumes).filter((type): type is string => {
    const good = typeof type === 'string' && MEDIA_TYPE.test(type);
    if (!good)
      source.faults.error(
        place.at('consumes'),
        `'${String(type)}' is no media type; expected such as application/json`,
      );
    return good;
  });
  const whole = parameters.find(({ raw }) => raw['in'] === 'body');
  const fields = parameters.filter(({ raw }) => raw['in'] === 'formData');
  if (whole) {
    if (fields.length > 0)
      throw new LeftOut(
        'it has a body and form fields; a request has one of the two',
        place.at('parameters'),
      );
    const schema = source.schemas.convert(whole.raw['schema'], whole.place.at('schema'));
    const known = types.filter((type) => !/^multipart\/|urlencoded/.test(type));
    const contents = (known.length > 0 ? known : ['application/json']).map((type) => {
      const sent = plainType(type, source.schemas.follow(schema));
      return { type: sent, schema: schemaFor(source, sent, schema, whole.raw['schema']) };
    });
    return finish(source, contents, whole.raw, whole.place, inputs);
  }
  if (fields.length === 0) return undefined;
  const files = fields.some(({ raw }) => raw['type'] === 'file');
  const forms = types.filter(
    (type) => type === 'multipart/form-data' || (!files && type === 'application/x-www-form-urlencoded'),
  );
  const properties = fields.map(({ raw, spec, place: at }) => {
    const schema = source.schemas.convert(inlineSchema(raw), at);
    const description = describe(raw['description']);
    return [spec.name, isObject(schema) && description ? { ...schema, description } : schema] as const;
  });
  const required = fields.filter(({ raw }) => raw['required'] === true).map(({ spec }) => spec.name);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
  };
  const encoding = Object.fromEntries(
    fields.flatMap(({ raw, spec, place: at }) => {
      const style = collection(source, raw, 'formData', at);
      return Object.keys(style).length > 0 ? [[spec.name, style]] : [];
    }),
  );
  const type = files ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
  const contents = (forms.length > 0 ? forms.slice(0, 1) : [type]).map((form) => ({
    type: form,
    schema,
    ...(Object.keys(encoding).length > 0 ? { encoding } : {}),
  }));
  return finish(source, contents, { required: required.length > 0 }, place, inputs);
}

/** The best types first, and members as inputs of their own where that is certain. */
function finish(
  source: Source,
  all: ContentInput[],
  raw: Raw,
  place: Place,
  inputs: ReadonlySet<string>,
): BodyInput {
  if (all.length === 0) throw new LeftOut('its body has no media type that can be written', place);
  const ranks = ['json', 'form', 'multipart', 'lines', 'text', 'binary', 'xml'];
  const best = all.toSorted((a, b) => ranks.indexOf(mediaRank(a.type)) - ranks.indexOf(mediaRank(b.type)));
  const seen = new Set<string>();
  const contents = best.filter(({ type }) => {
    const rank = mediaRank(type);
    // The same in XML, or in a second dialect of JSON, adds a question and no answer.
    const needless = rank === 'xml' || rank === 'json' ? seen.has('json') || seen.has(rank) : seen.has(type);
    if (needless) ignore(source, `body as ${type}`);
    seen.add(needless ? '' : rank).add(type);
    return !needless;
  });
  if (mediaRank(contents[0]?.type ?? '') === 'xml')
    source.faults.warning(place, 'a body in XML is given as text');
  const required = raw['required'] === true;
  const [first] = contents as [ContentInput, ...ContentInput[]];
  const flat = flatten(source.schemas, first.schema ?? {});
  const several = contents.length > 1;
  const spread =
    flat !== undefined &&
    ['json', 'form', 'multipart'].includes(mediaRank(first.type)) &&
    (required || list(flat['required']).length === 0) &&
    Object.keys(flat['properties'] as Raw).every(
      (name) => !inputs.has(name) && !(several && name === 'content_type'),
    ) &&
    contents.every(
      ({ schema }) => schema === first.schema || JSON.stringify(schema) === JSON.stringify(first.schema),
    );
  let as = 'body';
  if (!spread) for (let i = 1; inputs.has(as); i++) as = `request_body${i === 1 ? '' : i}`;
  const description = describe(raw['description']);
  return {
    required,
    contents,
    spread,
    ...(description ? { description } : {}),
    ...(as === 'body' ? {} : { as }),
  };
}
