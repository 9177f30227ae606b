import type { JsonSchema, SchemaTable } from '../core/json-walk.ts';
import { bodyInputs, described, type BodyInputs } from './body-inputs.ts';
import type { OperationSpec, ParameterSpec } from './definition.ts';

/** Headers that say where a request goes and how long it is: the client sets them (fetch standard, RFC 9112). */
const OURS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);

/** A parameter, by the name of its input. */
export interface ParameterInput {
  input: string;
  spec: ParameterSpec;
}

/** What an operation takes, and how its inputs are spread over the request. */
export interface Inputs extends Pick<BodyInputs, 'whole' | 'spread' | 'choice'> {
  parameters: readonly ParameterInput[];
  /** Parameters `in: body`: members of a JSON object. */
  members: readonly ParameterInput[];
  /** As people see it. */
  schema: Record<string, unknown>;
  /** As it is checked, where that is more. */
  strict: Record<string, unknown> | undefined;
}

type Properties = Record<string, JsonSchema>;

/** The inputs of an operation. Reads schemas, but compiles nothing. */
export function inputsOf(operation: OperationSpec, defs: SchemaTable): Inputs {
  const declared = [...operation.parameters, ...undeclared(operation)];
  const used = new Set(namesInPath(operation.path));
  const all = declared
    .filter(({ in: place, name }) => place !== 'path' || used.has(name))
    .filter(({ in: place, name }) => place !== 'header' || !OURS.has(name.toLowerCase()))
    .map((spec) => ({ input: spec.as ?? spec.name, spec }));
  const properties: Properties = {};
  const required: string[] = [];
  for (const { input, spec } of all) {
    properties[input] = described(spec.schema, spec);
    if ((spec.required || spec.in === 'path') && spec.value === undefined) required.push(input);
  }
  const { body } = operation;
  const made = body && bodyInputs(body, operation.method, new Set(Object.keys(properties)), defs);
  Object.assign(properties, made?.properties);
  required.push(...(made?.required ?? []).filter((name) => !required.includes(name)));
  const schema = {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: made?.rest ?? false,
  };
  return {
    parameters: all.filter(({ spec }) => spec.in !== 'body'),
    members: all.filter(({ spec }) => spec.in === 'body'),
    whole: made?.whole,
    spread: made?.spread,
    choice: made?.choice,
    schema,
    strict: made?.rules && { ...schema, allOf: made.rules },
  };
}

/** Names in the braces of a path. */
export function namesInPath(path: string): string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map((found) => found[1] as string);
}

/** A name in the path that no parameter declares is one all the same: the path cannot be written without it. */
function undeclared({ path, parameters }: OperationSpec): ParameterSpec[] {
  const known = new Set(parameters.filter((one) => one.in === 'path').map(({ name }) => name));
  return [...new Set(namesInPath(path))]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}
