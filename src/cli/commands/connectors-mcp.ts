import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { App } from '../../app/index.ts';
import type { NewServer, OpenDoor } from '../../app/mcp/new-server.ts';
import type { ServerView } from '../../app/mcp/servers.ts';
import type { Effect } from '../../core/action.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { changesText, serverText } from '../mcp-servers.ts';
import { EXIT, usageError } from '../report-error.ts';
import { numberOf, openBrowser } from './connections-add.ts';

interface ConsentOptions {
  clientId?: string;
  clientSecret?: string;
  clientMetadataUrl?: string;
  register?: boolean;
  scopes?: string;
  port: string;
  timeout: string;
  browser: boolean;
}

interface AddOptions extends ConsentOptions {
  id?: string;
  token?: string;
  allowPrivate?: string[];
  effect?: string[];
  machine?: boolean;
  check?: boolean;
}

interface ToolOptions {
  refresh?: boolean;
  approve?: string[] | true;
  effect?: string[];
}

/** Commands for MCP servers whose tools become actions. */
export function addConnectorsMcp(group: Command, bind: Bind): void {
  const add = group
    .command('add-mcp')
    .argument('<server>', 'address of an MCP server, or stdio:<name> for a program that trunkline.yaml names')
    .description(
      'Use the tools of an MCP server as actions. To add it is to approve the tools that it shows.',
    )
    .option('--id <id>', 'name of the connector (default: from the address)')
    .option('--token <token>', 'a token that you have; - reads it from standard input')
    .option('--allow-private <host...>', 'hosts of your own network that it may be on')
    .option(
      '--effect <tool=effect>',
      'read, write or destroy, where you know better than its hints; may be repeated',
      collect,
    )
    .option('--machine', 'the client acts for itself: nobody consents (client_credentials)')
    .option('--check', 'only look what the server is, and what it wants');
  consentOptions(add);
  examples(add, [
    ['trunkline connectors add-mcp https://mcp.example.com/mcp --register'],
    ['trunkline connectors add-mcp https://mcp.example.com/mcp --check', 'looks, and keeps nothing'],
    ['trunkline connectors add-mcp stdio:files', 'a program of mcp: servers: in trunkline.yaml'],
  ]);
  bind<AddOptions>(add, addServer);
  const tools = group
    .command('tools')
    .argument('<id>', 'connector of an MCP server')
    .description('Show the tools of an MCP server, and what it changed since somebody looked.')
    .option('--refresh', 'ask the server what it has now')
    .option('--approve [names...]', 'use them as they are shown now (default: all)')
    .option(
      '--effect <tool=effect>',
      'read, write or destroy, where you know better than its hints; may be repeated',
      collect,
    );
  examples(tools, [
    ['trunkline connectors tools notes --refresh'],
    ['trunkline connectors tools notes --approve search'],
  ]);
  bind<ToolOptions>(tools, showTools);
  const consent = group
    .command('consent')
    .argument('<id>', 'connector of an MCP server')
    .description('Consent again in the browser: when access has ended, or a tool wants more scopes.');
  consentOptions(consent);
  examples(consent, [['trunkline connectors consent notes --scopes "notes:write"']]);
  bind<ConsentOptions>(consent, async (invocation, { args, options }) => {
    const app = await invocation.app();
    const { consentAgain } = await import('../../app/mcp/consents.ts');
    const server = await consentAgain(
      app,
      args[0] ?? '',
      consentRequest(options),
      doorOf(invocation, options),
    );
    return report(invocation, server);
  });
  const remove = group
    .command('remove-mcp')
    .argument('<id>', 'connector of an MCP server')
    .description('Forget an MCP server, its tools and its tokens.');
  examples(remove, [['trunkline connectors remove-mcp notes']]);
  bind(remove, async (invocation, { args }) => {
    const { removeServer } = await import('../../app/mcp/servers.ts');
    const [id = ''] = args;
    const removed = await removeServer(await invocation.app(), id);
    if (!removed) throw usageError(`there is no MCP server '${id}'`, 'See trunkline connectors list');
    if (invocation.terminal.json) invocation.terminal.printJson({ id, removed });
    else invocation.terminal.print(`${id} is forgotten`);
    return EXIT.done;
  });
}

function consentOptions(command: Command): void {
  command
    .option('--client-id <id>', 'client that you registered at its authorization server')
    .option('--client-secret <secret>', 'of that client; - reads it from standard input')
    .option(
      '--client-metadata-url <url>',
      'document that tells who this client is (default: that of TRUNKLINE_PUBLIC_URL)',
    )
    .option('--register', 'let Trunkline register itself there')
    .option(
      '--scopes <scopes>',
      'scopes to ask for, with blanks between (default: those that the server names)',
    )
    .option('--port <port>', 'where on this machine the answer of the browser arrives', '8788')
    .option('--timeout <seconds>', 'how long to wait for the person', '300')
    .option('--no-browser', 'only print the address');
}

function collect(one: string, all: string[] | undefined): string[] {
  return [...(all ?? []), one];
}

function consentRequest(options: ConsentOptions): Pick<NewServer, 'register' | 'documentUrl' | 'scopes'> {
  return {
    register: options.register,
    documentUrl: options.clientMetadataUrl,
    scopes: options.scopes?.split(/[\s,]+/).filter(Boolean),
  };
}

