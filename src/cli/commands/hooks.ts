import type { Command } from 'commander';
import type { HookDetail, HookMade, HookView } from '../../app/index.ts';
import { examples, type Bind } from '../command.ts';
import { readHookRequest, secretsFrom, type HookAddOptions } from '../hook-input.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { factLines, oneOf, stateCell, troubleText } from '../record-tables.ts';
import { EXIT, usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { addHookTest } from './hooks-test.ts';

const HOUR_MS = 3600_000;

export function addHooks(program: Command, bind: Bind): void {
  const group = program
    .command('hooks')
    .helpCommand(false)
    .description('Receive events of any system: make addresses for it, or subscribe by its own operations.')
    .usage('<list|add|show|enable|disable|rotate|test|sweep|remove>');
  examples(group, [
    ['trunkline hooks add github --preset github', 'an address to be pasted, with a secret'],
    ['trunkline hooks add --connection shop --webhook orders', 'subscribes by itself'],
    ['trunkline hooks test github'],
  ]);
  addList(group, bind);
  addAdd(group, bind);
  addShow(group, bind);
  addSwitches(group, bind);
  addRotate(group, bind);
  addHookTest(group, bind);
  addSweep(group, bind);
  addRemove(group, bind);
}

function addList(group: Command, bind: Bind): void {
  const list = group.command('list').description('List hooks, without their addresses.');
  examples(list, [['trunkline hooks list']]);
  bind(list, async (invocation) => {
    const { terminal } = invocation;
    const hooks = await (await (await invocation.app()).hooks()).list();
    if (terminal.json) terminal.printJson(hooks);
    else if (hooks.length === 0) {
      terminal.print('There are no hooks.');
      terminal.note(`To make one: ${invocation.programName} hooks add github --preset github`);
    } else {
      const columns = [
        { title: 'NAME' },
        { title: 'KIND' },
        { title: 'STATE' },
        { title: 'EVENTS AS', wrap: true },
        { title: 'TROUBLE', wrap: true },
      ];
      const rows = hooks.map(({ name, kind, state, wanted, inbox, problem }) => [
        name,
        kind,
        stateCell(terminal, wanted === 'gone' ? 'ending' : state),
        inbox,
        problem?.message ?? '',
      ]);
      terminal.print(table(columns, rows, terminal.width));
    }
    return EXIT.done;
  });
}

function addAdd(group: Command, bind: Bind): void {
  const add = group
    .command('add')
    .argument('[name]', 'name of the hook (default: that of its preset, or <connection>/<webhook>)')
    .description(
      'Make a hook. It prints the address, and the secret where one was made: that is shown this once.',
    )
    .option(
      '--preset <preset>',
      'settings of a known system: slack, github, stripe, meta, microsoft-graph, standard-webhooks, zoom',
    )
    .option('--settings <json>', 'settings of any other, as JSON or @file (docs/hooks.md)')
    .option(
      '--connection <name>',
      'a connection whose connector has webhooks; one that can subscribes by itself',
    )
    .option('--webhook <key>', 'which of its webhooks')
    .option('--events <names>', 'events to subscribe to, with commas between')
    .option(
      '--secret <secret...>',
      'secret that the other system made; - reads it from the input, $NAME from the environment',
    )
    .option('--no-proof', 'take all that comes to the address: only for systems that cannot prove anything');
  examples(add, [
    ['trunkline hooks add github --preset github'],
    ["trunkline hooks add payments --preset stripe --secret '$STRIPE_WEBHOOK_SECRET'"],
    ['trunkline hooks add doors --settings @doors.json'],
    ['trunkline hooks add --connection shop --webhook orders --events order.created'],
  ]);
  bind<HookAddOptions>(add, async (invocation, { args, options }) => {
    const request = await readHookRequest(invocation, args[0], options);
    const made = await (await (await invocation.app()).hooks()).add(request);
    showMade(invocation, made);
    return made.state === 'failed' ? EXIT.failed : EXIT.done;
  });
}

function addShow(group: Command, bind: Bind): void {
  const show = group
    .command('show')
    .argument('<name>')
    .description('Show a hook with its address. The secret is not shown again: replace it with rotate.');
  examples(show, [['trunkline hooks show github']]);
  bind(show, async (invocation, { args }) => {
    const { terminal } = invocation;
    const hook = await (await (await invocation.app()).hooks()).show(args[0] ?? '');
    if (terminal.json) terminal.printJson(hook);
    else terminal.print(page(terminal, hook));
    return EXIT.done;
  });
}

function addSwitches(group: Command, bind: Bind): void {
  const enable = group
    .command('enable')
    .argument('<name>')
    .description('Take events again; subscribes where operations do that.');
  examples(enable, [['trunkline hooks enable shop/orders']]);
  bind(enable, async (invocation, { args }) => {
    showMade(invocation, await (await (await invocation.app()).hooks()).enable(args[0] ?? ''));
    return EXIT.done;
  });
  const disable = group
    .command('disable')
    .argument('<name>')
    .description('Take no more events; unsubscribes where operations do that.');
  examples(disable, [['trunkline hooks disable shop/orders']]);
  bind(disable, async (invocation, { args }) => {
    const { terminal } = invocation;
    const hook = await (await (await invocation.app()).hooks()).disable(args[0] ?? '');
    if (terminal.json) terminal.printJson(hook);
    else terminal.print(`${hook.name} is off.`);
    return EXIT.done;
  });
}

interface RotateOptions {
  what?: string;
  secret?: string[];
  keep?: string;
}

function addRotate(group: Command, bind: Bind): void {
  const rotate = group
    .command('rotate')
    .argument('<name>')
    .description('Replace the secret, the address or both. The old ones are taken a day longer, unless told.')
    .option('--what <what>', 'secret, address or both (default: secret)')
    .option('--secret <secret...>', 'the new secret, where the other system made it; - or $NAME as with add')
    .option('--keep <hours>', 'hours that the old ones are taken; 0 ends them now');
  examples(rotate, [
    ['trunkline hooks rotate github'],
    ["trunkline hooks rotate payments --secret '$STRIPE_WEBHOOK_SECRET'"],
    ['trunkline hooks rotate github --what both --keep 0', 'somebody has seen them'],
  ]);
  bind<RotateOptions>(rotate, async (invocation, { args, options }) => {
    const what = oneOf('--what', options.what, ['secret', 'address', 'both'] as const);
    const hours = options.keep === undefined ? undefined : Number(options.keep);
    if (hours !== undefined && !(hours >= 0))
      throw usageError('--keep is not a number of hours', 'Example: --keep 2');
    const [secret] = await secretsFrom(invocation, options.secret ?? []);
    const made = await (
      await (await invocation.app()).hooks()
    ).rotate(args[0] ?? '', {
      ...(what && { what }),
      ...(secret !== undefined && { secret }),
      ...(hours !== undefined && { keepMs: hours * HOUR_MS }),
    });
    showMade(invocation, made);
    return EXIT.done;
  });
}

function addSweep(group: Command, bind: Bind): void {
  const sweep = group
    .command('sweep')
    .description(
      'End subscriptions at other systems that lead here and that no hook knows. Happens daily by itself.',
    );
  examples(sweep, [['trunkline hooks sweep']]);
  bind(sweep, async (invocation) => {
    const { terminal } = invocation;
    const swept = await (await (await invocation.app()).hooks()).sweep();
    if (terminal.json) terminal.printJson(swept);
    else if (swept.length === 0) terminal.print('There are none.');
    else terminal.print(swept.map(({ connection, id }) => `ended ${id} of ${connection}`).join('\n'));
    return EXIT.done;
  });
}

function addRemove(group: Command, bind: Bind): void {
  const remove = group
    .command('remove')
    .argument('<name>')
    .description('End a hook for good; its address answers 410 from then on.')
    .option('--force', 'also when the other system cannot be told');
  examples(remove, [['trunkline hooks remove github']]);
  bind<{ force?: boolean }>(remove, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const name = args[0] ?? '';
    const result = await (await (await invocation.app()).hooks()).remove(name, options.force === true);
    if (terminal.json) terminal.printJson(result);
    else terminal.print(`${name} is removed.`);
    return EXIT.done;
  });
}

