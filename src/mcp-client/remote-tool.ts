import { createHash } from 'node:crypto';
import type { Effect } from '../core/action.ts';

/** A tool as an MCP server lists it, as far as it is of use here. */
export interface RemoteTool {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  inputSchema: Readonly<Record<string, unknown>>;
  outputSchema?: Readonly<Record<string, unknown>> | undefined;
  annotations?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Names one state of a tool: of everything that a person reads or a model follows. A server that changes any of it after
 * a person has looked has a new tool under an old name.
 */
export function hashOf(tool: RemoteTool): string {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const said = [
    name,
    title ?? null,
    description ?? null,
    inputSchema,
    outputSchema ?? null,
    annotations ?? null,
  ];
  return createHash('sha256')
    .update(JSON.stringify(sorted(said)))
    .digest('hex')
    .slice(0, 32);
}

/** The same value with its members in one order: a server may write them in another each time. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

/**
 * What a tool does, by its hints. What a server leaves out means the worst (MCP specification, ToolAnnotations): it may
 * destroy something. A person who knows better says so.
 */
export function effectOf({ annotations }: RemoteTool): Effect {
  if (annotations?.['readOnlyHint'] === true) return 'read';
  return annotations?.['destructiveHint'] === false ? 'write' : 'destroy';
}

/** Whether a second call with the same input changes nothing more. */
export function isIdempotent({ annotations }: RemoteTool): boolean {
  return annotations?.['readOnlyHint'] === true || annotations?.['idempotentHint'] === true;
}
