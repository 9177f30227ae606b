/** What can be asked of planned meetings beside the meeting itself: invitations and templates. */
import type { SandboxAnswer } from '../types.ts';
import { type Call, findUser, isAnswer, param, target } from './call.ts';
import { noMeeting, noWebinarPlan, withoutMeetings } from './errors.ts';
import { opaqueId } from './ids.ts';
import { findMeeting } from './meetings-api.ts';
import type { WorldUser } from './people.ts';
import { plannedRow } from './series-rows.ts';

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

/** Not paged. */
export function listMeetingTemplates(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  return withoutMeetings(user) ?? templates(user, ['Stand-up', 'Kick-off “short”'].slice(0, user.index % 3));
}

/** The same for webinars, of hosts with a webinar licence. */
export function listWebinarTemplates(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  if (!user.webinars || call.plan === 'free') return noWebinarPlan();
  return templates(user, ['Product launch']);
}

/** Type 1 is one that the user made. */
function templates(user: WorldUser, names: readonly string[]): SandboxAnswer {
  const all = names.map((name) => ({ id: opaqueId('template', user.id, name), name, type: 1 }));
  return { status: 200, json: { total_records: all.length, templates: all } };
}