function showMade({ terminal, programName }: Invocation, made: HookMade): void {
  if (terminal.json) {
    terminal.printJson(made);
    return;
  }
  terminal.print(page(terminal, made));
  if (made.secret !== undefined) {
    terminal.print(`Secret      ${made.secret}`);
    terminal.note('Give address and secret to the other system. The secret is not shown again.');
    terminal.note(`To try it beside a running server: ${programName} hooks test ${made.name}`);
  }
}

function page(terminal: Terminal, hook: HookDetail): string {
  return [
    terminal.paint('bold', hook.name),
    ...factLines(terminal, [
      ['Title', hook.title],
      ['Kind', hook.kind],
      ['State', stateText(hook)],
      ['Address', hook.kind === 'static' ? hook.url : undefined],
      ['Connection', hook.connection],
      ['Webhook', hook.webhook],
      ['Events', hook.events?.join(', ')],
      ['Events as', hook.inbox],
      ['Proof', hook.auth],
      ['Expires', hook.expiresAt],
      ['Trouble', troubleText(hook.problem)],
      ...hook.warnings.map((warning) => ['Mind', warning] as const),
    ]),
  ].join('\n');
}

function stateText({ state, wanted }: HookView): string {
  if (wanted === 'gone') return 'ending';
  return wanted === 'off' && state !== 'off' ? `${state}, is to be off` : state;
}
