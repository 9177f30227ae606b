/** Invitations, summaries and questions: texts that belong to a meeting or webinar. */
import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, findInstance, isAnswer, param, target } from './call.ts';
import { noMeeting, zoomError } from './errors.ts';
import { opaqueId } from './ids.ts';
import { findMeeting, hasSummary } from './meetings-api.ts';
import type { Instance } from './schedule.ts';
import { plannedRow } from './series-rows.ts';
import { MINUTE, iso } from './time.ts';

/** Lines end in CR LF and the text in an empty line, as in the published example (FACTS G, item 10). */
export function getInvitation(call: Call): SandboxAnswer {
  const series = findMeeting(call);
  if (isAnswer(series)) return noMeeting(target(param(call, 'meetingId')).text);
  const { host, topic, id } = series;
  const { start_time: start, timezone, join_url: link } = plannedRow(series, call.now);
  const number = String(id).replace(/^(\d{3})(\d{4})/, '$1 $2 ');
  const password = series.plan?.password ?? '123456';
  const passcode = password === '' ? [] : [`Passcode: ${password}`];
  const sip = `${id}@zoomcrc.example`;
  const lines = [
    `${host.name} is inviting you to a scheduled Zoom meeting.`,
    '',
    `Topic: ${topic}`,
    ...(typeof start === 'string' ? [`Time: ${spoken(start, String(timezone))}`] : []),
    '',
    'Join Zoom Meeting',
    String(link),
    '',
    `Meeting ID: ${number}`,
    ...passcode,
    '',
    'Join by SIP',
    sip,
    '',
    '',
  ];
  return { status: 200, json: { invitation: lines.join('\r\n'), sip_links: [sip] } };
}

/** `Mar 25, 2022 03:32 PM Europe, Vienna`, as the example writes it. */
function spoken(start: string, timezone: string): string {
  const text = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    month: 'short',
    day: 'numeric',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(start));
  return `${text.replace(/, (\d\d:)/, ' $1')} ${timezone.replace('/', ', ')}`;
}

/** By UUID in the document; a number gives the latest instance here, as everywhere else. */
export function getSummary(call: Call): SandboxAnswer {
  if (call.plan === 'free') return zoomError(400, 200, 'Only available for Paid account.');
  let instance = findInstance(call, 'meetingId', 'meeting');
  if (isAnswer(instance)) instance = findInstance(call, 'meetingId', 'webinar');
  if (isAnswer(instance) || !hasSummary(instance)) return noMeeting(target(param(call, 'meetingId')).text);
  const { series, uuid, start, end } = instance;
  const made = end + 5 * MINUTE;
  const stream = random('summary', uuid);
  const next = [`Send the notes of “${series.topic}”.`, 'Plan the next date.', 'Answer the open questions.'];
  const steps = next.slice(0, stream.int(1, next.length));
  const overview = `${series.host.name} led “${series.topic}”; the participants agreed on what comes next.`;
  const json = {
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

const ASKED = [
  'How long is the trial?',
  'Will there be a recording?',
  'Чи буде запис?',
  'Does it work with "SSO"?',
];

/** Heavy. Who asked, what, and who answered; some questions stay open. */
export function reportQuestions(call: Call): SandboxAnswer {
  const { text } = target(param(call, 'webinarId'));
  const instance = findInstance(call, 'webinarId', 'webinar');
  if (isAnswer(instance)) {
    return instance.status === 404
      ? zoomError(404, 3001, `Webinar ${text} not found or has expired.`)
      : instance;
  }
  const { series, uuid, start } = instance;
  return {
    status: 200,
    json: { id: series.id, uuid, start_time: iso(start), questions: questionsOf(call, instance) },
  };
}

function questionsOf(call: Call, instance: Instance): Record<string, unknown>[] {
  const { uuid, start, series } = instance;
  const stream = random(call.world.ground.seed, 'qa', uuid);
  const people = new Map(call.world.cast(instance).rows.map((row) => [row.person, row]));
  const askers = [...people.values()].filter((row) => row.status === 'in_meeting').slice(0, stream.int(1, 4));
  return askers.map((row, i) => {
    const at = start + (i + 1) * 4 * MINUTE;
    const answered = stream.chance(0.7);
    const answer = 'Yes; we will send a mail about it.';
    const reply = {
      user_id: series.host.id,
      name: series.host.name,
      email: series.host.email,
      content: answer,
      create_time: iso(at + MINUTE),
      type: 'host_answered_publicly',
    };
    const question = {
      question_id: opaqueId('question', uuid, i).slice(0, 11),
      question: stream.pick(ASKED),
      answer: answered ? answer : '',
      create_time: iso(at),
      question_status: answered ? 'answered' : 'open',
      answer_details: answered ? [reply] : [],
    };
    // People outside the account show no id here either (FACTS F).
    const user_id = row.internal ? row.id : '';
    return { user_id, name: row.name, email: row.email, question_details: [question] };
  });
}
