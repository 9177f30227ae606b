import { grouped } from './amounts.ts';
import { hanging } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** Reasons that are listed of each kind, and names of each reason; the rest is counted. */
const GROUPS = 8;
const NAMED = 6;

/** A sentence with a painted label before it, and what helps below it. */
export function paragraph(
  terminal: Terminal,
  style: 'yellow' | 'cyan',
  label: string,
  text: string,
  remedy: string,
): string[] {
  const [first = '', ...more] = hanging(`${label}: ${text}`, terminal.proseWidth, '', '  ');
  return [
    terminal.paint(style, label) + first.slice(label.length),
    ...more,
    ...(remedy ? hanging(remedy, terminal.proseWidth, '  → ', '    ') : []),
  ];
}

/** Something that did not go as wanted, and why. */
export interface Item {
  name: string;
  reason: string;
  remedy: string;
  /** How many parts it stands for. */
  n: number;
  /** What tells reasons apart where their texts hold names and ids. */
  same?: string;
}

/** What has the same reason stands together, the most frequent first. */
export function groups(
  terminal: Terminal,
  style: 'red' | 'yellow' | 'cyan',
  title: string,
  items: readonly Item[],
): string[] {
  if (items.length === 0) return [];
  const found = new Map<string, { reason: string; remedy: string; names: string[]; n: number }>();
  for (const item of items) {
    const key = `${item.same ? item.same : item.reason}\n${item.remedy}`;
    const group = found.get(key) ?? { reason: item.reason, remedy: item.remedy, names: [], n: 0 };
    if (item.name) group.names.push(item.name);
    group.n += item.n;
    found.set(key, group);
  }
  const sorted = [...found.values()].toSorted((a, b) => b.n - a.n);
  const more = sorted.slice(GROUPS).reduce((sum, { n }) => sum + n, 0);
  const width = terminal.proseWidth;
  const total = items.reduce((sum, { n }) => sum + n, 0);
  return [
    terminal.paint(style, `${title}: ${grouped(total)}`),
    ...sorted
      .slice(0, GROUPS)
      .flatMap((group) => [
        ...hanging(group.reason, width, `${grouped(group.n).padStart(5)}  `, '       '),
        ...(group.names.length > 0
          ? hanging(few(group.names), width, '       ', '       ').map((line) => terminal.paint('dim', line))
          : []),
        ...(group.remedy ? hanging(group.remedy, width, '       → ', '         ') : []),
      ]),
    ...(more > 0 ? [`       and ${grouped(more)} more for other reasons; --json lists them all`] : []),
  ];
}

/** The first of many names; the rest is counted. */
export function few(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${grouped(more)} more` : '');
}
