import type { FieldError } from '../core/errors.ts';
import type { SchemaTable } from '../core/json-walk.ts';
import { bodyOf, Unwritable, type BodyOf } from './bodies.ts';
import type { ContentSpec, OperationSpec } from './definition.ts';
import type { Inputs, ParameterInput } from './inputs.ts';
import { valueOf, type Values } from './places.ts';

/** Makes the body of a call; undefined when the operation has none. What cannot be written is told to `faults`. */
export function bodyWriter(
  { method, body }: OperationSpec,
  { members, spread, whole, choice, parameters }: Inputs,
  defs: SchemaTable,
): ((values: Values, faults: FieldError[]) => BodyOf | undefined) | undefined {
  if (!body && members.length === 0) return undefined;
  const contents = body?.contents ?? [membersContent(members)];
  const inputOf = new Map(spread?.names.map(([input, member]) => [member, input]));
  const known = new Set([...parameters, ...members].map(({ input }) => input));
  for (const [input] of spread?.names ?? []) known.add(input);
  if (choice !== undefined) known.add(choice);
  const pick = (values: Values): unknown => {
    const given = [
      ...members.map((one) => [one.spec.name, valueOf(one, values)] as const),
      ...(spread?.names ?? []).map(([input, member]) => [member, values[input]] as const),
      ...(spread?.open ? Object.entries(values).filter(([name]) => !known.has(name)) : []),
    ].filter(([, value]) => value !== undefined);
    if (whole === undefined) {
      return given.length > 0 || body?.required ? Object.fromEntries(given) : undefined;
    }
    const value = values[whole];
    return given.length > 0 ? { ...Object.fromEntries(given), ...(value as object | undefined) } : value;
  };
  const bodyless = method === 'GET' || method === 'HEAD';
  return (values, faults) => {
    const value = pick(values);
    if (value === undefined) return undefined;
    if (bodyless && (whole === undefined ? Object.keys(value as object).length === 0 : false))
      return undefined;
    const field = whole ?? '(input)';
    if (bodyless) {
      faults.push({ field, message: `cannot be sent: a call with ${method} has no body (fetch standard)` });
      return undefined;
    }
    const chosen = choice === undefined ? undefined : values[choice];
    const content = contents.find(({ type }) => type === chosen) ?? contents[0];
    if (content === undefined) return undefined;
    try {
      return bodyOf(content, value, defs);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      const place =
        whole === undefined
          ? inputPlace(error.field, inputOf)
          : [whole, error.field].filter(Boolean).join('.');
      faults.push({ field: place || field, message: error.message });
      return undefined;
    }
  };
}

function inputPlace(field: string, inputOf: ReadonlyMap<string, string>): string {
  const [member = '', ...rest] = field.split('.');
  return [inputOf.get(member) ?? member, ...rest].join('.');
}

function membersContent(members: readonly ParameterInput[]): ContentSpec {
  const properties = Object.fromEntries(members.map(({ spec }) => [spec.name, spec.schema]));
  return { type: 'application/json', schema: { type: 'object', properties } };
}
