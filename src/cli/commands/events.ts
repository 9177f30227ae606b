import type { Command } from 'commander';
import type { EventSummary, EventView } from '../../app/index.ts';
import { count } from '../activation-report.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { cutNote, factLines, oneOf, shortMoment, stateCell, troubleText } from '../record-tables.ts';
import { EXIT, usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { parseWhen } from '../when.ts';
import { addSend } from './events-send.ts';
import { whole } from './sandbox.ts';

interface Conditions {
  connection?: string;
  state?: string;
  event?: string;
  since?: string;
  until?: string;
}

const STATES = ['received', 'handled', 'ignored', 'failed'] as const;

export function addEvents(program: Command, bind: Bind): void {
  const group = program
    .command('events')
    .helpCommand(false)
    .description('Look into received webhooks, handle them again, and send samples.')
    .usage('<list|show|replay|send>');
  examples(group, [
    ['trunkline events list --state failed'],
    ["trunkline events replay --event 'meeting.*' --since 24h"],
    ['trunkline events send meeting.ended --to http://127.0.0.1:8787/webhooks/zoom'],
  ]);
  addList(group, bind);
  addShow(group, bind);
  addReplay(group, bind);
  addSend(group, bind);
}

function addConditions(command: Command): Command {
  return command
    .option('--connection <name>', 'of one connection')
    .option('--state <state>', `one of ${STATES.join(', ')}`)
    .option('--event <name>', "a name, or an area such as 'meeting.*'")
    .option('--since <when>', 'received since: a day or moment, or a span back from now such as 24h')
    .option('--until <when>', 'received before');
}

function addList(group: Command, bind: Bind): void {
  const list = addConditions(
    group.command('list').description('List received webhooks, newest first.'),
  ).option('--limit <n>', 'how many at most', whole(1, 1000), 20);
  examples(list, [['trunkline events list'], ['trunkline events list --state failed --since 7d']]);
  bind<Conditions & { limit: number }>(list, async (invocation, { options }) => {
    const { terminal } = invocation;
    const app = await invocation.app();
    const filter = conditionsOf(options, app.world.now());
    const found = await (await app.records()).events(filter, options.limit);
    if (terminal.json) terminal.printJson(found);
    else showList(invocation, found, options.limit);
    return EXIT.done;
  });
}

function showList({ terminal }: Invocation, found: readonly EventSummary[], limit: number): void {
  if (found.length === 0) {
    terminal.print('There are no such events.');
    return;
  }
  const several = new Set(found.map(({ connection }) => connection)).size > 1;
  const columns = [
    { title: 'CAME (UTC)' },
    { title: 'EVENT', wrap: true },
    ...(several ? [{ title: 'FROM', wrap: true }] : []),
    { title: 'STATE' },
    { title: 'ID' },
  ];
  const rows = found.map(({ receivedAt, event, connection, state, attempts, id }) => [
    shortMoment(receivedAt),
    event || '(none)',
    ...(several ? [connection] : []),
    stateCell(terminal, state, attempts > 1 ? `(${attempts})` : ''),
    id,
  ]);
  terminal.print(table(columns, rows, terminal.width));
  const cut = cutNote(found.length, limit);
  if (cut !== undefined) terminal.note(cut);
}

function addShow(group: Command, bind: Bind): void {
  const show = group
    .command('show')
    .argument('<id>', 'as the list shows it')
    .description('Show one webhook: what it said, and what became of it. Secrets are blanked.');
  examples(show, [['trunkline events show 9sJk3l2mQx8vT1yUaB4cDe']]);
  bind(show, async (invocation, { args }) => {
    const { terminal } = invocation;
    const event = await (await (await invocation.app()).records()).event(args[0] ?? '');
    if (terminal.json) terminal.printJson(event);
    else terminal.print(page(terminal, event));
    return EXIT.done;
  });
}

function page(terminal: Terminal, event: EventView): string {
  const { error } = event;
  const handler = (error as { handler?: string } | undefined)?.handler;
  return [
    terminal.paint('bold', event.event || '(no name)'),
    ...factLines(terminal, [
      ['Id', event.id],
      ['Connection', event.connection],
      ['Account', event.account],
      ['State', event.state],
      ['Happened', event.happenedAt],
      ['Came', event.receivedAt],
      ['Settled', event.settledAt],
      ['Proven by', event.verdict],
      ['Attempts', event.attempts],
      ['Replays', event.replays],
      ['Trouble', troubleText(error)],
      ['Handler', handler],
    ]),
    '',
    JSON.stringify(event.body, null, 2),
  ].join('\n');
}

function addReplay(group: Command, bind: Bind): void {
  const replay = addConditions(
    group
      .command('replay')
      .argument('[id...]', 'as the list shows them')
      .description('Hand events to the handlers of today again, in the order in which they came.'),
  );
  examples(replay, [
    ['trunkline events replay 9sJk3l2mQx8vT1yUaB4cDe'],
    ['trunkline events replay --state failed --since 7d'],
  ]);
  bind<Conditions>(replay, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const app = await invocation.app();
    const conditions = conditionsOf(options, app.world.now());
    const named = Object.keys(conditions).length > 0;
    if (args.length === 0 && !named) {
      throw usageError('nothing says which events', 'Give ids, or --state, --event or --since.');
    }
    if (args.length > 0 && named) throw usageError('ids and conditions exclude each other', 'Leave one out.');
    const filter = args.length > 0 ? { ids: args } : conditions;
    const replayed = await (await app.records()).replay(filter);
    if (terminal.json) terminal.printJson({ replayed });
    else if (replayed === 0) terminal.print('Nothing to replay: what waits is handled anyway.');
    else terminal.print(`${count(replayed, 'event')} will be handled again.`);
    return EXIT.done;
  });
}

function conditionsOf({ connection, state, event, since, until }: Conditions, now: number) {
  const known = oneOf('--state', state, STATES);
  return {
    ...(connection !== undefined && { connection }),
    ...(known && { state: known }),
    ...(event !== undefined && { event }),
    ...(since !== undefined && { since: parseWhen(since, '--since', now) }),
    ...(until !== undefined && { until: parseWhen(until, '--until', now) }),
  };
}
