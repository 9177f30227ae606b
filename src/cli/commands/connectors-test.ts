import type { Command } from 'commander';
import type { TestReport, TestRequest } from '../../app/connect/types.ts';
import { examples, type Bind } from '../command.ts';
import { collect, jsonOf, pairsOf, valueOf, wholeOf } from '../connector-input.ts';
import { changedText, counted, testTable } from '../connector-report.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { EXIT, usageError } from '../report-error.ts';

interface TestOptions {
  all?: boolean;
  input?: string;
  connection?: string;
  mock?: boolean;
  reads?: boolean;
  yes?: boolean;
  timeout?: string;
}

export function addTest(group: Command, bind: Bind): void {
  const command = group
    .command('test')
    .argument('<connector>', 'id of a built connector')
    .argument('[actions...]', 'names, or patterns such as "orders.*"; all of them with --all')
    .description('Sign in and try operations of a built connector; how they fare is kept.')
    .option('--all', 'every operation')
    .option('--input <json>', 'input of the one action that is tested; sampled when not given')
    .option('--connection <name>', 'the account to try with')
    .option('--reads', 'only what reads: nothing is changed there')
    .option('--mock', 'against a mock that the definition itself makes: needs no account')
    .option('--yes', 'what destroys something is tried, too, where it is named')
    .option('--timeout <seconds>', 'for all of it', '600');
  examples(command, [
    ['trunkline connectors test shop --all --reads', 'all that changes nothing'],
    ['trunkline connectors test shop --all --mock', 'with no account and no network'],
    [`trunkline connectors test shop orders.get --input '{"id": "1042"}'`],
  ]);
  bind<TestOptions>(command, async (invocation, { args, options }) => {
    const [id = '', ...actions] = args;
    const request = await requestOf(invocation, actions, options);
    const connect = await (await invocation.app()).connect();
    if (!invocation.terminal.json) invocation.terminal.status(`testing ${id} …`);
    return show(invocation, await connect.test(id, request));
  });
}

async function requestOf(
  { io }: Invocation,
  actions: readonly string[],
  options: TestOptions,
): Promise<TestRequest> {
  const { all, input, connection, mock, reads, yes, timeout } = options;
  if (actions.length === 0 && !all)
    throw usageError('name actions, or say --all', 'Example: trunkline connectors test shop --all');
  const [only] = actions;
  if (input !== undefined && (actions.length !== 1 || only === undefined || only.includes('*'))) {
    throw usageError('--input is for one action');
  }
  const seconds = wholeOf('--timeout', timeout) ?? 600;
  return {
    ...(actions.length > 0 ? { actions } : {}),
    ...(input === undefined || only === undefined
      ? {}
      : { inputs: { [only]: (await jsonOf('--input', input, io)) as Record<string, unknown> } }),
    ...(connection === undefined ? {} : { connection }),
    ...(mock ? { mock } : {}),
    ...(reads ? { reads } : {}),
    ...(yes ? { destroy: true } : {}),
    timeoutMs: seconds * 1000,
  };
}

function show({ terminal }: Invocation, report: TestReport): number {
  const { ok, failed, skipped, results, against, connection, version, id } = report;
  if (terminal.json) terminal.printJson(report);
  else {
    terminal.print(testTable(terminal, results));
    const parts = [
      `${ok} ok`,
      failed > 0 && terminal.paint('red', `${failed} failed`),
      skipped > 0 && `${skipped} skipped`,
    ].filter(Boolean);
    const by = against === 'mock' ? 'against its mock' : `with '${connection}'`;
    terminal.print(`\n${id} version ${version}, ${by}: ${parts.join(', ')}`);
    if (results.some((one) => one.state === 'failed' && one.against === 'vendor')) {
      terminal.note(
        `An input that works can be kept: trunkline connectors edit ${id} <action> --set /example='{…}'`,
      );
    }
    const drifted = results.filter(({ drift, state }) => state === 'ok' && drift.length > 0).length;
    if (drifted > 0) {
      terminal.note(
        `${counted(drifted, 'answer')} drifted from what is known. Learn it: trunkline connectors pull ${id} <action>`,
      );
    }
  }
  if (failed > 0) return EXIT.failed;
  return skipped > 0 ? EXIT.partly : EXIT.done;
}

interface PullOptions {
  input?: string[];
  answer?: string[];
  connection?: string;
  yes?: boolean;
}

