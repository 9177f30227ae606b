/** The account's past and future by time: everything that took place, and everything planned. */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, isAnswer, list, unpaid } from './call.ts';
import { zoomError } from './errors.ts';
import { FEATURES, REPORTS, featuresOf, hasReport } from './features.ts';
import { minutes, peakOf } from './measures.ts';
import { reportRange } from './ranges.ts';
import type { Instance } from './schedule.ts';
import { comingStarts } from './series-rows.ts';
import { SECOND, addMonths, iso, isoDay, parseDay, startOfDay, DAY } from './time.ts';

const KINDS = ['all', 'meeting', 'webinar'] as const;

/**
 * Everything that took place in a month. Two people or more, as in the other reports: the document of this one does
 * not say.
 */
export function listHistory(call: Call): SandboxAnswer {
  const { world, now, query, switches } = call;
  const range = reportRange(call);
  // "Invalid parameter: {0}." is this operation's wording.
  if (isAnswer(range)) return zoomError(400, 300, `Invalid parameter: ${wrongDay(call)}.`);
  const kind = choice(call, 'meeting_type', KINDS, 'all');
  const report = choice(call, 'report_type', REPORTS, 'all');
  const date = choice(call, 'date_type', ['start_time', 'end_time'], 'start_time');
  if (typeof kind !== 'string') return invalid('meeting_type');
  if (typeof report !== 'string') return invalid('report_type');
  if (typeof date !== 'string') return invalid('date_type');
  const features = (query.get('meeting_feature') ?? '').split(',').filter((name) => name !== '');
  if (features.some((name) => !FEATURES.includes(name))) return invalid('meeting_feature');
  const search = (query.get('search_key') ?? '').toLowerCase();
  const fits = (instance: Instance): boolean => {
    const { series, alone } = instance;
    if (alone || (kind !== 'all' && kind !== series.kind)) return false;
    if (search !== '' && !series.topic.toLowerCase().includes(search) && String(series.id) !== search) {
      return false;
    }
    if (report !== 'all' && !hasReport(world, instance, report)) return false;
    if (features.length === 0) return true;
    const used = featuresOf(world, instance);
    return features.some((name) => used[name] === true);
  };
  const found = world.history.between(
    date === 'start_time' ? 'start' : 'end',
    { from: range.from, to: range.to, over: now - switches.reportLagSeconds * SECOND },
    JSON.stringify(['history', kind, report, features, search]),
    fits,
  );
  return list(call, { key: 'history_meetings', counts: 'none' }, found, (number) =>
    historyRow(call, world.history.instance(number)),
  );
}

function invalid(name: string): SandboxAnswer {
  return zoomError(400, 300, `Invalid parameter: ${name}.`);
}

function wrongDay({ query }: Call): string {
  return parseDay(query.get('from') ?? '') === undefined ? 'from' : 'to';
}

function historyRow({ world }: Call, instance: Instance): Record<string, unknown> {
  const { series, uuid, start, end } = instance;
  const { present, totalMinutes } = world.counts(instance);
  const viewers = (): Record<string, number> => ({
    unique_viewers: present,
    max_concurrent_views: peakOf(world.cast(instance)),
  });
  return {
    meeting_uuid: uuid,
    meeting_id: series.id,
    type: series.kind === 'meeting' ? 'Meeting' : 'Webinar',
    host_display_name: series.host.name,
    host_email: series.host.email,
    start_time: iso(start),
    end_time: iso(end),
    topic: series.topic,
    participants: present,
    duration: minutes(instance),
    total_participant_minutes: totalMinutes,
    department: series.host.dept,
    group: [],
    source: 'Zoom',
    ...(series.kind === 'webinar' ? viewers() : {}),
    create_time: iso(series.created),
    custom_fields: [],
    tracking_fields: [],
    feature_used: featuresOf(world, instance),
  };
}

/** A row for each date of the coming month, of all hosts. */
export function listUpcomingEvents(call: Call): SandboxAnswer {
  const refused = unpaid(call);
  if (refused !== undefined) {
    return zoomError(400, 200, `This is only available for the paid account: ${call.world.accountId}`);
  }
  const type = choice(call, 'type', KINDS, 'all');
  if (typeof type !== 'string') return type;
  const range = comingRange(call);
  if (isAnswer(range)) return range;
  const { account, now } = call;
  const dates = account.users
    .flatMap((user) => [...account.meetings(user), ...account.webinarsOf(user)])
    .filter((series) => type === 'all' || series.kind === type)
    .flatMap((series) =>
      comingStarts(series, now)
        .filter((start) => start >= range.from && start < range.to)
        .map((start) => ({ series, start })),
    )
    .toSorted((a, b) => a.start - b.start || a.series.id - b.series.id);
  const head = { from: isoDay(range.from), to: isoDay(range.to - DAY) };
  return list(call, { key: 'upcoming_events', head, counts: 'none' }, dates, ({ series, start }) => ({
    id: String(series.id),
    topic: series.topic,
    host_id: series.host.id,
    host_name: series.host.name,
    dept: series.host.dept,
    start_time: iso(start),
  }));
}

/** A month at most; more is cut without a word. */
function comingRange(call: Call): { from: number; to: number } | SandboxAnswer {
  const from = parseDay(call.query.get('from') ?? '');
  const to = parseDay(call.query.get('to') ?? '');
  if (from === undefined || to === undefined || to < from) return invalid(wrongDay(call));
  const start = startOfDay(from);
  return { from: start, to: Math.min(startOfDay(to), addMonths(start, 1)) + DAY };
}
