import type { BuiltConnector, Changed, ImportOutcome, TestResult } from '../app/connect/types.ts';
import type { Change, DefinitionDiff } from '../openapi/diff.ts';
import type { OverlayFault } from '../openapi/overlay.ts';
import { table, type Cell } from './layout.ts';
import { hanging } from './report-error.ts';
import type { Style, Terminal } from './terminal.ts';

/** Changes that are shown at once; all of them stand in --json. */
const MOST = 60;
/** Narrower screens show less of a test, in columns. */
const NARROW = 80;

/** `1 action`, `2 actions`. */
export function counted(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

function markOf({ kind, breaking }: Change): [string, Style] {
  if (breaking) return ['!', 'red'];
  if (kind === 'added') return ['+', 'green'];
  return kind === 'removed' ? ['-', 'red'] : ['~', 'yellow'];
}

/** What changes, the breaking first. */
export function diffText(terminal: Terminal, diff: DefinitionDiff): string {
  const { added, removed, changed, breaking, changes } = diff;
  if (changes.length === 0) return 'Nothing differs.';
  const parts = [
    added > 0 && `${counted(added, 'action')} added`,
    removed > 0 && `${counted(removed, 'action')} removed`,
    changed > 0 && `${counted(changed, 'action')} changed`,
    breaking > 0 && terminal.paint('red', `${breaking} breaking`),
  ].filter(Boolean);
  const ordered = changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking));
  const rows = ordered.slice(0, MOST).map((change): Cell[] => {
    const [mark, style] = markOf(change);
    return [
      { text: mark, paint: (text) => terminal.paint(style, text) },
      change.action ?? '(connector)',
      change.message,
    ];
  });
  const columns = [{ title: '' }, { title: 'ACTION', wrap: true }, { title: 'CHANGE', wrap: true }];
  const more = changes.length > MOST ? `\n… and ${changes.length - MOST} more: see --json` : '';
  return `${parts.join(', ') || 'Only the connector itself changed'}\n\n${table(columns, rows, terminal.width)}${more}`;
}

/** Edits that do not fit any more, and those that the document has spoken against. */
export function editFaults(terminal: Terminal, faults: readonly OverlayFault[]): string {
  if (faults.length === 0) return '';
  const lines = faults.flatMap(({ message }) => hanging(message, terminal.proseWidth, '  ', '    '));
  const title = `${counted(faults.length, 'edit')} to look at (kept, and made again when they fit):`;
  return [terminal.paint('yellow', title), ...lines].join('\n');
}

/** Faults of a document, by line. */
export function faultText(terminal: Terminal, faults: ImportOutcome['faults']): string {
  if (faults.length === 0) return '';
  const rows = faults.slice(0, MOST).map((fault): Cell[] => [
    fault.line === undefined ? (fault.pointer ?? '') : `${fault.line}:${fault.col ?? 1}`,
    {
      text: fault.severity,
      paint: (text) => terminal.paint(fault.severity === 'error' ? 'red' : 'yellow', text),
    },
    fault.operation === undefined ? fault.message : `${fault.operation}: ${fault.message}`,
  ]);
  const columns = [{ title: 'WHERE', wrap: true }, { title: '' }, { title: 'WHAT IS WRONG', wrap: true }];
  const more = faults.length > MOST ? `\n… and ${faults.length - MOST} more: see --json` : '';
  return table(columns, rows, terminal.width) + more;
}

const STATES: Readonly<Record<TestResult['state'], readonly [string, Style]>> = {
  ok: ['✓ ok', 'green'],
  failed: ['✗ failed', 'red'],
  waived: ['○ waived', 'cyan'],
  untested: ['· untested', 'dim'],
  skipped: ['○ skipped', 'yellow'],
  'not-run': ['· not run', 'yellow'],
};

/** How operations fare, a line each, with what differed below it. */
export function testTable(terminal: Terminal, results: readonly TestResult[]): string {
  const rows = results.map((one): Cell[] => {
    const [text, style] = STATES[one.state];
    const drift = one.drift.slice(0, 5).map(({ at, message }) => `drift: ${at || 'the answer'} ${message}`);
    const more = one.drift.length > 5 ? [`drift: ${one.drift.length - 5} more`] : [];
    const note = [one.message, ...drift, ...more].filter(Boolean).join('\n');
    const by = one.against === 'mock' && one.state !== 'untested' ? ' (mock)' : '';
    const state = { text: text + by, paint: (shown: string) => terminal.paint(style, shown) };
    return [state, one.action, `${one.method} ${one.path}`, note];
  });
  const all = [
    { title: 'TEST' },
    { title: 'ACTION', wrap: true },
    { title: 'CALL', wrap: true },
    { title: 'NOTE', wrap: true },
  ];
  // A column with nothing in it goes; so does the call where there is no room for it.
  const shown = [true, true, terminal.width >= NARROW, rows.some((row) => row[3] !== '')];
  const kept = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => shown[i]);
  return table(
    kept(all),
    rows.map((row) => kept(row)),
    terminal.width,
  );
}

/** `version 3, version 2 in use`. */
export function versionText({ version, published }: Pick<BuiltConnector, 'version' | 'published'>): string {
  if (published === undefined) return `version ${version}`;
  return published === version ? `version ${version}, published` : `version ${version}; in use: ${published}`;
}

export function testText({ ok, failed, waived, untested }: BuiltConnector['tests']): string {
  const parts = [
    ok > 0 && `${ok} ok`,
    failed > 0 && `${failed} failed`,
    waived > 0 && `${waived} waived`,
    untested > 0 && `${untested} untested`,
  ].filter(Boolean);
  return parts.join(', ') || 'none';
}

/** What came of a change, and that it is not in use yet where something was published. */
export function changedText(terminal: Terminal, made: Changed): string {
  const { id, version, changed, diff, faults, notes = [] } = made;
  if (!changed) return `${id}: nothing to change; it stays at version ${version}.`;
  const parts = [`${terminal.paint('green', '✓')} ${id} is at version ${version}`];
  if (diff.changes.length > 0) parts.push('', diffText(terminal, diff));
  const edits = editFaults(terminal, faults);
  if (edits) parts.push('', edits);
  if (notes.length > 0) parts.push('');
  for (const note of notes) parts.push(...hanging(note, terminal.proseWidth, '- ', '  '));
  return parts.join('\n');
}