async function addServer(
  invocation: Invocation,
  { args, options }: { args: readonly string[]; options: AddOptions },
): Promise<number> {
  const { Secret } = await import('../../core/secret.ts');
  const { addServer: add, checkServer } = await import('../../app/mcp/add.ts');
  const { io } = invocation;
  const fromInput = [options.token, options.clientSecret].filter((one) => one === '-').length;
  if (fromInput > 1) throw usageError('only one secret can come from standard input');
  const secretOf = async (given: string | undefined) =>
    given === undefined ? undefined : new Secret(given === '-' ? (await text(io.stdin)).trim() : given);
  const token = await secretOf(options.token);
  const secret = await secretOf(options.clientSecret);
  const request: NewServer = {
    target: args[0] ?? '',
    id: options.id,
    token,
    ...(options.clientId === undefined ? {} : { client: { id: options.clientId, secret } }),
    ...consentRequest(options),
    machine: options.machine,
    allowPrivate: options.allowPrivate,
    effects: effectsOf(options.effect),
  };
  const app = await invocation.app();
  if (options.check) {
    const found = await checkServer(app, request);
    invocation.terminal.printJson(
      found.kind === 'open'
        ? { ...found.facts, tools: found.tools.map(({ name }) => name) }
        : { wantsToken: true, ...(found.wants && wanted(found.wants)) },
    );
    return EXIT.done;
  }
  invocation.whenInterrupted = 'interrupted: nothing was added';
  return report(invocation, await add(app, request, doorOf(invocation, options)));
}

function wanted(wants: {
  issuer: string;
  scopes: readonly string[];
  takesDocuments: boolean;
  registrationEndpoint: string | undefined;
}) {
  const { issuer, scopes, takesDocuments, registrationEndpoint } = wants;
  return {
    issuer,
    scopes,
    takesClientDocuments: takesDocuments,
    registers: registrationEndpoint !== undefined,
  };
}

function effectsOf(given: readonly string[] | undefined): Record<string, Effect> {
  const pairs = (given ?? []).map((one): [string, Effect] => {
    const [, tool = '', effect] = /^(.+)=(read|write|destroy)$/.exec(one) ?? [];
    if (effect === undefined)
      throw usageError(`--effect ${one} is not <tool>=<effect>`, 'Example: --effect search=read');
    return [tool, effect as Effect];
  });
  return Object.fromEntries(pairs);
}

async function showTools(
  invocation: Invocation,
  { args, options }: { args: readonly string[]; options: ToolOptions },
): Promise<number> {
  const { approveTools, getServer, refreshServer } = await import('../../app/mcp/servers.ts');
  const app: App = await invocation.app();
  const [id = ''] = args;
  let server = options.refresh ? await refreshServer(app, id) : await getServer(app, id);
  const effects = effectsOf(options.effect);
  if (options.approve !== undefined || options.effect) {
    const names = Array.isArray(options.approve) && options.approve.length > 0 ? options.approve : undefined;
    const chosen = server.tools.filter(
      ({ name }) => (names ? names.includes(name) : options.approve !== undefined) || name in effects,
    );
    const strange = [...(names ?? []), ...Object.keys(effects)].filter(
      (name) => !server.tools.some((tool) => tool.name === name),
    );
    if (strange.length > 0) throw usageError(`${id} has no tool '${strange.join("', '")}'`);
    server = await approveTools(
      app,
      id,
      chosen.map(({ name, hash }) => ({ name, hash, effect: effects[name] })),
    );
  }
  return report(invocation, server);
}

/** Shows a server; 3 when some of its tools cannot be used until somebody approves them. */
function report({ terminal, programName }: Invocation, server: ServerView): number {
  const open = server.tools.filter(({ state }) => state !== 'approved');
  if (terminal.json) terminal.printJson(server);
  else {
    terminal.print(serverText(terminal, server));
    const changes = changesText(terminal, open);
    if (changes !== '') terminal.print(`\n${changes}`);
    if (open.length > 0)
      terminal.note(`\nTo use them as they are now: ${programName} connectors tools ${server.id} --approve`);
    else
      terminal.note(
        `\nTo call one: ${programName} call ${server.id} tools.${server.tools[0]?.name ?? '<tool>'}`,
      );
  }
  return open.length > 0 ? EXIT.partly : EXIT.done;
}

function doorOf({ io, terminal, signal }: Invocation, options: ConsentOptions): OpenDoor {
  const timeoutMs = numberOf('--timeout', options.timeout, 1, 3600) * 1000;
  const wished = numberOf('--port', options.port, 0, 65_535);
  return async (port = wished) => {
    const { openLoopback } = await import('../../app/loopback.ts');
    const loopback = await openLoopback(port);
    const { redirectUri } = loopback;
    return {
      redirectUri,
      port: Number(new URL(redirectUri).port),
      ask: (authorization) => {
        const waiting = loopback.answer(authorization, timeoutMs, signal);
        terminal.note(`Open this address and consent:\n\n  ${authorization.url}\n`);
        if (options.browser && io.isTTY.stderr) openBrowser(authorization.url);
        terminal.status(`waiting for the answer on ${redirectUri}`);
        return waiting;
      },
      close: () => loopback.close(),
    };
  };
}
