import type { DefinitionInput, JsonSchemaValue } from './definition.ts';
import { escapePart } from './faults.ts';
import { isObject, list, members, own, text, type Raw } from './raw-value.ts';
import type { ParameterInput } from './read-parameters.ts';
import type { BodyInput } from './read-body.ts';
import type { Schemas } from './schemas.ts';

type OperationInput = DefinitionInput['actions'][string][string];
type LinkInput = NonNullable<OperationInput['links']>[string];

/** An extension that names values of an input; those that name another operation wait until all have their names. */
interface Linked {
  pointer: string;
  raw: Raw;
}

/** The inputs of an operation whose values the document lists, by Power Platform's and other common extensions. */
export function readLinks(
  schemas: Schemas,
  parameters: readonly { spec: ParameterInput; raw: Raw }[],
  body: BodyInput | undefined,
  actionOf: (operationId: string) => string | undefined,
): Record<string, LinkInput> | undefined {
  const linked: Linked[] = parameters.map(({ spec, raw }) => ({
    pointer: `/${escapePart(spec.as ?? spec.name)}`,
    raw: { ...(isObject(spec.schema) ? (spec.schema as Raw) : {}), ...raw },
  }));
  const [first] = body?.contents ?? [];
  if (first) {
    const start = body?.spread === true ? '' : `/${escapePart(body?.as ?? 'body')}`;
    collect(schemas, first.schema ?? {}, start, linked, 0);
  }
  const links = linked.flatMap(({ pointer, raw }) => {
    const link = dynamicLink(raw, actionOf) ?? choices(raw);
    return link ? [[pointer, link] as const] : [];
  });
  return links.length > 0 ? Object.fromEntries(links) : undefined;
}

function collect(
  schemas: Schemas,
  schema: JsonSchemaValue,
  pointer: string,
  linked: Linked[],
  depth: number,
): void {
  const whole = schemas.follow(schema);
  if (!isObject(whole) || depth > 4) return;
  for (const [name, member] of members(whole['properties'])) {
    const at = `${pointer}/${escapePart(name)}`;
    const inner = schemas.follow(member as JsonSchemaValue);
    if (isObject(inner)) linked.push({ pointer: at, raw: { ...inner, ...(isObject(member) ? member : {}) } });
    collect(schemas, member as JsonSchemaValue, at, linked, depth + 1);
  }
}

function dynamicLink(raw: Raw, actionOf: (operationId: string) => string | undefined): LinkInput | undefined {
  const values = raw['x-ms-dynamic-values'];
  const lists = raw['x-ms-dynamic-list'];
  const source = isObject(lists) ? lists : isObject(values) ? values : undefined;
  const action = actionOf(text(source?.['operationId']) ?? '');
  if (!source || action === undefined) return undefined;
  const value = text(source['itemValuePath']) ?? text(source['value-path']);
  if (value === undefined) return undefined;
  const items = text(source['itemsPath']) ?? text(source['value-collection']);
  const title = text(source['itemTitlePath']) ?? text(source['value-title']);
  return {
    action,
    input: Object.fromEntries(members(source['parameters']).map(([name, given]) => [name, argument(given)])),
    ...(items === undefined ? {} : { items: slashed(items) }),
    value: slashed(value),
    ...(title === undefined ? {} : { label: `{${title.replace(/^\//, '').replaceAll('/', '.')}}` }),
  };
}

/** Another input is named as `{ parameter: name }` or `{ parameterReference: body/name }`. */
function argument(given: unknown): unknown {
  const other = text(own(given, 'parameter')) ?? text(own(given, 'parameterReference'));
  if (other !== undefined) return `{${other.split('/').findLast(Boolean) ?? other}}`;
  return isObject(given) && 'value' in given ? given['value'] : given;
}

function slashed(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** Values that have names beside them. */
function choices(raw: Raw): LinkInput | undefined {
  const values = list(raw['enum']);
  const named = own(raw['x-ms-enum'], 'values');
  const byValue = new Map(list(named).map((one) => [own(one, 'value'), text(own(one, 'name'))] as const));
  const said = ['x-enum-names', 'x-enumNames', 'x-enum-varnames', 'x-enum-descriptions'].map(
    (key) => raw[key],
  );
  const names = said.find((one) => Array.isArray(one) && one.length === values.length);
  const map = said.find(isObject);
  if (values.length === 0 || (names === undefined && map === undefined && byValue.size === 0))
    return undefined;
  return {
    choices: values.map((value, i) => {
      const label = text(list(names)[i]) ?? text(own(map, String(value))) ?? byValue.get(value);
      return { value, ...(label === undefined ? {} : { label }) };
    }),
  };
}
