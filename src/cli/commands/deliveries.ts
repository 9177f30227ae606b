import type { Command } from 'commander';
import type { Delivery, DeliveryFilter, Records } from '../../app/records.ts';
import { count } from '../activation-report.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { cutNote, factLines, oneOf, shortMoment, stateCell, troubleText } from '../record-tables.ts';
import { EXIT, usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { parseWhen } from '../when.ts';
import { whole } from './sandbox.ts';

interface Conditions {
  effect?: string;
  kind?: string;
  since?: string;
}

interface ListOptions extends Conditions {
  state?: string;
  limit: number;
}

interface RetryOptions extends Conditions {
  all?: boolean;
}

const STATES = ['planned', 'sending', 'done', 'refused', 'skipped'] as const;
/** Deliveries of one person that are shown whole. */
const MOST = 1000;

export function addDeliveries(program: Command, bind: Bind): void {
  const group = program
    .command('deliveries')
    .helpCommand(false)
    .description('See what was sent to Brevo and what was refused, and send it again.')
    .usage('<list|show|retry>');
  examples(group, [
    ['trunkline deliveries list --state refused'],
    ['trunkline deliveries show ada@example.com'],
    ['trunkline deliveries retry --kind input', 'once the cause is removed'],
  ]);
  addList(group, bind);
  addShow(group, bind);
  addRetry(group, bind);
}

function addConditions(command: Command): Command {
  return command
    .option('--effect <effect>', 'contact, or event:<name>')
    .option('--kind <kind>', 'kind of the error, such as input or auth')
    .option('--since <when>', 'changed since: a day or moment, or a span back from now such as 24h');
}

function addList(group: Command, bind: Bind): void {
  const list = addConditions(
    group
      .command('list')
      .argument('[email]', 'those of one person')
      .description('List deliveries, the last changed first.')
      .option('--state <state>', `one of ${STATES.join(', ')}`),
  ).option('--limit <n>', 'how many at most', whole(1, 1000), 20);
  examples(list, [
    ['trunkline deliveries list'],
    ['trunkline deliveries list --state refused --since 7d'],
    ['trunkline deliveries list ada@example.com'],
  ]);
  bind<ListOptions>(list, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const app = await invocation.app();
    const state = oneOf('--state', options.state, STATES);
    const filter = {
      ...conditionsOf(options, app.world.now()),
      ...(state && { state }),
      ...(args[0] !== undefined && { person: args[0] }),
    };
    const found = await (await app.records()).deliveries(filter, options.limit);
    if (terminal.json) terminal.printJson(found);
    else showList(invocation, found, options.limit);
    return EXIT.done;
  });
}

function showList({ terminal }: Invocation, found: readonly Delivery[], limit: number): void {
  if (found.length === 0) {
    terminal.print('There are no such deliveries.');
    return;
  }
  const columns = [
    { title: 'CHANGED (UTC)' },
    { title: 'PERSON', wrap: true },
    { title: 'EFFECT', wrap: true },
    { title: 'STATE' },
    { title: 'TROUBLE', wrap: true },
  ];
  const rows = found.map(({ updatedAt, person, effect, state, error }) => [
    shortMoment(updatedAt),
    person,
    effect.replace(/^event:/, ''),
    stateCell(terminal, state),
    error?.message ?? '',
  ]);
  terminal.print(table(columns, rows, terminal.width));
  const cut = cutNote(found.length, limit);
  if (cut !== undefined) terminal.note(cut);
}

function addShow(group: Command, bind: Bind): void {
  const show = group
    .command('show')
    .argument('<delivery>', 'address of a person, or an id as list --json gives it')
    .description('Show deliveries whole: what was sent, and what became of it.');
  examples(show, [['trunkline deliveries show ada@example.com']]);
  bind(show, async (invocation, { args }) => {
    const { terminal } = invocation;
    const records = await (await invocation.app()).records();
    const found = await named(records, args[0] ?? '');
    if (terminal.json) terminal.printJson(found);
    else terminal.print(found.map((one) => page(terminal, one)).join('\n\n'));
    return EXIT.done;
  });
}

async function named(records: Records, name: string): Promise<Delivery[]> {
  if (!name.includes('@')) return [await records.delivery(name)];
  const found = await records.deliveries({ person: name }, MOST);
  if (found.length > 0) return found;
  throw usageError(`nothing was delivered to ${name}`, `Why: trunkline explain ${name}`);
}

function page(terminal: Terminal, one: Delivery): string {
  const { person, effect, instance, state, at, attempts, updatedAt, error, payload } = one;
  return [
    terminal.paint('bold', `${person}: ${effect.replace(/^event:/, '')}`),
    ...factLines(terminal, [
      ['State', state],
      ['Changed', updatedAt],
      ['Happened', at],
      ['Came of', instance],
      ['Attempts', attempts],
      ['Trouble', troubleText(error)],
      ['Payload', JSON.stringify(payload)],
    ]),
  ].join('\n');
}

function addRetry(group: Command, bind: Bind): void {
  const retry = addConditions(
    group
      .command('retry')
      .argument('[delivery...]', 'addresses of people, or ids as list --json gives them')
      .description('Send again what was refused, once the cause is removed.')
      .option('--all', 'everything that was refused'),
  );
  examples(retry, [
    ['trunkline deliveries retry ada@example.com'],
    ['trunkline deliveries retry --kind input --since 7d'],
    ['trunkline deliveries retry --all'],
  ]);
  bind<RetryOptions>(retry, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const app = await invocation.app();
    const conditions = conditionsOf(options, app.world.now());
    if (args.length === 0 && !options.all && Object.keys(conditions).length === 0) {
      throw usageError('nothing says which deliveries', 'Name people, or give --all, --kind or --since.');
    }
    const records = await app.records();
    let retried = 0;
    let sending = false;
    for (const filter of filtersOf(args, conditions)) {
      const result = await records.retry(filter);
      retried += result.retried;
      sending ||= result.sending;
    }
    if (terminal.json) terminal.printJson({ retried, sending });
    else terminal.print(retryText(invocation, retried, sending));
    return EXIT.done;
  });
}

function filtersOf(names: readonly string[], conditions: DeliveryFilter): DeliveryFilter[] {
  if (names.length === 0) return [conditions];
  const ids = names.filter((name) => !name.includes('@'));
  const people = names.filter((name) => name.includes('@'));
  return [...people.map((person) => ({ ...conditions, person })), ...(ids.length > 0 ? [{ ids }] : [])];
}

function retryText({ programName }: Invocation, retried: number, sending: boolean): string {
  if (retried === 0) return 'Nothing of that was refused, so there is nothing to send again.';
  const what = `${count(retried, 'delivery', 'deliveries')} will be sent again`;
  return sending ? `${what}, now.` : `${what} by the next activation: ${programName} activate`;
}

function conditionsOf({ effect, kind, since }: Conditions, now: number): DeliveryFilter {
  return {
    ...(effect !== undefined && { effect }),
    ...(kind !== undefined && { kind }),
    ...(since !== undefined && { since: parseWhen(since, '--since', now) }),
  };
}
