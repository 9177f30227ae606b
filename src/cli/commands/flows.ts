import type { Command } from 'commander';
import type { FlowDesk, FlowLine, FlowOrder, FlowView } from '../../app/index.ts';
import { readInput } from '../call-input.ts';
import { examples, type Bind } from '../command.ts';
import { problemLines, rehearsalText, runList, runPage } from '../flow-report.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { factLines, oneOf, shortMoment } from '../record-tables.ts';
import { EXIT, usageError } from '../report-error.ts';
import { parseWhen } from '../when.ts';
import { followRun, exitOfRun, idOfRun } from '../flow-follow.ts';
import { whole } from './sandbox.ts';

const STATES = [
  'queued',
  'running',
  'waiting',
  'done',
  'partly',
  'failed',
  'in-doubt',
  'skipped',
  'stopped',
] as const;

interface RunOptions {
  input?: string;
  event?: string;
  once?: string;
  dryRun?: boolean;
  withReads?: boolean;
}

interface RunsOptions {
  state?: string;
  since?: string;
  limit: number;
}

interface RetryOptions {
  done?: boolean;
  again?: boolean;
  output?: string;
  latest?: boolean;
}

export function addFlows(program: Command, bind: Bind): void {
  const group = program
    .command('flows')
    .helpCommand(false)
    .description(
      'Do something when something happens: look into flows, try them out, run them, mend their runs.',
    )
    .usage('<list|show|run|enable|disable|runs|retry|stop|save|remove>');
  examples(group, [
    ['trunkline flows list'],
    ['trunkline flows run order-to-webinar --input @order.json --dry-run', 'what each step would send'],
    ['trunkline flows runs --state in-doubt'],
  ]);
  addList(group, bind);
  addShow(group, bind);
  addRun(group, bind);
  addSwitch(group, bind, true);
  addSwitch(group, bind, false);
  addRuns(group, bind);
  addRetry(group, bind);
  addStop(group, bind);
  addSave(group, bind);
  addRemove(group, bind);
}

const desk = async (invocation: Invocation): Promise<FlowDesk> => (await invocation.app()).flows();

function addList(group: Command, bind: Bind): void {
  const list = group
    .command('list')
    .description('List flows, with what begins them and how their runs ended.');
  examples(list, [['trunkline flows list']]);
  bind(list, async (invocation) => {
    const { terminal } = invocation;
    const flows = await (await desk(invocation)).list();
    if (terminal.json) terminal.printJson(flows);
    else if (flows.length === 0) {
      terminal.print('There are no flows.');
      terminal.note("Write one under 'flows' in trunkline.yaml; see docs/flows.md.");
    } else showList(invocation, flows);
    return EXIT.done;
  });
}

function showList({ terminal }: Invocation, flows: readonly FlowLine[]): void {
  const columns = [
    { title: 'FLOW', wrap: true },
    { title: 'BEGUN BY', wrap: true },
    { title: 'STEPS', align: 'right' as const },
    { title: 'STATE' },
    { title: 'RUNS', wrap: true },
    { title: 'LAST (UTC)' },
  ];
  const rows = flows.map(({ id, trigger, steps, enabled, problems, runs, lastRunAt }) => [
    id,
    trigger,
    String(steps),
    problems > 0
      ? { text: 'faulty', paint: (text: string) => terminal.paint('red', text) }
      : {
          text: enabled ? 'on' : 'off',
          paint: (text: string) => terminal.paint(enabled ? 'green' : 'dim', text),
        },
    Object.entries(runs)
      .map(([state, count]) => `${count} ${state}`)
      .join(', '),
    lastRunAt === undefined ? '' : shortMoment(lastRunAt),
  ]);
  terminal.print(table(columns, rows, terminal.width));
}

function addShow(group: Command, bind: Bind): void {
  const show = group
    .command('show')
    .argument('<flow>', 'id of a flow; or of a run, or its beginning')
    .description('Show a flow and what is wrong with it, or a run with every input and output.');
  examples(show, [['trunkline flows show order-to-webinar'], ['trunkline flows show 0hod63vo77so']]);
  bind(show, async (invocation, { args }) => {
    const { terminal } = invocation;
    const flows = await desk(invocation);
    const [name = ''] = args;
    if (!(await flows.list()).some(({ id }) => id === name)) {
      const id = await idOfRun(flows, name);
      const run = await flows.runById(id);
      if (terminal.json) terminal.printJson(run);
      else terminal.print(runPage(terminal, run));
      return exitOfRun(run);
    }
    const flow = await flows.show(name);
    if (terminal.json) terminal.printJson(flow);
    else terminal.print(flowPage(invocation, flow));
    return flow.problems.length > 0 ? EXIT.failed : EXIT.done;
  });
}

