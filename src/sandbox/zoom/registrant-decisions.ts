/** Single registrants: looking at them, approving, denying, removing; and the form that they fill in. */
import { isRecord } from '../record.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, bodyOf, decode, isAnswer, param, target } from './call.ts';
import { noMeeting, zoomError } from './errors.ts';
import { faultsIn, listOf, object, refuse, text } from './fields.ts';
import { findMeeting } from './meetings-api.ts';
import { notEnabled, wordOf } from './registrant-writes.ts';
import { registrantRow } from './registrants-api.ts';
import { QUESTIONS, type Registrant } from './registrants.ts';
import type { Series } from './schedule.ts';
import { badAction } from './series-writes.ts';
import { findWebinar } from './webinars-api.ts';

const NO_CONTENT: SandboxAnswer = { status: 204 };
/** "registrants (max 30)" of one status update. */
const MOST_UPDATES = 30;

/** One registrant of a meeting. */
export function getMeetingRegistrant(call: Call): SandboxAnswer {
  const found = findRegistrant(call);
  if (isAnswer(found)) return found;
  return { status: 200, json: registrantRow(found.registrant, found.series) };
}

/** Takes a registrant off every list. */
export function deleteMeetingRegistrant(call: Call): SandboxAnswer {
  const found = findRegistrant(call);
  if (isAnswer(found)) {
    const message =
      'The value that you entered for the Registrant ID field is invalid. Enter a valid value and try again.';
    return found.status === 404 ? found : zoomError(400, 300, message);
  }
  call.account.removeRegistrant(found.series, found.registrant.id);
  return NO_CONTENT;
}

function findRegistrant(call: Call): { series: Series; registrant: Registrant } | SandboxAnswer {
  const series = findMeeting(call);
  if (isAnswer(series)) return series;
  if (!series.registration) return notEnabled(String(series.id));
  const id = decode(param(call, 'registrantId'));
  // Who cancelled is found no more than in the lists.
  const registrant = call.account
    .registrants(series)
    .find((one) => one.id === id && one.status !== 'cancelled');
  // The webinar's like has code 3079 for it; the document of this one knows 3000 only.
  return registrant === undefined
    ? zoomError(400, 3000, `This registrant does not exist: ${id}.`)
    : { series, registrant };
}

/** Approves, denies or cancels, by id or address. */
export function setMeetingRegistrants(call: Call): SandboxAnswer {
  const series = findMeeting(call);
  if (isAnswer(series))
    return series.status === 404 ? noMeeting(target(param(call, 'meetingId')).text) : series;
  if (!series.registration) return notEnabled(String(series.id));
  return decide(call, series);
}

/** The same for a webinar. */
export function setWebinarRegistrants(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  if (isAnswer(series)) return series;
  if (!series.registration) {
    return zoomError(400, 300, `Registration has not been enabled for this meeting: ${series.id}.`);
  }
  return decide(call, series);
}

const DECISIONS: Readonly<Record<string, Registrant['status']>> = {
  approve: 'approved',
  deny: 'denied',
  cancel: 'cancelled',
};

function decide(call: Call, series: Series): SandboxAnswer {
  const body = bodyOf(call);
  if (isAnswer(body)) return body;
  const status = DECISIONS[wordOf(body['action'])];
  if (status === undefined) return badAction();
  const one = object({ id: text(), email: text() });
  const wrong = refuse(faultsIn(body, { registrants: listOf(one, MOST_UPDATES) }));
  if (wrong !== undefined) return wrong;
  const named: unknown[] = Array.isArray(body['registrants']) ? body['registrants'] : [];
  const all = call.account.registrants(series);
  // Whom nobody knows is passed over: what Zoom says of it is not published.
  const found = named.filter(isRecord).flatMap((name) => {
    const address = wordOf(name['email']).toLowerCase();
    return all.find((each) => each.id === name['id'] || each.email.toLowerCase() === address) ?? [];
  });
  for (const { id } of found) {
    const capped = call.switches.dailyCaps
      ? call.caps.registrantUpdate(series.kind, series.id, id, call.now)
      : undefined;
    if (capped !== undefined) return capped;
    call.account.setRegistrantStatus(series, id, status);
  }
  return NO_CONTENT;
}

/** The form of every meeting with registration; empty for the others, as no error is documented. */
export function listQuestions(call: Call): SandboxAnswer {
  const series = findMeeting(call);
  if (isAnswer(series)) return noMeeting(target(param(call, 'meetingId')).text);
  if (!series.registration) return { status: 200, json: { questions: [], custom_questions: [] } };
  return { status: 200, json: formFields('single') };
}

/** The form of a webinar; its choices are called otherwise, and without registration there is an error. */
export function listWebinarQuestions(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  if (isAnswer(series)) return series;
  if (series.registration) return { status: 200, json: formFields('single_radio') };
  return zoomError(400, 3000, `Registration has not been enabled for this webinar: ${series.id}.`);
}

function formFields(choice: string): Record<string, unknown> {
  const questions = ['last_name', 'org', 'job_title'].map((field_name, i) => ({
    field_name,
    required: i === 0,
  }));
  const custom_questions = QUESTIONS.map((title, i) =>
    i === 0
      ? { title, type: 'short', required: false, answers: [] }
      : { title, type: choice, required: false, answers: ['A colleague', 'The newsletter', 'Elsewhere'] },
  );
  return { questions, custom_questions };
}
