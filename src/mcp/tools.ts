import { createHash } from 'node:crypto';
import type { Action } from '../core/action.ts';
import { listActions, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import { toJsonSchema } from '../core/schema.ts';

/** A tool as the Model Context Protocol lists it. */
export interface Tool {
  /** At most 64 of letters, digits, `_` and `-`, such as `zoom_users_list`. */
  name: string;
  title: string;
  description: string;
  inputSchema: { type: 'object'; [member: string]: unknown };
  annotations: {
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
}

/** What a tool call gives. A failure is a result too: the model is told what to do about it. */
export interface ToolResult {
  content: { type: 'text'; text: string }[];
  structuredContent: Record<string, unknown>;
  isError: boolean;
}

/** What a call needs: the connector that the tool belongs to, and a way to make its calls. */
export interface ToolSession extends Pick<Reader, 'call'> {
  readonly connector: Connector;
}

/** Length that all clients accept for the name of a tool. */
const MAX_NAME = 64;

/** One tool for each action of a connector, in the order of the actions. */
export function toolsOf(connector: Connector): Tool[] {
  return [...named(connector)].map(([name, action]) => ({
    name,
    title: action.title,
    description: descriptionOf(connector, action),
    inputSchema: { type: 'object', ...toJsonSchema(action.input, 'input') },
    annotations: {
      readOnlyHint: action.effect === 'read',
      destructiveHint: action.effect === 'destroy',
      idempotentHint: action.idempotent,
      openWorldHint: true,
    },
  }));
}

/** Runs a tool once. A list gives one page; its output says how to ask for the next. */
export async function callTool(
  session: ToolSession,
  name: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<ToolResult> {
  const action = named(session.connector).get(name);
  if (!action) {
    return failure(
      new ConnectorError(`there is no tool '${name}'`, {
        kind: 'not-found',
        connector: session.connector.id,
        hint: 'List the tools: names are connector_area_action, such as zoom_users_list.',
      }),
    );
  }
  try {
    const output: unknown = await session.call(action, input);
    const structuredContent = isRecord(output) ? output : { result: output ?? null };
    return { content: [text(JSON.stringify(structuredContent))], structuredContent, isError: false };
  } catch (error) {
    if (error instanceof ConnectorError) return failure(error);
    throw error;
  }
}

/** Actions by the name of their tool. */
function named(connector: Connector): Map<string, Action> {
  const tools = new Map<string, Action>();
  for (const { name, action } of listActions(connector)) {
    const whole = `${connector.id}_${name}`;
    const plain = whole
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '_');
    // Two actions may come to the same name, or to a long one: then a mark of the full name keeps them apart.
    const mark = createHash('sha256').update(whole).digest('hex').slice(0, 8);
    const taken = plain.length > MAX_NAME || tools.has(plain);
    tools.set(taken ? `${plain.slice(0, MAX_NAME - mark.length - 1)}_${mark}` : plain, action);
  }
  return tools;
}

function descriptionOf(connector: Connector, action: Action): string {
  const { scopes, plan, docs } = action;
  const parts = [`${action.title} in ${connector.title}.`];
  if (action.pages && action.pages.kind !== 'none') parts.push('Gives one page.');
  if (action.effect === 'destroy') parts.push('Deletes: this cannot be undone.');
  if (plan !== undefined) parts.push(`Plan: ${plan}.`);
  if (scopes.length > 0) parts.push(`Needs one of the scopes ${scopes.join(', ')}.`);
  if (docs !== '') parts.push(`Documentation: ${docs}`);
  return parts.join(' ');
}

function failure(error: ConnectorError): ToolResult {
  const said = error.hint === '' ? error.message : `${error.message}\n${error.hint}`;
  // As JSON, so that members without a value are left out.
  const structuredContent = JSON.parse(JSON.stringify({ error })) as Record<string, unknown>;
  return { content: [text(said)], structuredContent, isError: true };
}

function text(value: string): { type: 'text'; text: string } {
  return { type: 'text', text: value };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
