import type { Action } from '../core/action.ts';
import type { Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import { toJsonSchema } from '../core/schema.ts';
import { toolNames } from './names.ts';

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

/** One tool for each action of a connector, in the order of the actions. */
export function toolsOf(connector: Connector): Tool[] {
  return [...toolNames(connector)].map(([name, { action }]) => toolOf(name, connector, action));
}

/** An action as a tool of that name. */
export function toolOf(name: string, connector: Connector, action: Action): Tool {
  return {
    name,
    title: action.title,
    description: descriptionOf(connector, action),
    inputSchema: objectSchema(toJsonSchema(action.input, 'input')),
    annotations: hintsOf(action.effect, action.idempotent),
  };
}

/** What a tool does, in the words of the protocol. They are hints: a client may show them, never trust them. */
export function hintsOf(
  effect: Action['effect'],
  idempotent: boolean,
  openWorld = true,
): Tool['annotations'] {
  return {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'destroy',
    idempotentHint: idempotent,
    openWorldHint: openWorld,
  };
}

/**
 * A schema as the input of a tool. Models and clients want a plain object at the top: what the alternatives at the top
 * know is laid together, and the action itself refuses what does not fit.
 */
export function objectSchema(schema: Readonly<Record<string, unknown>>): Tool['inputSchema'] {
  const { oneOf, anyOf, allOf, ...rest } = schema;
  const parts = [oneOf, anyOf, allOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  if (parts.length === 0) return { ...rest, type: 'object' };
  const members = parts.map((part) => (isRecord(part) ? part : {}));
  const properties = Object.assign({}, ...members.map((part) => part['properties'])) as Record<
    string,
    unknown
  >;
  const needed = Array.isArray(allOf)
    ? (allOf as unknown[]).flatMap((part) => (isRecord(part) ? ((part['required'] as string[]) ?? []) : []))
    : [];
  const required = [...new Set([...((rest['required'] as string[] | undefined) ?? []), ...needed])];
  return {
    ...rest,
    type: 'object',
    properties: { ...properties, ...(rest['properties'] as Record<string, unknown> | undefined) },
    ...(required.length > 0 ? { required } : {}),
  };
}

/** Runs a tool once. A list gives one page; its output says how to ask for the next. */
export async function callTool(
  session: ToolSession,
  name: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<ToolResult> {
  const found = toolNames(session.connector).get(name);
  if (!found) {
    return failure(
      new ConnectorError(`there is no tool '${name}'`, {
        kind: 'not-found',
        connector: session.connector.id,
        hint: 'List the tools: names are connector_area_action, such as zoom_users_list.',
      }),
    );
  }
  try {
    const output: unknown = await session.call(found.action, input);
    const structuredContent = isRecord(output) ? output : { result: output ?? null };
    return { content: [text(JSON.stringify(structuredContent))], structuredContent, isError: false };
  } catch (error) {
    if (error instanceof ConnectorError) return failure(error);
    throw error;
  }
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

/** A failure as a result: what is wrong, and what to do about it. */
export function failure(error: ConnectorError): ToolResult {
  const said = error.hint === '' ? error.message : `${error.message}\n${error.hint}`;
  // As JSON, so that members without a value are left out.
  const structuredContent = JSON.parse(JSON.stringify({ error })) as Record<string, unknown>;
  return { content: [text(said)], structuredContent, isError: true };
}

function text(value: string): { type: 'text'; text: string } {
  return { type: 'text', text: value };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