export function addPull(group: Command, bind: Bind): void {
  const command = group
    .command('pull')
    .argument('<connector>', 'id of a built connector')
    .argument('<action>', 'name of the action')
    .description('Learn the members of an answer from real ones. What is known is widened, never narrowed.')
    .option('--input <json>', 'call with this input; may be repeated, for several answers', collect)
    .option('--answer <json>', 'an answer that you have, in place of a call; may be repeated', collect)
    .option('--connection <name>', 'the account to call with')
    .option('--yes', 'call it although it destroys something');
  examples(command, [
    ['trunkline connectors pull shop orders.list'],
    [`trunkline connectors pull shop orders.get --input '{"id":"1"}' --input '{"id":"2"}'`],
    ['trunkline connectors pull shop orders.get --answer @answer.json'],
  ]);
  bind<PullOptions>(command, async (invocation, { args, options }) => {
    const { io, terminal } = invocation;
    const [id = '', action = ''] = args;
    const { input, answer, connection, yes } = options;
    const inputs = await Promise.all((input ?? []).map((one) => jsonOf('--input', one, io)));
    const answers = await Promise.all((answer ?? []).map((one) => jsonOf('--answer', one, io)));
    const connect = await (await invocation.app()).connect();
    const pulled = await connect.pull(id, action, {
      ...(inputs.length > 0 ? { inputs: inputs as Record<string, unknown>[] } : {}),
      ...(answers.length > 0 ? { answers } : {}),
      ...(connection === undefined ? {} : { connection }),
      ...(yes ? { destroy: true } : {}),
    });
    if (terminal.json) terminal.printJson(pulled);
    else {
      const from = `${action}: learnt from ${counted(pulled.answers, 'answer')}`;
      terminal.print(pulled.changed ? `${from}\n${changedText(terminal, pulled)}` : `${from}: nothing new.`);
    }
    return EXIT.done;
  });
}

interface OptionsOptions {
  given?: string[];
  search?: string;
  connection?: string;
  offset?: string;
  limit?: string;
}

export function addOptions(group: Command, bind: Bind): void {
  const command = group
    .command('options')
    .argument('<connector>', 'id of a built connector, or name of a connection')
    .argument('<action>', 'name of the action')
    .argument('<input>', 'name of the input')
    .description('List the values that a linked input may have.')
    .option('--given <name=value>', 'an input that was chosen already; may be repeated', collect)
    .option('--search <text>', 'only those with this in them')
    .option('--connection <name>', 'the account to ask with')
    .option('--limit <n>', 'how many at most', '100')
    .option('--offset <n>', 'how many to leave out', '0');
  examples(command, [
    ['trunkline connectors options desk tickets.create project'],
    ['trunkline connectors options desk tickets.create type --given project=7 --search bug'],
  ]);
  bind<OptionsOptions>(command, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const [id = '', action = '', input = ''] = args;
    const { given, search, connection, limit, offset } = options;
    const connect = await (await invocation.app()).connect();
    const list = await connect.options(id, action, input, {
      ...(given ? { given: Object.fromEntries(pairsOf('--given', given)) } : {}),
      ...(search === undefined ? {} : { search }),
      ...(connection === undefined ? {} : { connection }),
      limit: wholeOf('--limit', limit) ?? 100,
      offset: wholeOf('--offset', offset) ?? 0,
    });
    if (terminal.json) terminal.printJson(list);
    else if (list.options.length === 0) terminal.print('No values.');
    else {
      const rows = list.options.map(({ value, label }) => [
        typeof value === 'string' ? value : JSON.stringify(value),
        label,
      ]);
      terminal.print(table([{ title: 'VALUE' }, { title: 'WHAT IT IS', wrap: true }], rows, terminal.width));
      if (list.next !== undefined) terminal.note(`\nMore: --offset ${list.next}`);
    }
    return EXIT.done;
  });
}

export function addPublish(group: Command, bind: Bind): void {
  const command = group
    .command('publish')
    .argument('<connector>', 'id of a built connector')
    .description(
      'Put the newest version into use. Every operation must have passed its test, or be waived with a reason.',
    )
    .option(
      '--waive <action=reason>',
      'an action, or a pattern, that needs no test; may be repeated',
      collect,
    )
    .option('--version-number <n>', 'another version than the newest');
  examples(command, [
    ['trunkline connectors publish shop'],
    ['trunkline connectors publish shop --waive "orders.remove=nothing to delete in the test account"'],
  ]);
  bind<{ waive?: string[]; versionNumber?: string }>(command, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const version = wholeOf('--version-number', options.versionNumber);
    const waive = Object.fromEntries(
      pairsOf('--waive', options.waive).map(([pattern, reason]) => [
        pattern,
        String(valueOf(String(reason))),
      ]),
    );
    const connect = await (await invocation.app()).connect();
    const published = await connect.publish(args[0] ?? '', {
      waive,
      ...(version === undefined ? {} : { version }),
    });
    if (terminal.json) terminal.printJson(published);
    else {
      const waived = published.waived.length > 0 ? `; waived: ${published.waived.join(', ')}` : '';
      terminal.print(
        `${terminal.paint('green', '✓')} ${published.id} version ${published.version} is in use${waived}`,
      );
    }
    return EXIT.done;
  });
}
