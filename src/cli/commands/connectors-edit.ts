import type { Command } from 'commander';
import type { AddOrder, Changed, EditOrder } from '../../app/connect/types.ts';
import { examples, type Bind } from '../command.ts';
import {
  collect,
  fieldsOf,
  jsonOf,
  pairsOf,
  textOf,
  valueOf,
  type FieldOptions,
} from '../connector-input.ts';
import { changedText } from '../connector-report.ts';
import type { Invocation } from '../invocation.ts';
import { EXIT, usageError } from '../report-error.ts';

function withFields(command: Command): Command {
  return command
    .option('--method <method>', 'GET, POST, PUT, PATCH, DELETE …')
    .option('--path <path>', 'path with :name or {name}, and defaults in its query')
    .option('--title <text>', 'name for people')
    .option('--description <text>', 'what it does')
    .option('--query <name=value>', 'query parameter with its default; may be repeated', collect)
    .option('--header <name:value>', 'header; without a value it is given with each call', collect)
    .option('--body <json>', 'an example of the body; @file or - for stdin')
    .option('--response <json>', 'an example of the answer; @file or - for stdin');
}

interface AddOptions extends FieldOptions {
  operation?: string;
  curl?: string;
  server?: string;
  auth?: string;
  name?: string;
}

export function addAdd(group: Command, bind: Bind): void {
  const command = withFields(
    group
      .command('add')
      .argument('<connector>', 'id; a new connector is made when there is none')
      .argument('[action]', 'name of the action, such as orders.find')
      .description('Add an operation by hand: by flags, as JSON, or from a cURL command.'),
  )
    .option('--operation <json>', 'the whole operation; @file or - for stdin')
    .option('--curl <command>', 'a cURL command; @file or - for stdin')
    .option('--server <url>', 'address of a new connector')
    .option('--auth <json>', 'how a new connector signs in')
    .option('--name <text>', 'name of a new connector, for people');
  examples(command, [
    ['trunkline connectors add shop orders.find --path /orders/:id --server https://shop.example.com/v1'],
    [`trunkline connectors add shop --curl 'curl https://shop.example.com/v1/orders?limit=10'`],
  ]);
  bind<AddOptions>(command, async (invocation, { args, options }) => {
    const [id = '', action] = args;
    const order = await orderOf(invocation, action, options);
    const connect = await (await invocation.app()).connect();
    return say(invocation, await connect.add(id, order));
  });
}

async function orderOf(
  { io }: Invocation,
  action: string | undefined,
  options: AddOptions,
): Promise<AddOrder> {
  const { operation, curl, server, auth, name } = options;
  const fields = await fieldsOf(options, io);
  const ways = [operation !== undefined, curl !== undefined, fields.path !== undefined].filter(Boolean);
  if (ways.length !== 1) {
    throw usageError(
      'say the operation in one way: --path and its like, --operation, or --curl',
      'Example: trunkline connectors add shop orders.list --path /orders',
    );
  }
  const { body, response, ...plain } = fields;
  const short = {
    ...plain,
    ...(body === undefined ? {} : { bodyExample: body }),
    ...(response === undefined ? {} : { answerExample: response }),
  };
  return {
    ...(action === undefined ? {} : { action }),
    ...(curl === undefined ? {} : { curl: await textOf(curl, io) }),
    ...(curl === undefined
      ? { operation: operation === undefined ? short : await jsonOf('--operation', operation, io) }
      : {}),
    ...(server === undefined ? {} : { server }),
    ...(auth === undefined ? {} : { auth: await jsonOf('--auth', auth, io) }),
    ...(name === undefined ? {} : { title: name }),
  };
}

interface EditOptions extends FieldOptions {
  set?: string[];
  unset?: string[];
  hide?: boolean;
  show?: boolean;
  remove?: boolean;
  rename?: string;
  note?: string;
}

export function addEdit(group: Command, bind: Bind): void {
  const command = withFields(
    group
      .command('edit')
      .argument('<connector>', 'id of a built connector')
      .argument('[action]', 'what is edited; without it, the connector itself')
      .description(
        'Change a built connector. Edits lie over its document, and stay when a newer one is imported.',
      ),
  )
    .option('--set <pointer=value>', 'set what is at a JSON pointer; may be repeated', collect)
    .option('--unset <pointer>', 'take away what is at a JSON pointer; may be repeated', collect)
    .option('--rename <name>', 'another name of the action, such as orders.find')
    .option('--hide', 'leave the action out')
    .option('--show', 'have a hidden action again')
    .option('--remove', 'erase an action that was added by hand')
    .option('--note <text>', 'said in the list of versions');
  examples(command, [
    ['trunkline connectors edit shop orders.list --title "All orders" --query limit=100'],
    [
      'trunkline connectors edit shop orders.list --set /parameters/query:state/schema/enum=\'["open","paid"]\'',
    ],
    ['trunkline connectors edit shop --set /servers/api=https://eu.shop.example.com/v1'],
  ]);
  bind<EditOptions>(command, async (invocation, { args, options }) => {
    const [id = '', action] = args;
    const orders = await ordersOf(invocation, action, options);
    const connect = await (await invocation.app()).connect();
    return say(invocation, await connect.edit(id, orders, options.note));
  });
}

