/** Summaries of meetings and webinars: of the account by time, and one of them. */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, findInstance, isAnswer, list, param, target } from './call.ts';
import { invalidField, noMeeting, zoomError } from './errors.ts';
import { opaqueId } from './ids.ts';
import type { Instance } from './schedule.ts';
import { LAG, hasSummary, summarized, summaryOf } from './summaries.ts';
import { addMonths, iso, parseDay } from './time.ts';

const FIELDS = ['summary_start_time', 'summary_created_time'] as const;

/** Of the whole account. `from` and `to` are moments; without them everything of a year. */
export function listSummaries(call: Call): SandboxAnswer {
  if (call.plan === 'free') return zoomError(400, 200, 'Only available for Paid account.');
  const { world, now, query } = call;
  const field = choice(call, 'time_filter_field', FIELDS, 'summary_start_time');
  if (typeof field !== 'string') return field;
  const from = moment(query.get('from'), addMonths(now, -12));
  const to = moment(query.get('to'), now);
  if (from === undefined) return invalidField('from');
  if (to === undefined || to < from) return invalidField('to');
  const created = field === 'summary_created_time';
  const time = (instance: Instance): number => (created ? summarized(instance) : instance.start);
  // It is written some minutes after the end: the order is the same, the limits are moved by as much.
  const range = { from: from - (created ? LAG : 0), to: to + 1 - (created ? LAG : 0), over: now - LAG };
  const found = world.history.between(
    created ? 'end' : 'start',
    range,
    `summaries ${from} ${to}`,
    (instance) => {
      return time(instance) >= from && time(instance) <= to && hasSummary(world, instance);
    },
  );
  const head = { from: iso(from), to: iso(to) };
  return list(call, { key: 'summaries', head, counts: 'none' }, found, (number) =>
    summaryRow(world.history.instance(number)),
  );
}

function moment(text: string | null, otherwise: number): number | undefined {
  return text === null || text === '' ? otherwise : parseDay(text);
}

function summaryRow(instance: Instance): Record<string, unknown> {
  const { series, uuid, start, end } = instance;
  const made = summarized(instance);
  return {
    meeting_host_id: series.host.id,
    meeting_host_email: series.host.email,
    meeting_uuid: uuid,
    meeting_id: series.id,
    meeting_topic: series.topic,
    meeting_start_time: iso(start),
    meeting_end_time: iso(end),
    summary_start_time: iso(start),
    summary_end_time: iso(end),
    summary_created_time: iso(made),
    summary_last_modified_time: iso(made),
  };
}

/** By UUID in the document; a number gives the latest instance here, as everywhere else. */
export function getSummary(call: Call): SandboxAnswer {
  if (call.plan === 'free') return zoomError(400, 200, 'Only available for Paid account.');
  const { world, now } = call;
  let instance = findInstance(call, 'meetingId', 'meeting');
  if (isAnswer(instance)) instance = findInstance(call, 'meetingId', 'webinar');
  if (isAnswer(instance) || !hasSummary(world, instance) || summarized(instance) > now) {
    return noMeeting(target(param(call, 'meetingId')).text);
  }
  const { series, uuid } = instance;
  const { overview, steps } = summaryOf(instance);
  const json = {
    ...summaryRow(instance),
    summary_last_modified_user_id: series.host.id,
    summary_last_modified_user_email: series.host.email,
    summary_title: `Meeting summary for ${series.topic}`,
    summary_overview: overview,
    summary_details: [{ label: 'Discussion', summary: overview }],
    next_steps: steps,
    summary_content: [
      `## ${series.topic}`,
      '',
      overview,
      '',
      '### Next steps',
      ...steps.map((s) => `- ${s}`),
    ].join('\n'),
    summary_doc_url: `https://docs.zoom.example/doc/${opaqueId('summary', uuid)}`,
  };
  return { status: 200, json };
}
