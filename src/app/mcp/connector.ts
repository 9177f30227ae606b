import { z } from 'zod';
import { defineAction, type Action, type Effect } from '../../core/action.ts';
import type { AuthScheme } from '../../core/auth.ts';
import { defineConnector, type Connector } from '../../core/connector.ts';
import type { ErrorTable } from '../../core/errors.ts';
import { jsonInput, jsonOutput } from '../../core/json-schema.ts';
import type { ServerFacts } from '../../mcp-client/link.ts';
import { effectOf, hashOf, isIdempotent, type RemoteTool } from '../../mcp-client/remote-tool.ts';
import { CARRIED, LISTED, serverOf, type CarriedCall, type McpTarget } from '../../mcp-client/target.ts';
import { sampleOf } from './sample.ts';

/** Longest that a tool may take, in milliseconds: many ask other systems themselves. */
const TOOL_MS = 120_000;
const BUDGET = 'calls';

/** What a connector is made of. */
export interface McpServerSpec {
  id: string;
  title: string;
  target: McpTarget;
  auth: AuthScheme;
  /** Those that a person approved. */
  tools: readonly { tool: RemoteTool; effect?: Effect | undefined }[];
}

/** The connector of an MCP server: each tool is an action, called like any other. */
export function connectorOfTools({ id, title, target, auth, tools }: McpServerSpec): Connector {
  return defineConnector({
    id,
    title,
    docs: target.kind === 'http' ? target.url : '',
    servers: { api: serverOf(target) },
    auth,
    carrier: 'mcp',
    ...(target.kind === 'http' ? { guarded: true } : {}),
    // Nobody says what such a server takes; this is what a person at a keyboard would not reach.
    budgets: { default: { [BUDGET]: { windows: [{ limit: 10, perMs: 1000 }] } } },
    plan: 'default',
    errors: errorsOf(id),
    actions: {
      tools: Object.fromEntries(tools.map((one) => [one.tool.name, toAction(one.tool, one.effect)])),
    },
  });
}

/** A tool as an action: what it is called with is data, the protocol is for whoever carries it. */
function toAction(tool: RemoteTool, effect: Effect = effectOf(tool)): Action {
  const hash = hashOf(tool);
  const { $defs, $schema: _, ...schema } = tool.inputSchema as Record<string, unknown>;
  const defs = ($defs ?? {}) as Record<string, Record<string, unknown>>;
  const {
    $defs: outputDefs,
    $schema: __,
    ...output
  } = (tool.outputSchema ?? TEXT_OUTPUT) as Record<string, unknown>;
  return defineAction({
    title: tool.title ?? titleIn(tool) ?? tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    docs: '',
    effect,
    idempotent: isIdempotent(tool),
    budget: BUDGET,
    scopes: [],
    input: jsonInput({ schema: { ...schema, type: 'object' }, defs }),
    output: jsonOutput({ schema: output, defs: (outputDefs ?? {}) as typeof defs }),
    example: sampleOf(schema, defs) as Record<string, never>,
    call: (input) => ({
      method: 'POST',
      path: CARRIED,
      json: { tool: tool.name, hash, arguments: input } satisfies CarriedCall,
      timeoutMs: TOOL_MS,
    }),
  });
}

function titleIn({ annotations }: RemoteTool): string | undefined {
  const title = annotations?.['title'];
  return typeof title === 'string' && title !== '' ? title : undefined;
}

/** What a tool gives that does not say what it gives. */
const TEXT_OUTPUT: Readonly<Record<string, unknown>> = {
  type: 'object',
  properties: {
    text: { type: 'string', description: 'Everything that the tool says in words.' },
    content: {
      type: 'array',
      items: { type: 'object', properties: { type: { type: 'string' } }, required: ['type'] },
      description: 'The blocks of its result, pictures and links too.',
    },
  },
  required: ['text', 'content'],
};

function errorsOf(id: string): ErrorTable {
  return {
    code: 'code',
    message: 'message',
    rules: [
      {
        code: 'tool-error',
        kind: 'input',
        hint: 'The tool says why. Correct the input, or try another tool.',
      },
      {
        code: 'tool-changed',
        kind: 'config',
        hint: `See what changed, and approve it if it is still what you want: trunkline connectors tools ${id}`,
      },
      {
        code: 'tool-gone',
        kind: 'not-found',
        hint: `See what it has now: trunkline connectors tools ${id} --refresh`,
      },
      {
        code: 'insufficient_scope',
        message: /scopes: (.+)$/,
        kind: 'scope',
        hint: `Consent to more: trunkline connectors consent ${id} --scopes "$1"`,
      },
      { code: 'too-large', kind: 'contract', retry: 'never', hint: 'Ask the tool for less at once.' },
      {
        code: 'no-program',
        kind: 'config',
        hint: 'Programs are started only when trunkline.yaml names them under mcp: servers:.',
      },
      { status: 401, kind: 'auth', hint: `Consent again: trunkline connectors consent ${id}` },
    ],
  };
}

/** What a server is and has, asked for like anything else: with the proof, the limits and the errors of its connection. */
export const lookAction = defineAction({
  title: 'tools/list',
  docs: 'https://modelcontextprotocol.io/specification/2025-11-25/server/tools#listing-tools',
  effect: 'read',
  idempotent: true,
  budget: BUDGET,
  scopes: [],
  input: z.strictObject({}),
  output: z.object({ facts: z.custom<ServerFacts>(), tools: z.array(z.custom<RemoteTool>()) }),
  example: {},
  call: () => ({ method: 'POST', path: LISTED, json: {}, timeoutMs: TOOL_MS }),
});
