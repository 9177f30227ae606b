/** `trunkline/mcp`: actions as tools of the Model Context Protocol. */
export { callTool, toolsOf } from '../mcp/tools.ts';
export type { Tool, ToolResult, ToolSession } from '../mcp/tools.ts';