async function ordersOf(
  { io }: Invocation,
  action: string | undefined,
  options: EditOptions,
): Promise<EditOrder[]> {
  const of = action === undefined ? {} : { action };
  const fields = await fieldsOf(options, io);
  const wantsAction =
    options.hide ||
    options.show ||
    options.remove ||
    options.rename !== undefined ||
    Object.keys(fields).length > 0;
  if (action === undefined && wantsAction)
    throw usageError('the action is missing', 'Example: trunkline connectors edit shop orders.list --hide');
  const orders: EditOrder[] = [
    ...pairsOf('--set', options.set).map(([pointer, value]): EditOrder => ({
      do: 'set',
      ...of,
      pointer,
      value,
    })),
    ...(options.unset ?? []).map((pointer): EditOrder => ({ do: 'unset', ...of, pointer })),
  ];
  if (action !== undefined) {
    if (Object.keys(fields).length > 0) orders.unshift({ do: 'fields', action, fields });
    for (const word of ['hide', 'show', 'remove'] as const)
      if (options[word]) orders.push({ do: word, action });
    if (options.rename !== undefined) orders.push({ do: 'rename', action, name: options.rename });
  }
  if (orders.length > 0) return orders;
  throw usageError(
    'there is nothing to change',
    'Example: trunkline connectors edit shop orders.list --title "All orders"',
  );
}

interface LinkOptions {
  to?: string;
  value?: string;
  label?: string;
  items?: string;
  search?: string;
  argument?: string[];
  choice?: string[];
  open?: boolean;
  remove?: boolean;
}

export function addLink(group: Command, bind: Bind): void {
  const command = group
    .command('link')
    .argument('<connector>', 'id of a built connector')
    .argument('<action>', 'action with the input')
    .argument('<input>', 'name of the input, or a JSON pointer such as /fields/type')
    .description(
      'Say which values an input may have: those that another action lists, or some that you name.',
    )
    .option('--to <action>', 'action that lists the values')
    .option('--value <pointer>', 'where an item of the list has the value', '/id')
    .option('--label <template>', 'what people see, such as "{name} ({key})"')
    .option('--items <pointer>', 'where the answer has the list, when its pages do not say')
    .option(
      '--argument <name=value>',
      'input of that action; {name} stands for an input of this one',
      collect,
    )
    .option('--search <input>', 'input of that action that takes what is searched for')
    .option('--choice <value=label>', 'a value of a fixed list; may be repeated', collect)
    .option('--open', 'other values may be sent, too')
    .option('--remove', 'take the list away');
  examples(command, [
    ['trunkline connectors link desk tickets.create project --to projects.list --label "{name}"'],
    [
      'trunkline connectors link desk tickets.create type --to types.list --argument project={project}',
      'depends on the project',
    ],
    ['trunkline connectors link desk tickets.create priority --choice 1=high --choice 2=low'],
  ]);
  bind<LinkOptions>(command, async (invocation, { args, options }) => {
    const [id = '', action = '', input = ''] = args;
    const link = linkOf(options);
    const connect = await (await invocation.app()).connect();
    return say(invocation, await connect.link(id, action, input, link));
  });
}

function linkOf(options: LinkOptions): Record<string, unknown> | null {
  const { to, value, label, items, search, argument, choice, open, remove } = options;
  const ways = [to !== undefined, choice !== undefined, remove === true].filter(Boolean);
  if (ways.length !== 1)
    throw usageError('say one of --to, --choice and --remove', 'See trunkline connectors link --help');
  if (remove) return null;
  if (choice) {
    const choices = choice.map((one) => {
      const at = one.indexOf('=');
      return at < 0
        ? { value: valueOf(one) }
        : { value: valueOf(one.slice(0, at)), label: one.slice(at + 1) };
    });
    return { choices, ...(open ? { open } : {}) };
  }
  return {
    action: to,
    value: (value ?? '/id').startsWith('/') ? value : `/${value}`,
    input: Object.fromEntries(pairsOf('--argument', argument).map(([name, one]) => [name, one])),
    ...(label === undefined ? {} : { label }),
    ...(items === undefined ? {} : { items: items.startsWith('/') ? items : `/${items}` }),
    ...(search === undefined ? {} : { search }),
    ...(open ? { open } : {}),
  };
}

function say({ terminal }: Invocation, changed: Changed): number {
  if (terminal.json) terminal.printJson(changed);
  else terminal.print(changedText(terminal, changed));
  return EXIT.done;
}
