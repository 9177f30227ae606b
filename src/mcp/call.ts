import { ConnectorError } from '../core/errors.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import type { OfferedTool } from './offered-tools.ts';
import type { ToolContext } from './own-tool.ts';
import { failure, type ToolResult } from './tools.ts';

/** Runs a tool that is offered. Whatever goes wrong is a result that tells the model what to do about it. */
export async function runTool(
  context: ToolContext,
  name: string,
  offered: OfferedTool | undefined,
  given: Record<string, unknown>,
): Promise<ToolResult> {
  try {
    const { tool, input } = checked(name, offered, given);
    const output = await tool.run(context, input);
    const structuredContent = blanked(output) as Record<string, unknown>;
    const text = context.app.redact(JSON.stringify(structuredContent));
    return {
      content: [{ type: 'text', text }],
      structuredContent: JSON.parse(text) as never,
      isError: false,
    };
  } catch (error) {
    if (error instanceof ConnectorError) return failure(error);
    context.app.log('error', `the tool ${name} failed`, { error });
    const unexpected = 'an unexpected error: the log of Trunkline says more';
    return failure(
      new ConnectorError(unexpected, {
        kind: 'contract',
        hint: 'Trying again may not help. Tell the person.',
      }),
    );
  }
}

/** @throws ConnectorError for a tool that is not offered, or an input that does not fit */
export function checked(
  name: string,
  tool: OfferedTool | undefined,
  given: Record<string, unknown>,
): { tool: OfferedTool; input: Record<string, unknown> } {
  if (!tool) {
    throw new ConnectorError(`there is no tool '${name}' here`, {
      kind: 'not-found',
      hint: 'List the tools. What no tool does may be an operation: look with find_actions.',
    });
  }
  const parsed = tool.check.safeParse(given);
  if (parsed.success) return { tool, input: parsed.data };
  const fields = fieldErrors(parsed.error);
  throw new ConnectorError(`${name}: ${describe(fields)}`, {
    kind: 'input',
    fields,
    hint: `It takes: ${Object.keys(tool.check.shape).join(', ') || 'nothing'}.`,
  });
}

/** Members that open something to whoever reads them; a model needs none of them. */
const SECRET = new Set([
  'start_url',
  'zak',
  'host_key',
  'download_access_token',
  'access_token',
  'refresh_token',
]);

function blanked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blanked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      SECRET.has(key) && typeof member === 'string' && member !== '' ? '[secret]' : blanked(member),
    ]),
  );
}