function flowPage({ terminal }: Invocation, flow: FlowView): string {
  const { id, name, source, enabled, trigger, runs, lastRunAt, definition, problems } = flow;
  return [
    terminal.paint('bold', name === id ? id : `${name} (${id})`),
    ...factLines(terminal, [
      ['State', enabled ? 'on' : 'off'],
      ['Begun by', trigger],
      ['Stands in', source === 'file' ? 'the configuration file' : 'the store'],
      [
        'Runs',
        Object.entries(runs)
          .map(([state, count]) => `${count} ${state}`)
          .join(', '),
      ],
      ['Last run', lastRunAt],
    ]),
    ...problemLines(terminal, problems),
    '',
    JSON.stringify(definition, null, 2),
  ].join('\n');
}

function addRun(group: Command, bind: Bind): void {
  const run = group
    .command('run')
    .argument('<flow>', 'id of a flow')
    .description('Run a flow now and follow it to its end, or see what it would send.')
    .option(
      '--input <json>',
      'what it is given: JSON, @file, or - for stdin; the body of an event, where one begins it',
    )
    .option('--event <id>', 'a received event in place of that')
    .option('--once <text>', 'orders with the same text begin one run')
    .option('--dry-run', "show each step's input; nothing that changes anything is sent")
    .option(
      '--with-reads',
      'with --dry-run: make the calls that only read, in place of making up what they give',
    );
  examples(run, [
    ['trunkline flows run order-to-webinar --input @order.json --dry-run'],
    ['trunkline flows run order-to-webinar --event 0mwqa7wnq-6xK0tGHWsWQjCnzT'],
  ]);
  bind<RunOptions>(run, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const [id = ''] = args;
    if (options.input !== undefined && options.event !== undefined) {
      throw usageError('--input and --event exclude each other', 'Give one of them.');
    }
    if (options.withReads && !options.dryRun)
      throw usageError('--with-reads is for --dry-run', 'Add --dry-run.');
    const order: FlowOrder = {
      ...(options.input !== undefined && { input: await readInput(options.input, invocation.io) }),
      ...(options.event !== undefined && { event: options.event }),
      ...(options.once !== undefined && { once: options.once }),
    };
    const flows = await desk(invocation);
    if (options.dryRun) {
      const shown = await flows.rehearse(id, order, options.withReads === true);
      if (terminal.json) terminal.printJson(shown);
      else terminal.print(rehearsalText(terminal, shown));
      return shown.error || shown.items.some(({ state }) => state === 'failed') ? EXIT.failed : EXIT.done;
    }
    const begun = await flows.run(id, order);
    return followRun(invocation, flows, begun.id);
  });
}

function addSwitch(group: Command, bind: Bind, enabled: boolean): void {
  const word = enabled ? 'enable' : 'disable';
  const command = group
    .command(word)
    .argument('<flow>', 'id of a flow')
    .description(
      enabled
        ? 'Let events and schedules begin runs of a flow.'
        : 'Let events and schedules begin no runs of a flow; those under way go on.',
    );
  examples(command, [[`trunkline flows ${word} order-to-webinar`]]);
  bind(command, async (invocation, { args }) => {
    const [id = ''] = args;
    await (await desk(invocation)).enable(id, enabled);
    const { terminal } = invocation;
    if (terminal.json) terminal.printJson({ id, enabled });
    else terminal.print(`${id} is ${enabled ? 'on' : 'off'}.`);
    return EXIT.done;
  });
}

