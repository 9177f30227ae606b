import type { App } from '../app/index.ts';
import type { Offer } from '../mcp/offer.ts';
import type { Invocation } from './invocation.ts';
import { table } from './layout.ts';
import { EXIT } from './report-error.ts';

/** English text and JSON have about four characters a token; a real tokenizer finds some fewer tokens. */
const CHARACTERS_A_TOKEN = 4;

/** Shows what a client would be offered, and what listing it costs the model that reads it. */
export async function listTools(
  { terminal, programName }: Invocation,
  app: App,
  offer: Offer,
): Promise<number> {
  const { offeredTools } = await import('../mcp/offered-tools.ts');
  const tools = [...(await offeredTools(app, offer)).values()].map(({ tool, effect }) => ({
    name: tool.name,
    title: tool.title,
    effect,
    tokens: Math.ceil(JSON.stringify(tool).length / CHARACTERS_A_TOKEN),
  }));
  const tokens = tools.reduce((sum, tool) => sum + tool.tokens, 0);
  if (terminal.json) {
    terminal.printJson({ connections: offer.connections, tools, tokens });
    return EXIT.done;
  }
  const columns = [
    { title: 'TOOL' },
    { title: 'WHAT IT DOES', wrap: true },
    { title: 'EFFECT' },
    { title: 'TOKENS', align: 'right' as const },
  ];
  const rows = tools.map((tool) => [tool.name, tool.title, tool.effect, String(tool.tokens)]);
  terminal.print(table(columns, rows, terminal.width));
  terminal.note(`\n${tools.length} tools, about ${tokens} tokens, of: ${offer.connections.join(', ')}`);
  if (!offer.write) terminal.note(`Nothing can be changed. To allow it: ${programName} mcp --allow write`);
  return EXIT.done;
}
