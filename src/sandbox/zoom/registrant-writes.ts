/** Adding registrants (FACTS G, items 12 and 21). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, bodyOf, isAnswer, param, target } from './call.ts';
import { zoomError } from './errors.ts';
import { type Fields, email, faultsIn, flag, listOf, object, refuse, text, word } from './fields.ts';
import { findMeeting } from './meetings-api.ts';
import { registrantRow } from './registrants-api.ts';
import { type Registrant, TRACKING_SOURCES } from './registrants.ts';
import type { Series } from './schedule.ts';
import { nextStart, occurrences } from './series-rows.ts';
import { iso } from './time.ts';
import { findWebinar, sourceId } from './webinars-api.ts';

/** "Note that there is a maximum limit of 4,999 registrants per meeting." */
const MOST = 4999;

const FIELDS: Fields = {
  first_name: text(64),
  last_name: text(64),
  email,
  address: text(),
  city: text(),
  state: text(),
  zip: text(),
  country: text(),
  phone: text(),
  comments: text(),
  custom_questions: listOf(object({ title: text(), value: text(128) })),
  industry: text(),
  job_title: text(),
  // prettier-ignore
  no_of_employees: word('', '1-20', '21-50', '51-100', '101-500', '500-1,000', '1,001-5,000', '5,001-10,000', 'More than 10,000'),
  org: text(),
  // prettier-ignore
  purchasing_time_frame: word('', 'Within a month', '1-3 months', '4-6 months', 'More than 6 months', 'No timeframe'),
  role_in_purchase_process: word('', 'Decision Maker', 'Evaluator/Recommender', 'Influencer', 'Not involved'),
  // prettier-ignore
  language: word('en-US', 'de-DE', 'es-ES', 'fr-FR', 'jp-JP', 'pt-PT', 'ru-RU', 'zh-CN', 'zh-TW', 'ko-KO', 'it-IT', 'vi-VN', 'pl-PL', 'Tr-TR'),
  auto_approve: flag,
  source_id: text(),
};

/** What the lists show of the form. */
// prettier-ignore
const FORM = [
  'address', 'city', 'comments', 'country', 'custom_questions', 'industry', 'job_title', 'no_of_employees', 'org',
  'phone', 'purchasing_time_frame', 'role_in_purchase_process', 'state', 'zip',
] as const;

/** The document names 404 with code 1001 here, and the text of a missing meeting (FACTS G, item 12). */
export function addMeetingRegistrant(call: Call): SandboxAnswer {
  const series = findMeeting(call);
  const { text: id } = target(param(call, 'meetingId'));
  if (isAnswer(series)) {
    return series.status === 404
      ? zoomError(404, 1001, `Meeting does not exist: ${id}.`)
      : zoomError(400, 3000, 'Cannot access meeting info.');
  }
  if (!series.registration) return notEnabled(id);
  if (call.account.registrants(series).length >= MOST) {
    return zoomError(400, 3043, 'Meeting has reached maximum attendee capacity.');
  }
  return add(call, series);
}

/** A webinar that is over takes nobody. */
export function addWebinarRegistrant(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  if (isAnswer(series)) return series;
  const { text: id } = target(param(call, 'webinarId'));
  if (!series.registration) {
    return zoomError(400, 3000, `This webinar does not have registration as required: ${id}.`);
  }
  if (series.type !== 6 && nextStart(series, call.now) === undefined) {
    const message =
      'Webinar is over, you cannot register now. If you have any questions, contact the webinar host.';
    return zoomError(400, 3038, message);
  }
  return add(call, series);
}

function add(call: Call, series: Series): SandboxAnswer {
  const body = bodyOf(call);
  if (isAnswer(body)) return body;
  const wrong = refuse(faultsIn(body, FIELDS, ['first_name', 'email']));
  if (wrong !== undefined) return wrong;
  const { account, now, world } = call;
  const address = String(body['email']);
  if (series.kind === 'webinar') {
    const refusal = refuseWebinarGuest(call, series, address);
    if (refusal !== undefined) return refusal;
  }
  const capped = call.switches.dailyCaps
    ? call.caps.registrantAdd(series.kind, series.id, address, now)
    : undefined;
  if (capped !== undefined) return capped;
  const status = approvedAtOnce(series, body) ? 'approved' : 'pending';
  const known = account.registrants(series).find((one) => one.email.toLowerCase() === address.toLowerCase());
  let registrant: Registrant;
  if (known === undefined) {
    const [first, last] = [String(body['first_name']), wordOf(body['last_name'])];
    registrant = account.addRegistrant(series, {
      // Nobody of the world: who registers through the API never comes.
      person: {
        n: -1,
        first,
        last,
        name: `${first} ${last}`.trim(),
        email: address,
        otherEmail: address,
        shown: true,
        zoomId: '',
      },
      email: address,
      status,
      habit: 'never',
      shows: 'registered',
      created: now,
      source: TRACKING_SOURCES.findIndex((_, i) => sourceId(series, i) === body['source_id']),
      answers: [],
      jobTitle: '',
      org: '',
      form: Object.fromEntries(
        FORM.flatMap((name) => (body[name] === undefined || body[name] === null ? [] : [[name, body[name]]])),
      ),
    });
  } else {
    // The same address is the same registrant (FACTS A); who had cancelled is back.
    registrant = known;
    if (known.status === 'cancelled') account.setRegistrantStatus(series, known.id, status);
  }
  const approved =
    (known === undefined || known.status === 'cancelled' ? status : known.status) === 'approved';
  const start = nextStart(series, now) ?? series.instances.at(-1)?.planned ?? undefined;
  const recurring = series.type === 8 || series.type === 9;
  const json = {
    id: series.id,
    registrant_id: registrant.id,
    topic: series.topic,
    ...(start === undefined ? {} : { start_time: iso(start) }),
    // Absent until somebody has approved (FACTS G, item 12).
    ...(approved ? { join_url: registrantRow(registrant, series)['join_url'] } : {}),
    ...(recurring ? { occurrences: chosenDates(call, series) } : {}),
    ...(series.kind === 'meeting' ? { participant_pin_code: pin(world.ground.seed, registrant.id) } : {}),
  };
  return { status: 201, json };
}

function refuseWebinarGuest(call: Call, series: Series, address: string): SandboxAnswer | undefined {
  const lower = address.toLowerCase();
  if (series.host.email.toLowerCase() === lower) return zoomError(400, 3027, 'Host cannot register.');
  if (series.plan?.made === true) return undefined;
  if (!call.world.panelists(series).some((one) => one.email.toLowerCase() === lower)) return undefined;
  const message =
    'You have been invited as a panelist for the webinar, please check your email to find more information about this webinar.';
  return zoomError(400, 3000, message);
}

function approvedAtOnce(series: Series, body: Readonly<Record<string, unknown>>): boolean {
  return series.plan?.settings['approval_type'] !== 1 || body['auto_approve'] === true;
}

/** All dates, or those of `occurrence_ids`. */
function chosenDates(call: Call, series: Series): Record<string, unknown>[] {
  const asked = call.query.get('occurrence_ids') ?? '';
  const wanted = new Set(asked.split(',').map((id) => id.trim()));
  return occurrences(series, call.now, false).filter(
    (one) => asked === '' || wanted.has(String(one['occurrence_id'])),
  );
}

function pin(seed: number, id: string): number {
  let sum = seed;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 900_000;
  return 100_000 + sum;
}

/** Registration is off. */
export function notEnabled(id: string): SandboxAnswer {
  return zoomError(400, 3000, `Registration has not been enabled for this meeting: ${id}.`);
}

/** A text, or an empty one. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
