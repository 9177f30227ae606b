/** An MCP server: an address, or a program that the configuration names. */
export type McpTarget = { kind: 'http'; url: string } | { kind: 'stdio'; name: string };

/** A program that speaks MCP over its standard input and output. */
export interface Program {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
}

/** Written as text: `https://…`, or `stdio:<name>`. */
export function targetOf(text: string): McpTarget | undefined {
  const [, name] = /^stdio:([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: 'stdio', name };
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.hash !== '') return undefined;
  return { kind: 'http', url: url.href };
}

/** What stands behind the address of a server in a call that is carried by the protocol. */
export const CARRIED = '/~mcp/tools/call';

/** Behind it, what the server is and which tools it has now. */
export const LISTED = '/~mcp/tools/list';

/** A call as it is handed over: which tool, as a person has seen it, and with what. */
export interface CarriedCall {
  tool: string;
  /** Of the tool that a person approved; another one is not called. */
  hash: string;
  arguments: Readonly<Record<string, unknown>>;
}

/** The address that calls of a server's connector are made below. */
export function serverOf(target: McpTarget): string {
  return target.kind === 'http' ? target.url : `https://${target.name}.stdio.invalid`;
}
