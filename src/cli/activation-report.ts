import type { ActivateSummary } from '../activate/run.ts';
import { hanging } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** Names that are listed of each group, and groups that are shown; the rest is counted. */
const NAMED = 4;
const GROUPS = 6;
const LABEL = 12;

/** What a run did, as people read it. */
export function activationReport(terminal: Terminal, summary: ActivateSummary, tookMs: number): string {
  const { paint } = terminal;
  const { contacts, events, dryRun } = summary;
  const sent = Object.entries(events.sent).toSorted((a, b) => b[1] - a[1]);
  const absent = sent.filter(([name]) => name.endsWith('_absent')).reduce((sum, [, n]) => sum + n, 0);
  const will = dryRun ? ' would be' : '';
  const lines = [
    ...(dryRun ? [paint('yellow', 'Dry run: nothing was sent. This is what a run would do.'), ''] : []),
    paint('bold', `Zoom to Brevo, ${minuteOf(summary.since)} to ${minuteOf(summary.until)} UTC`),
    fact(
      terminal,
      'Looked at',
      `${count(summary.meetings, 'meeting')}, ${count(summary.webinars, 'webinar')}; ${readText(summary)}`,
    ),
    fact(
      terminal,
      'Contacts',
      `${contacts.created}${will} created, ${contacts.updated}${will} updated, ${contacts.unchanged} unchanged`,
    ),
    fact(
      terminal,
      'Events',
      sent.length > 0
        ? `${sent.map(([name, n]) => `${n} ${name}`).join(', ')}${dryRun ? ' would be sent' : ''}`
        : 'none to send',
    ),
    ...(absent > 0
      ? [fact(terminal, 'Absentees', `${count(absent, 'person', 'people')} registered and did not come`)]
      : []),
    ...(contacts.optedOut > 0
      ? [
          fact(
            terminal,
            'Opted out',
            `${count(contacts.optedOut, 'person', 'people')} said no to mail: attributes only, no list, ${count(events.skipped, 'event')} not sent`,
          ),
        ]
      : []),
    ...(summary.prepared.length > 0
      ? [fact(terminal, dryRun ? 'To be made' : 'Made', summary.prepared.join(', '))]
      : []),
    ...(summary.rowsRefused > 0
      ? [
          fact(
            terminal,
            'Odd rows',
            `${count(summary.rowsRefused, 'row')} of Zoom's answers were not as documented and were left out`,
          ),
        ]
      : []),
    ...guestLines(terminal, summary),
    ...reasonLines(terminal, 'Refused by Brevo', 'yellow', refusals(summary)),
    ...reasonLines(terminal, 'Failed', 'red', failures(summary)),
    ...reasonLines(terminal, 'Passed over', 'dim', skips(summary)),
    '',
    fact(terminal, dryRun ? 'Would call' : 'Calls', callsText(summary)),
    fact(terminal, 'Took', duration(tookMs)),
  ];
  return lines.join('\n');
}

/** Milliseconds as people say them. */
export function duration(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `2026-11-21 09:30`. */
export function minuteOf(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function fact(terminal: Terminal, label: string, text: string): string {
  return hanging(text, terminal.proseWidth, `  ${label.padEnd(LABEL)}`, ' '.repeat(LABEL + 2)).join('\n');
}

function readText({ meetings, webinars, instancesRead }: ActivateSummary): string {
  const all = meetings + webinars;
  if (all === 0) return 'nothing was held in this time';
  if (instancesRead === all) return 'all of them read now';
  if (instancesRead === 0) return 'all of them known from before';
  return `${instancesRead} read now, ${all - instancesRead} known from before`;
}

/** Things of one reason, with what helps. */
interface Group {
  reason: string;
  remedy: string;
  names: string[];
}

function guestLines(terminal: Terminal, { guests }: ActivateSummary): string[] {
  if (guests.count === 0) return [];
  const part = guests.count > guests.first.length ? `; of the first ${guests.first.length}:` : '';
  const title = `${count(guests.count, 'person', 'people')} of whom Zoom shows no e-mail address${part}`;
  const groups = grouped(
    guests.first.map(({ name, topic, reason, remedy }) => ({
      name: `${name || 'no name'} (${topic})`,
      reason,
      remedy,
    })),
  );
  return ['', terminal.paint('bold', `Not matched: ${title}`), ...groupsText(terminal, groups)];
}

function refusals({ refused }: ActivateSummary) {
  return refused.map(({ email, event, reason }) => ({
    name: event ? `${event} of ${email}` : email,
    reason: reason.message,
    remedy: reason.hint ?? `See trunkline explain ${email}`,
  }));
}

function failures({ failed }: ActivateSummary) {
  return failed.map(({ what, reason }) => ({
    name: what,
    reason: reason.message,
    remedy: reason.hint ?? '',
  }));
}

function skips({ skips: skipped }: ActivateSummary) {
  return skipped.map(({ what, message, hint }) => ({ name: what, reason: message, remedy: hint }));
}

function reasonLines(
  terminal: Terminal,
  title: string,
  style: 'yellow' | 'red' | 'dim',
  items: readonly { name: string; reason: string; remedy: string }[],
): string[] {
  if (items.length === 0) return [];
  return [
    '',
    terminal.paint(style === 'dim' ? 'bold' : style, `${title}: ${items.length}`),
    ...groupsText(terminal, grouped(items)),
  ];
}

function grouped(items: readonly { name: string; reason: string; remedy: string }[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { name, reason, remedy } of items) {
    // Ids and addresses differ where the reason is the same.
    const key = `${reason}\n${remedy}`.replaceAll(/\S*[\d@/=]\S*/g, '');
    const group = groups.get(key) ?? { reason, remedy, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted((a, b) => b.names.length - a.names.length);
}

function groupsText(terminal: Terminal, groups: readonly Group[]): string[] {
  const rest = groups.slice(GROUPS).reduce((sum, { names }) => sum + names.length, 0);
  return [
    ...groups.slice(0, GROUPS).flatMap((group) => groupLines(terminal, group)),
    ...(rest > 0 ? [`     and ${rest} more for other reasons; --json lists them all`] : []),
  ];
}

function groupLines(terminal: Terminal, { reason, remedy, names }: Group): string[] {
  const width = terminal.proseWidth;
  const rest = names.length - NAMED;
  const listed = names.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const number = String(names.length).padStart(3);
  return [
    ...hanging(reason, width, `${number}  `, '     '),
    ...hanging(listed, width, '     ', '     ').map((line) => terminal.paint('dim', line)),
    ...(remedy
      ? hanging(remedy, width, '     → ', '       ').map((line) =>
          line.replace('→', terminal.paint('cyan', '→')),
        )
      : []),
  ];
}

function callsText({ calls, refusedForRate }: ActivateSummary): string {
  const systems = Object.entries(calls).map(([name, labels]) => {
    const parts = Object.entries(labels).toSorted((a, b) => b[1] - a[1]);
    return `${name}: ${parts.map(([label, n]) => `${n} ${label}`).join(', ') || 'none'}`;
  });
  const slowed = refusedForRate > 0 ? `; ${refusedForRate} were refused as too fast and repeated` : '';
  return systems.join('; ') + slowed;
}
