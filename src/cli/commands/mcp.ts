import { Option, type Command } from 'commander';
import { examples, type Bind } from '../command.ts';
import { EXIT } from '../report-error.ts';

interface McpOptions {
  connections?: string;
  allow?: string;
  allowDestroy?: string[];
  allTools?: boolean;
  list?: boolean;
}

export function addMcp(program: Command, bind: Bind): void {
  const command = program
    .command('mcp')
    .description(
      'Offer the connected systems to an assistant, as a server of the Model Context Protocol on stdio.',
    )
    .option(
      '--connections <names>',
      'connections to offer, with commas between (default: zoom, brevo and those of the file)',
    )
    .addOption(new Option('--allow <effect>', 'what it may do (default: read)').choices(['read', 'write']))
    .option(
      '--allow-destroy <actions...>',
      'actions that may destroy something, each by name; the person confirms each call',
    )
    .option('--all-tools', 'make each allowed action a tool of its own; this costs many tokens')
    .option('--list', 'print the tools and what they cost, instead of serving');
  examples(command, [
    ['trunkline mcp --list'],
    ['trunkline mcp --connections zoom,brevo'],
    ['trunkline mcp --allow write --allow-destroy zoom.meetings.remove'],
  ]);
  bind<McpOptions>(command, async (invocation, { options }) => {
    const app = await invocation.app();
    const { offerOf } = await import('../../mcp/offer.ts');
    const offer = await offerOf(app, {
      connections: options.connections?.split(',').map((name) => name.trim()),
      write: options.allow === undefined ? undefined : options.allow === 'write',
      destroy: options.allowDestroy,
      everyAction: options.allTools,
    });
    if (options.list) {
      const { listTools } = await import('../mcp-list.ts');
      return listTools(invocation, app, offer);
    }
    // Standard output belongs to the protocol from here on: everything else goes to standard error.
    invocation.stopsWell = true;
    const { serveMcp } = await import('../../mcp/stdio.ts');
    await serveMcp(app, offer, {
      stdin: invocation.io.stdin,
      stdout: invocation.io.stdout,
      signal: invocation.signal,
    });
    return EXIT.done;
  });
}
