import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { App } from '../../app/index.ts';
import { examples, type Bind } from '../command.ts';
import {
  completeCredentials,
  isAtHand,
  readWanted,
  type AddOptions,
  type Wanted,
} from '../connection-input.ts';
import type { Invocation } from '../invocation.ts';
import { EXIT, usageError } from '../report-error.ts';

export function addConnectionsAdd(group: Command, bind: Bind): void {
  const command = group
    .command('add')
    .argument('[connector]', 'id of a connector, or path of its definition in JSON')
    .argument('[rest...]')
    .usage('<connector> [--oauth] [--<credential> value ...]')
    .description(
      'Add an account. Its secrets are kept encrypted in the data directory; what is not given is taken from the environment or asked for.',
    )
    .option('--name <name>', 'name of the connection (default: that of the connector)')
    .option('--credential <key=value>', 'a credential; may be repeated', collect)
    .option('--credentials-from <file>', 'a JSON object with credentials; - reads standard input')
    .option('--auth <way>', 'way to sign in, where the connector has several')
    .option('--server <name=url>', 'replaces an address of the connector; may be repeated', collect)
    .option('--variable <name=value>', 'fills a part in braces of its addresses; may be repeated', collect)
    .option(
      '--allow-private [host...]',
      'hosts or ranges beside the open internet that a connector from a document may reach (default: all)',
    )
    .option('--plan <plan>', 'plan of the account: decides how fast it may be called')
    .option('--oauth', 'sign in as a person, in the browser')
    .option('--scope <scope...>', 'with --oauth: ask for these scopes')
    .option('--port <port>', 'with --oauth: where on this machine the answer arrives', '8788')
    .option('--timeout <seconds>', 'with --oauth: how long to wait', '300')
    .option('--no-browser', 'with --oauth: only print the address')
    .option('--no-check', 'do not try it out')
    .allowUnknownOption()
    .addHelpText(
      'after',
      '\nWith --oauth, the app must know the redirect address http://127.0.0.1:8788/oauth/callback (or that of --port).',
    );
  examples(command, [
    ['trunkline connections add zoom --oauth --name zoom-ada', 'a person consents in the browser'],
    ['trunkline connections add zoom --name zoom-emea --account-id Aa1b2c3', 'asks for the rest'],
  ]);
  bind<AddOptions>(command, async (invocation, { args, options }) => {
    const app = await invocation.app();
    const wanted = await readWanted(app, invocation.io, args, options);
    if (options.oauth) await addByConsent(invocation, app, wanted, options);
    else await addByCredentials(invocation, app, wanted, options);
    return finish(invocation, app, wanted, options.check);
  });
}

function collect(one: string, all: string[] | undefined): string[] {
  return [...(all ?? []), one];
}

async function addByCredentials(
  invocation: Invocation,
  app: App,
  wanted: Wanted,
  options: AddOptions,
): Promise<void> {
  const { consentOf, credentialNames } = await import('../../core/auth.ts');
  const { knownCredentials } = await import('../../app/connections.ts');
  const { needsConsent, wayFor } = await import('../../app/new-connection.ts');
  const { name, reference, settings, connector } = wanted;
  const known = knownCredentials(connector);
  const way = wayFor(connector, options.auth, (one) => isAtHand(invocation, wanted, one));
  if (consentOf(way.scheme)) throw needsConsent(connector, name);
  const credentials = await completeCredentials(invocation, wanted, credentialNames(way.scheme), known);
  await app.stored.add({ name, connector: reference, auth: way.name, credentials, settings });
}

async function addByConsent(
  invocation: Invocation,
  app: App,
  wanted: Wanted,
  options: AddOptions,
): Promise<void> {
  const { connectByConsent, openLoopback } = await import('../../app/index.ts');
  const { knownCredentials } = await import('../../app/connections.ts');
  const { oauthOf } = await import('../../app/oauth.ts');
  const { credentialNames } = await import('../../core/auth.ts');
  const { schemeOf } = await import('../../core/connector.ts');
  const { io, terminal, signal } = invocation;
  const port = numberOf('--port', options.port, 0, 65_535);
  const timeoutMs = numberOf('--timeout', options.timeout, 1, 3600) * 1000;
  const { connector } = wanted;
  const { name: auth, scheme } = oauthOf(connector, options.auth);
  const { clientId: id, clientSecret: secret } = scheme;
  const required = credentialNames(schemeOf(connector, { name: '', auth }));
  const found = await completeCredentials(invocation, wanted, required, knownCredentials(connector));
  const { [id]: clientId, [secret]: clientSecret, ...credentials } = found;
  if (!clientId) throw usageError(`not given: ${id}`);
  const { name, reference, settings } = wanted;
  invocation.whenInterrupted = 'interrupted: nothing was connected';
  const loopback = await openLoopback(port);
  try {
    const { redirectUri } = loopback;
    const { scope: scopes } = options;
    const request = {
      name,
      connector: reference,
      auth,
      clientId,
      redirectUri,
      settings,
      credentials,
      ...(scopes && { scopes }),
    };
    await connectByConsent(
      app,
      { ...request, ...(clientSecret && { clientSecret }) },
      async (authorization) => {
        const waiting = loopback.answer(authorization, timeoutMs, signal);
        terminal.note(`Open this address and consent:\n\n  ${authorization.url}\n`);
        if (options.browser && io.isTTY.stderr) openBrowser(authorization.url);
        terminal.status(`waiting for the answer on ${redirectUri}`);
        return waiting;
      },
    );
  } finally {
    await loopback.close();
  }
}

/** Tries the new connection out and says what came of it; it is kept either way. */
async function finish(invocation: Invocation, app: App, wanted: Wanted, check: boolean): Promise<number> {
  const { terminal } = invocation;
  const { name, connector } = wanted;
  let called: string | undefined;
  if (check) {
    try {
      ({ called } = await app.stored.test(await app.link(name)));
    } catch (error) {
      terminal.note(`The connection '${name}' is kept, but it does not work yet.`);
      throw error;
    }
  }
  const stored = (await app.stored.list()).find((one) => one.name === name);
  if (terminal.json) {
    terminal.printJson({
      name,
      connector: connector.id,
      account: stored?.account,
      checked: check,
      ...(check && called === undefined && { called: false }),
    });
  } else {
    const tried = !check ? '' : called === undefined ? '; nothing was called to try it' : ' and works';
    terminal.print(`${terminal.paint('green', '✓')} ${name} is connected to ${connector.title}${tried}`);
  }
  return EXIT.done;
}

export function numberOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw usageError(`${option} wants a whole number from ${least} to ${most}`);
}

/** Opens the browser as well as this machine can; the address is printed in any case. */
export function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  if (command === undefined) return;
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
