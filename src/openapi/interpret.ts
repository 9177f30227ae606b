import type { Action, Answer, Effect, Pages } from '../core/action.ts';
import type { Call } from '../core/call.ts';
import { ConnectorError, type FieldError } from '../core/errors.ts';
import { jsonInput, jsonOutput } from '../core/json-schema.ts';
import type { SchemaTable } from '../core/json-walk.ts';
import { once } from '../core/once.ts';
import { describe } from '../core/schema.ts';
import { bodyWriter } from './body-writer.ts';
import type { OperationSpec } from './definition.ts';
import { inputsOf, type Inputs } from './inputs.ts';
import {
  cookieWriter,
  headerWriter,
  pathFiller,
  queryWriter,
  querystringWriter,
  type Values,
} from './places.ts';

/** Where an operation stands: for messages, and for what its schemas refer to. */
export interface About {
  connector: string;
  /** Full name, such as `orders.get`. */
  name: string;
  defs: SchemaTable;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']);

/** An operation as an action. Its schemas are read when it is first looked at, and compiled when it is first called. */
export function actionOf(operation: OperationSpec, about: About): Action {
  const { method, title, docs, budget, scopes, example, output: declared, pages } = operation;
  const { description, deprecated, auth, links } = operation;
  const inputs = once(() => inputsOf(operation, about.defs));
  const input = once(() => {
    const { schema, strict } = inputs();
    return jsonInput({ schema, defs: about.defs, ...(strict ? { strict } : {}) });
  });
  const output = once(() => jsonOutput({ schema: declared, defs: about.defs }));
  const call = once(() => callerOf(operation, inputs(), about));
  return Object.freeze({
    title,
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
    docs,
    effect: operation.effect ?? effectOf(method),
    // HTTP's own words for it (RFC 9110, 9.2.2); POST and PATCH only when the document says so.
    idempotent: operation.idempotent ?? (method !== 'POST' && method !== 'PATCH'),
    budget,
    scopes,
    ...(auth === undefined ? {} : { auth }),
    get input() {
      return input();
    },
    get output() {
      return output();
    },
    example,
    pages: pages as Pages | undefined,
    ...(links === undefined ? {} : { links }),
    call: (values: Readonly<Record<string, unknown>>) => call()(values),
    read: ({ body }: Answer) => (body instanceof Uint8Array ? Buffer.from(body).toString('base64') : body),
  }) as Action;
}

function effectOf(method: string): Effect {
  return READS.has(method) ? 'read' : method === 'DELETE' ? 'destroy' : 'write';
}

/** What makes the calls of an operation. Everything that does not depend on the input is found out here, once. */
function callerOf(operation: OperationSpec, inputs: Inputs, about: About): (values: Values) => Call {
  const { method, server, answer, accept } = operation;
  const refuse = (fields: FieldError[]) => refusal(about, fields);
  if (method === 'TRACE') {
    return () => {
      throw new ConnectorError(`${about.name} cannot be called: TRACE is not sent`, {
        kind: 'config',
        connector: about.connector,
        action: about.name,
        hint: 'The fetch standard forbids the method TRACE. Leave the operation out.',
      });
    };
  }
  const [template = '', search = ''] = (operation.path.split('#')[0] as string).split(/\?(.*)/s);
  const fill = pathFiller(template, inputs.parameters);
  const queries = inputs.parameters.filter(({ spec }) => spec.in === 'query').map(queryWriter);
  const whole = inputs.parameters.filter(({ spec }) => spec.in === 'querystring').map(querystringWriter);
  const headers = inputs.parameters.filter(({ spec }) => spec.in === 'header').map(headerWriter);
  const cookies = inputs.parameters.filter(({ spec }) => spec.in === 'cookie').map(cookieWriter);
  const body = bodyWriter(operation, inputs, about.defs);
  const fixed: Partial<Call> = { ...(server === undefined ? {} : { server }), accept: answer ?? 'any' };
  return (values) => {
    const faults: FieldError[] = [];
    const path = fill(values, faults);
    const query = [search, ...queries.map((write) => write(values)), ...whole.map((write) => write(values))];
    const made = body?.(values, faults);
    const sent: Record<string, string> = {};
    if (accept !== undefined) sent['accept'] = accept;
    if (made?.type !== undefined) sent['content-type'] = made.type;
    for (const write of headers) write(values, sent, faults);
    const crumbs = cookies.map((write) => write(values)).filter((text) => text !== '');
    if (crumbs.length > 0) sent['cookie'] = crumbs.join('; ');
    if (faults.length > 0) throw refuse(faults);
    const { type: _, ...content } = made ?? {};
    return {
      method,
      path,
      ...fixed,
      search: query.filter((text) => text !== '').join('&'),
      headers: sent,
      ...content,
    };
  };
}

function refusal({ connector, name }: About, fields: FieldError[]): ConnectorError {
  return new ConnectorError(`${name}: ${describe(fields)}`, {
    kind: 'input',
    connector,
    action: name,
    fields,
    hint: `See the inputs of ${connector} ${name}.`,
  });
}
