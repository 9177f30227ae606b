import type { ServerView, ToolState, ToolView } from '../app/mcp/servers.ts';
import { table } from './layout.ts';
import type { Style, Terminal } from './terminal.ts';

const STATES: Readonly<Record<ToolState, Style>> = {
  approved: 'green',
  changed: 'red',
  new: 'yellow',
  gone: 'dim',
};

/** A server and its tools. */
export function serverText(terminal: Terminal, server: ServerView): string {
  const { facts } = server;
  const title = facts ? `${facts.title} ${facts.version}`.trim() : server.id;
  const head = `${terminal.paint('bold', server.id)}  ${title}, ${server.target}${facts ? `, protocol ${facts.protocol}` : ''}`;
  const columns = [
    { title: 'TOOL' },
    { title: 'WHAT IT DOES', wrap: true },
    { title: 'EFFECT' },
    { title: 'STATE' },
  ];
  const rows = server.tools.map((tool) => [
    tool.name,
    tool.title === tool.name ? firstSentence(tool) : tool.title,
    tool.effect,
    { text: tool.state, paint: (text: string) => terminal.paint(STATES[tool.state], text) },
  ]);
  return rows.length === 0
    ? `${head}\nIt shows no tools.`
    : `${head}\n${table(columns, rows, terminal.width)}`;
}

function firstSentence({ seen, approved }: ToolView): string {
  const text = plain((seen ?? approved)?.description ?? '');
  return /^(.{1,120}?[.!?])(?:\s|$)/.exec(text)?.[1] ?? text.slice(0, 120);
}

/** What a server changed of its tools, member by member. */
export function changesText({ paint }: Terminal, tools: readonly ToolView[]): string {
  const lines = tools.flatMap(({ name, state, approved, seen }) => {
    if (state === 'gone') return [`${paint('bold', name)}: the server no longer has it`];
    if (!seen) return [];
    if (!approved) return [`${paint('bold', name)}: new`, ...shown('+', seen.description)];
    const before = approved as unknown as Record<string, unknown>;
    const after = seen as unknown as Record<string, unknown>;
    const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return [
      `${paint('bold', name)}: changed`,
      ...members.flatMap((member) =>
        textOf(before[member]) === textOf(after[member])
          ? []
          : [`  ${member}:`, ...shown('-', before[member]), ...shown('+', after[member])],
      ),
    ];
  });
  return lines.join('\n');
}

function shown(mark: string, value: unknown): string[] {
  const text = textOf(value);
  return text === '' ? [] : [`    ${mark} ${plain(text)}`];
}

function textOf(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text of others without what would move the cursor or hide something from the person who reads it. */
function plain(text: string): string {
  // Controls, and characters that are not seen or turn the order of others round (Unicode TR 36, 3.5).
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, (hidden) => (/^\s+$/.test(hidden) ? ' ' : '�'));
}
