/** Planning, changing and deleting meetings and webinars (FACTS G, items 7 and 9, and their like). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, bodyOf, findSeries, findUser, isAnswer, param, target } from './call.ts';
import { HOST_WRITES } from './daily-caps.ts';
import { noMeeting, noWebinarPlan, zoomError } from './errors.ts';
import type { Kind } from './ids.ts';
import { findMeeting, meetingObject } from './meetings-api.ts';
import type { WorldUser } from './people.ts';
import { type Body, changedSeries, movedDate, newSeries, refusePlan, withoutDate } from './planning.ts';
import type { Series } from './schedule.ts';
import { liveInstance } from './series-rows.ts';
import { findWebinar, webinarObject } from './webinars-api.ts';

const NO_CONTENT: SandboxAnswer = { status: 204 };

/** There is no key against doubles: two calls make two meetings (FACTS A). */
export function createMeeting(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  return create(call, 'meeting', user, meetingObject);
}

/** Only for hosts with a webinar licence. */
export function createWebinar(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  if (!user.webinars || call.plan === 'free') return noWebinarPlan();
  return create(call, 'webinar', user, webinarObject);
}

function create(
  call: Call,
  kind: Kind,
  user: WorldUser,
  show: (call: Call, series: Series) => Record<string, unknown>,
): SandboxAnswer {
  const body = readPlan(call, kind);
  if (isAnswer(body)) return body;
  // 4 is "Unassigned without Meetings Basic".
  if (kind === 'meeting' && user.type === 4) return notAllowedToHost();
  const host = scheduleFor(call, body, user);
  if (isAnswer(host)) return host;
  const capped = hostWrite(call, user);
  if (isAnswer(capped)) return capped;
  const series = call.account.addSeries(newSeries(kind, host, body, call.now));
  return { status: 201, json: show(call, series), ...capped };
}

/** The answer has no body; what was not sent stays as it was. */
export function updateMeeting(call: Call): SandboxAnswer {
  const series = findMeeting(call);
  return isAnswer(series) ? series : update(call, series);
}

/** The same for a webinar. */
export function updateWebinar(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  return isAnswer(series) ? series : update(call, series);
}

function update(call: Call, series: Series): SandboxAnswer {
  const { account, now, query } = call;
  const body = readPlan(call, series.kind);
  if (isAnswer(body)) return body;
  const host = scheduleFor(call, body, series.host);
  if (isAnswer(host)) return host;
  const occurrence = query.get('occurrence_id') ?? '';
  const changed =
    occurrence === ''
      ? { ...changedSeries(series, body, now), host }
      : movedDate(series, occurrence, body, now);
  if (changed === undefined) return noOccurrence(series.kind);
  const capped = hostWrite(call, series.host);
  if (isAnswer(capped)) return capped;
  account.changeSeries(changed);
  return { ...NO_CONTENT, ...capped };
}

/** Without an occurrence the whole series goes. */
export function deleteMeeting(call: Call): SandboxAnswer {
  const series = findMeeting(call);
  return isAnswer(series) ? series : remove(call, series);
}

/** The same for a webinar. */
export function deleteWebinar(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  return isAnswer(series) ? series : remove(call, series);
}

function remove(call: Call, series: Series): SandboxAnswer {
  const occurrence = call.query.get('occurrence_id') ?? '';
  if (occurrence === '') call.account.removeSeries(series);
  else {
    const left = withoutDate(series, occurrence);
    if (left === undefined) return noOccurrence(series.kind, 'delete');
    call.account.changeSeries(left);
  }
  return NO_CONTENT;
}

/** Ends what is live, or brings back what was deleted; ending what is not live changes nothing. */
export function setMeetingStatus(call: Call): SandboxAnswer {
  const body = bodyOf(call);
  if (isAnswer(body)) return body;
  const { id, text } = target(param(call, 'meetingId'));
  if (body['action'] === 'recover') {
    return id !== undefined && call.account.recoverSeries(id) ? NO_CONTENT : noMeeting(text);
  }
  if (body['action'] !== 'end') return badAction();
  const series = findSeries(call, 'meetingId');
  if (series === undefined) return noMeeting(text);
  if (series.kind === 'webinar') return zoomError(400, 3000, 'Cannot access webinar info.');
  const live = liveInstance(series, call.now);
  // Its row in the past appears when it would have ended by itself: what happens in the world is the truth's.
  if (live !== undefined) call.account.endNow(live.uuid);
  return NO_CONTENT;
}

function readPlan(call: Call, kind: Kind): Body | SandboxAnswer {
  const body = bodyOf(call);
  if (isAnswer(body)) return body;
  return refusePlan(kind, body) ?? body;
}

/** The host whom the body names instead of the one in the path. */
function scheduleFor(call: Call, body: Body, otherwise: WorldUser): WorldUser | SandboxAnswer {
  const key = body['schedule_for'];
  if (typeof key !== 'string' || key === '') return otherwise;
  if (body['type'] === 1) {
    const message =
      "Instant meetings do not support the `schedule_for` parameter, and you can't schedule an instant meeting for another user.";
    return zoomError(400, 3000, message);
  }
  const found = call.account.user(key);
  if (found !== undefined && found.status !== 'pending') return found;
  const message =
    'The value that you entered in the `schedule_for` field is invalid. Enter a valid value and try again.';
  return zoomError(400, 300, message);
}

/** Good answers count down from 100 (FACTS D, seen in 2026). */
function hostWrite(call: Call, host: WorldUser): { headers?: Record<string, string> } | SandboxAnswer {
  if (!call.switches.dailyCaps) return {};
  const left = call.caps.hostWrite(host.index, call.now);
  if (typeof left !== 'number') return left;
  return { headers: { 'x-ratelimit-limit': String(HOST_WRITES), 'x-ratelimit-remaining': String(left) } };
}

function notAllowedToHost(): SandboxAnswer {
  return zoomError(
    400,
    3161,
    'Your user account is not allowed meeting hosting and scheduling capabilities.',
  );
}

function noOccurrence(kind: Kind, what: 'delete' | 'update' = 'update'): SandboxAnswer {
  return kind === 'webinar' && what === 'delete'
    ? zoomError(400, 3000, 'Webinar occurrence does not exist.')
    : zoomError(400, 300, 'Invalid parameter: `occurrence_id`.');
}

/** No document says what comes of another action; the form is that of every other validation. */
export function badAction(): SandboxAnswer {
  return zoomError(400, 300, 'Validation Failed.', [{ field: 'action', message: 'Invalid field.' }]);
}