function addRuns(group: Command, bind: Bind): void {
  const runs = group
    .command('runs')
    .argument('[flow]', 'those of one flow')
    .description('List runs of flows, newest first.')
    .option('--state <state>', `one of ${STATES.join(', ')}`)
    .option('--since <when>', 'first day or moment, or a span back from now such as 24h')
    .option('--limit <n>', 'how many at most', whole(1, 1000), 20);
  examples(runs, [
    ['trunkline flows runs'],
    ['trunkline flows runs order-to-webinar --state failed --since 7d'],
  ]);
  bind<RunsOptions>(runs, async (invocation, { args, options }) => {
    const app = await invocation.app();
    const state = oneOf('--state', options.state, STATES);
    const filter = {
      ...(args[0] !== undefined && { flow: args[0] }),
      ...(state && { state }),
      ...(options.since !== undefined && { since: parseWhen(options.since, '--since', app.world.now()) }),
    };
    const found = await (await app.flows()).runs(filter, options.limit);
    if (invocation.terminal.json) invocation.terminal.printJson(found);
    else runList(invocation.terminal, found, options.limit);
    return EXIT.done;
  });
}

function addRetry(group: Command, bind: Bind): void {
  const retry = group
    .command('retry')
    .argument('<run>', 'id of a run, or its beginning')
    .description('Let a run that did not end well go on. Steps that are done are not done again.')
    .option('--again', 'in doubt: the call was not done, make it again')
    .option('--done', 'in doubt: the call was done, go on behind it')
    .option('--output <json>', 'with --done: what it answered, when a later step needs that')
    .option('--latest', 'by the flow as it is now; failed steps get new inputs');
  examples(retry, [
    ['trunkline flows retry 0hod63vo77so'],
    [`trunkline flows retry 0hod63vo77so --done --output '{"id": 4711}'`],
  ]);
  bind<RetryOptions>(retry, async (invocation, { args, options }) => {
    const { done, again, output, latest } = options;
    if (done && again) throw usageError('--done and --again exclude each other', 'Give one of them.');
    if (output !== undefined && !done) throw usageError('--output is for --done', 'Add --done.');
    const flows = await desk(invocation);
    const id = await idOfRun(flows, args[0] ?? '');
    const answer = output === undefined ? undefined : await readInput(output, invocation.io);
    const doubt = again
      ? { doubt: { kind: 'again' as const } }
      : done
        ? { doubt: { kind: 'done' as const, ...(answer !== undefined && { output: answer }) } }
        : {};
    await flows.retry(id, { ...doubt, ...(latest && { latest }) });
    return followRun(invocation, flows, id);
  });
}

function addStop(group: Command, bind: Bind): void {
  const stop = group
    .command('stop')
    .argument('<run>', 'id of a run, or its beginning')
    .description('End a run before its next step. A call that is under way is not taken back.');
  examples(stop, [['trunkline flows stop 0hod63vo77so']]);
  bind(stop, async (invocation, { args }) => {
    const flows = await desk(invocation);
    const id = await idOfRun(flows, args[0] ?? '');
    await flows.stopRun(id);
    const { terminal } = invocation;
    if (terminal.json) terminal.printJson({ id, stopped: true });
    else terminal.print(`${id} is stopped.`);
    return EXIT.done;
  });
}

function addSave(group: Command, bind: Bind): void {
  const save = group
    .command('save')
    .argument('<flow>', 'id of a flow')
    .requiredOption('--input <json>', 'its definition: JSON, @file, or - for stdin')
    .description('Create or replace a stored flow. Runs under way end with the definition they began with.');
  examples(save, [['trunkline flows save order-to-webinar --input @flow.json']]);
  bind<{ input: string }>(save, async (invocation, { args, options }) => {
    const definition = await readInput(options.input, invocation.io);
    const saved = await (await desk(invocation)).save(args[0] ?? '', definition);
    const { terminal } = invocation;
    if (terminal.json) terminal.printJson(saved);
    else terminal.print(`${saved.id} is saved and ${saved.enabled ? 'on' : 'off'}.`);
    return EXIT.done;
  });
}

function addRemove(group: Command, bind: Bind): void {
  const remove = group
    .command('remove')
    .argument('<flow>', 'id of a stored flow')
    .description('Remove a stored flow. Its runs stay on record, and those under way go on.');
  examples(remove, [['trunkline flows remove order-to-webinar']]);
  bind(remove, async (invocation, { args }) => {
    const [id = ''] = args;
    await (await desk(invocation)).remove(id);
    const { terminal } = invocation;
    if (terminal.json) terminal.printJson({ id, removed: true });
    else terminal.print(`${id} is removed.`);
    return EXIT.done;
  });
}
