import { operationByHand, splitAddress } from '../../openapi/by-hand.ts';
import type { Definition, OperationSpec, ParameterSpec } from '../../openapi/definition.ts';
import { namesInPath } from '../../openapi/inputs.ts';
import { applyOverlay, operationsOf, type Overlay } from '../../openapi/overlay.ts';
import type { EditOrder, OperationFields } from './types.ts';

/** What is said in the words of a form, as edits of single places; any other order as it is. */
export function ordersOf(base: Definition, overlay: Overlay, order: EditOrder): EditOrder[] {
  if (order.do !== 'fields') return [order];
  const { action, fields } = order;
  const found = operationsOf(applyOverlay(base, overlay).definition).find(({ name }) => name === action);
  // That there is none is said by the edit.
  if (!found) return [{ do: 'set', action, pointer: '/title', value: '' }];
  const set = (pointer: string, value: unknown): EditOrder => ({ do: 'set', action, pointer, value });
  const { title, description, method, path, body, response } = fields;
  const made = operationByHand({
    method: method ?? found.operation.method,
    path: found.operation.path,
    ...(body === undefined ? {} : { bodyExample: body }),
    ...(response === undefined ? {} : { answerExample: response }),
  }).operation;
  return [
    ...(title === undefined ? [] : [set('/title', title)]),
    ...(description === undefined ? [] : [set('/description', description)]),
    ...(method === undefined ? [] : [set('/method', method.toUpperCase())]),
    ...(path === undefined ? [] : pathOrders(action, found.operation, path)),
    ...defaultOrders(action, found.operation, 'query', {
      ...(path === undefined ? {} : splitAddress(path).defaults),
      ...fields.query,
    }),
    ...defaultOrders(action, found.operation, 'header', fields.headers ?? {}),
    ...(body === undefined ? [] : [set('/body', made.body)]),
    ...(response === undefined ? [] : [set('/output', made.output)]),
  ];
}

/** Another path has other parameters: those that it names come, those that it does not go. */
function pathOrders(action: string, operation: OperationSpec, given: string): EditOrder[] {
  const { path } = splitAddress(given);
  const names = namesInPath(path);
  const known = operation.parameters.filter((one) => one.in === 'path');
  const gone = known.filter(({ name }) => !names.includes(name));
  const fresh = names.filter((name) => !known.some((one) => one.name === name));
  return [
    { do: 'set', action, pointer: '/path', value: path },
    ...gone.map(({ name }): EditOrder => ({ do: 'unset', action, pointer: placeOf('path', name) })),
    ...fresh.map((name): EditOrder => ({
      do: 'set',
      action,
      pointer: '/parameters/-',
      value: { name, in: 'path', required: true, schema: { type: 'string' } },
    })),
  ];
}

function defaultOrders(
  action: string,
  operation: OperationSpec,
  place: 'query' | 'header',
  values: NonNullable<OperationFields['query']>,
): EditOrder[] {
  return Object.entries(values).map(([name, value]): EditOrder => {
    const known = operation.parameters.find((one) => one.in === place && one.name === name);
    const pointer = `${placeOf(place, name)}/value`;
    if (known && value === null) {
      return known.value === undefined
        ? { do: 'set', action, pointer: `${placeOf(place, name)}/required`, value: known.required }
        : { do: 'unset', action, pointer };
    }
    if (known) return { do: 'set', action, pointer, value: typed(known, value) };
    return {
      do: 'set',
      action,
      pointer: '/parameters/-',
      value: { name, in: place, schema: { type: 'string' }, ...(value === null ? {} : { value }) },
    };
  });
}

/** A text as the type that the parameter has. */
function typed({ schema }: ParameterSpec, value: unknown): unknown {
  const type = typeof schema === 'object' ? schema['type'] : undefined;
  if (typeof value !== 'string') return value;
  if ((type === 'integer' || type === 'number') && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function placeOf(place: string, name: string): string {
  return `/parameters/${`${place}:${name}`.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
