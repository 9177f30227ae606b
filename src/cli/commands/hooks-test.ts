import type { Command } from 'commander';
import { examples, type Bind } from '../command.ts';
import { jsonOption } from '../hook-input.ts';
import { EXIT } from '../report-error.ts';

/** `hooks test`. */
export function addHookTest(group: Command, bind: Bind): void {
  const test = group
    .command('test')
    .argument('<name>')
    .description('Sign a sample and send it to the address of a hook, as its system would.')
    .option('--event <name>', 'name of the event (default: trunkline.test)')
    .option('--body <json>', 'what it says, as JSON or @file');
  examples(test, [
    ['trunkline hooks test github'],
    ['trunkline hooks test shop/orders --event order.created --body @order.json'],
  ]);
  bind<{ event?: string; body?: string }>(test, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const body = options.body === undefined ? undefined : jsonOption(invocation, '--body', options.body);
    const result = await (
      await (await invocation.app()).hooks()
    ).test(args[0] ?? '', {
      ...(options.event !== undefined && { event: options.event }),
      ...(body && { body }),
    });
    if (terminal.json) terminal.printJson(result);
    else {
      terminal.print(
        `${result.ok ? 'taken' : 'refused'}: ${result.event} (HTTP ${result.status}) ${result.answer}`,
      );
      if (result.hint !== undefined) terminal.note(result.hint);
    }
    return result.ok ? EXIT.done : EXIT.failed;
  });
}
