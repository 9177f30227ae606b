import type { Command } from 'commander';
import { examples, type Bind } from '../command.ts';
import { table } from '../layout.ts';
import { EXIT, exitCodeOf, usageError } from '../report-error.ts';

/** How one test ended. */
interface Tested {
  name: string;
  ok: boolean;
  /** False when there was nothing to call that would have proved it. */
  called?: false;
  error?: unknown;
}

export function addConnectionsTest(group: Command, bind: Bind): void {
  const command = group
    .command('test')
    .argument('[name]', 'name of a connection (default: all that can be used)')
    .description('Sign in and make one small call, for one connection or for all. Keeps their access alive.');
  examples(command, [['trunkline connections test zoom-ada'], ['trunkline connections test']]);
  bind(command, async (invocation, { args }) => {
    const { terminal } = invocation;
    const app = await invocation.app();
    const { linkNames } = await import('../../app/index.ts');
    const { ConnectorError } = await import('../../core/errors.ts');
    const [only] = args;
    const stored = (await app.stored.list()).map(({ name }) => name);
    const names = only === undefined ? [...new Set([...linkNames(app.config), ...stored])] : [only];
    const results: Tested[] = [];
    let code: number = EXIT.done;
    for (const name of names) {
      terminal.status(`testing ${name}`);
      try {
        const linked = await app.link(name);
        const { called } = await app.stored.test(linked);
        results.push({ name, ok: true, ...(called === undefined ? { called: false } : {}) });
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        // A built-in one that nobody has set up is no failure, unless it was asked for.
        if (only === undefined && error.kind === 'config' && !stored.includes(name)) continue;
        if (only !== undefined) throw error;
        results.push({ name, ok: false, error });
        code = exitCodeOf(error);
      }
    }
    if (terminal.json) terminal.printJson(only === undefined ? results : results[0]);
    else if (results.length === 0) terminal.print('There is no connection to test.');
    else {
      const rows = results.map(({ name, ok, called, error }) => [
        name,
        {
          text: ok ? worksBy(called !== false) : `failed: ${error instanceof Error ? error.message : ''}`,
          paint: (text: string) => terminal.paint(ok ? 'green' : 'red', text),
        },
      ]);
      terminal.print(table([{ title: 'NAME' }, { title: 'RESULT', wrap: true }], rows, terminal.width));
    }
    return code;
  });
}

function worksBy(called: boolean): string {
  return called
    ? 'works'
    : 'its credentials are there; nothing was called, as the connector names no `check`';
}

export function addConnectionsRemove(group: Command, bind: Bind): void {
  const command = group
    .command('remove')
    .argument('<name>', 'name of a stored connection')
    .description('Erase a stored connection with its secrets.')
    .option('--revoke', 'also tell the other side that the consent has ended')
    .option('--yes', 'do not ask');
  examples(command, [['trunkline connections remove zoom-ada --revoke --yes']]);
  bind<{ revoke?: boolean; yes?: boolean }>(command, async (invocation, { args, options }) => {
    const { io, terminal, signal } = invocation;
    const app = await invocation.app();
    const [name = ''] = args;
    if (!(await app.stored.has(name))) {
      const names = (await app.stored.list()).map((stored) => stored.name);
      const there = names.length > 0 ? `There are: ${names.join(', ')}` : 'There is none.';
      throw usageError(
        `there is no stored connection '${name}'`,
        `${there} Those of the configuration are removed there.`,
      );
    }
    if (!options.yes) {
      if (!io.isTTY.stdin || !io.isTTY.stderr || terminal.json) {
        throw usageError(`removing '${name}' cannot be undone`, 'Add --yes to do it.');
      }
      const { confirm } = await import('@clack/prompts');
      const message = `Remove '${name}' with its secrets?`;
      const sure = await confirm({
        message,
        initialValue: false,
        input: io.stdin,
        output: io.stderr,
        signal,
      });
      if (sure !== true) {
        terminal.note('Nothing was removed.');
        return EXIT.failed;
      }
    }
    if (options.revoke) await app.stored.revoke(name);
    else await app.stored.remove(name);
    if (terminal.json) terminal.printJson({ name, removed: true, revoked: options.revoke === true });
    else terminal.print(`${terminal.paint('green', '✓')} ${name} is removed`);
    return EXIT.done;
  });
}
