import type { Command } from 'commander';
import type { Explanation } from '../../activate/explain.ts';
import { minuteOf } from '../activation-report.ts';
import { examples, type Bind } from '../command.ts';
import { table } from '../layout.ts';
import { EXIT, hanging, usageError } from '../report-error.ts';
import type { Style, Terminal } from '../terminal.ts';

export function addExplain(program: Command, bind: Bind): void {
  const command = program
    .command('explain')
    .argument('<email>', 'address of the person')
    .description('Tell why a person did or did not arrive in Brevo, with everything that is known.');
  examples(command, [['trunkline explain ada@example.com']]);
  bind(command, async (invocation, { args }) => {
    const { terminal } = invocation;
    const email = args[0]?.trim() ?? '';
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
      throw usageError(`'${email}' is not an e-mail address`, 'Example: trunkline explain ada@example.com');
    }
    const explanation = await (await invocation.app()).explain(email);
    if (terminal.json) terminal.printJson(explanation);
    else terminal.print(asText(terminal, explanation));
    return EXIT.done;
  });
}

function asText(terminal: Terminal, { email, verdict, facts, deliveries }: Explanation): string {
  const { paint, width } = terminal;
  const blocks = [[paint('bold', email), ...hanging(verdict, terminal.proseWidth, '', '')].join('\n')];
  if (facts.length > 0) {
    const columns = [
      { title: 'WHEN (UTC)' },
      { title: 'WHAT' },
      { title: 'TOPIC', wrap: true },
      { title: 'STATUS' },
      { title: 'MIN', align: 'right' as const },
      { title: 'SHARE', align: 'right' as const },
      { title: 'JOINS', align: 'right' as const },
      { title: 'REGISTERED' },
    ];
    const rows = facts.map((fact) => [
      minuteOf(fact.startedAt),
      fact.kind,
      fact.topic,
      { text: fact.status, paint: (text: string) => paint(STATUS[fact.status] ?? 'dim', text) },
      String(fact.minutes),
      `${fact.percent}%`,
      String(fact.joins),
      fact.registered ?? '-',
    ]);
    blocks.push(`${paint('bold', 'Seen in Zoom')}\n${table(columns, rows, width)}`);
  }
  if (deliveries.length > 0) blocks.push(deliveriesText(terminal, deliveries, facts));
  return blocks.join('\n\n');
}

function deliveriesText(
  { paint, width }: Terminal,
  deliveries: Explanation['deliveries'],
  facts: Explanation['facts'],
): string {
  const topics = new Map(facts.map(({ instance, topic }) => [instance, topic]));
  const columns = [
    { title: 'EFFECT' },
    { title: 'STATE' },
    { title: 'SINCE (UTC)' },
    { title: 'DETAIL', wrap: true },
  ];
  const rows = deliveries.map(({ effect, instance, state, at, updatedAt, payload, error }) => {
    const happened = at
      ? `${topics.get(instance) ?? topicOf(payload)}, ${minuteOf(at)}`
      : contactText(payload);
    const trouble = error ? `${error.message}${error.hint ? `\n→ ${error.hint}` : ''}` : '';
    return [
      effect.replace(/^event:/, ''),
      { text: state, paint: (text: string) => paint(STATES[state] ?? 'dim', text) },
      minuteOf(updatedAt),
      [happened, trouble].filter(Boolean).join('\n'),
    ];
  });
  return `${paint('bold', 'Deliveries to Brevo')}\n${table(columns, rows, width)}`;
}

const STATUS: Readonly<Record<string, Style>> = { attended: 'green', absent: 'yellow' };
const STATES: Readonly<Record<string, Style>> = {
  done: 'green',
  refused: 'red',
  planned: 'yellow',
  sending: 'yellow',
  skipped: 'dim',
};

function topicOf(payload: unknown): string {
  const { topic } = (payload ?? {}) as { topic?: unknown };
  return typeof topic === 'string' ? topic : '';
}

function contactText(payload: unknown): string {
  const { attributes = {}, lists = [] } = (payload ?? {}) as {
    attributes?: Record<string, unknown>;
    lists?: readonly number[];
  };
  return [
    ...Object.entries(attributes).map(([name, value]) => `${name} = ${String(value)}`),
    lists.length > 0 ? `on lists ${lists.join(', ')}` : 'on no list',
  ].join('\n');
}
