/** Webinars, planned and past (FACTS G, items 18 to 20, 22, 24 to 26). */
import { type Call, choice, findInstance, findUser, isAnswer, list, param, target, unpaid } from './call.ts';
import { badWebinarId, noWebinar, noWebinarPlan, zoomError } from './errors.ts';
import { opaqueId } from './ids.ts';
import { registrantList, registrantRow } from './registrants-api.ts';
import { instanceRow, participantList } from './meetings-api.ts';
import { detailRow, nextStart, seriesRow } from './series-rows.ts';
import { TRACKING_SOURCES } from './registrants.ts';
import type { SandboxAnswer } from '../types.ts';
import type { Series } from './schedule.ts';
import { iso } from './time.ts';
import { type World, ended } from './world.ts';

/** By page number; the token in the answer works too (FACTS G, item 18). */
export function listWebinars(call: Call): SandboxAnswer {
  const user = findUser(call);
  if (isAnswer(user)) return user;
  if (!user.webinars || call.plan === 'free') return noWebinarPlan();
  const type = choice(call, 'type', ['scheduled', 'upcoming'], 'scheduled');
  if (typeof type !== 'string') return type;
  const all = call.account
    .webinarsOf(user)
    .filter((series) => type === 'scheduled' || nextStart(series, call.now) !== undefined);
  const shape = { key: 'webinars', counts: 'always' } as const;
  return list(call, shape, all, (series) => webinarRow(series, call.now));
}

/** A planned webinar, by number or UUID. */
export function getWebinar(call: Call): SandboxAnswer {
  const series = findWebinar(call, true);
  if (isAnswer(series)) return series;
  return { status: 200, json: webinarObject(call, series) };
}

/** The object that creating and getting a webinar answer. */
export function webinarObject(call: Call, series: Series): Record<string, unknown> {
  const { now, query } = call;
  const password = series.plan?.password ?? '123456';
  return {
    ...webinarRow(series, now),
    password,
    h323_passcode: password,
    encrypted_passcode: password === '' ? '' : 'sandbox',
    ...detailRow(series, now, query.get('show_previous_occurrences') === 'true'),
  };
}

/** Who registered, one status at a time, of one source if wanted. */
export function listWebinarRegistrants(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  if (isAnswer(series)) return series;
  const source = call.query.get('tracking_source_id');
  const all = call.account
    .registrants(series)
    .filter((one) => source === null || source === '' || sourceId(series, one.source) === source);
  return registrantList(call, series, all);
}

/** Who speaks; not paged. */
export function listPanelists(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  if (isAnswer(series)) return series;
  // Nobody can be invited to speak through the sandbox.
  const people = series.plan?.made === true ? [] : call.world.panelists(series);
  const panelists = people.map((person) => ({
    id: opaqueId(call.world.ground.seed, 'panelist', series.id, person.n),
    name: person.name,
    email: person.email,
    join_url: `https://acme.zoom.example/w/${series.id}?tk=panelist-${person.n}`,
  }));
  return { status: 200, json: { total_records: panelists.length, panelists } };
}

/** `total_records` counts registrations, not sources (FACTS G, item 25). */
export function listTrackingSources(call: Call): SandboxAnswer {
  const series = findWebinar(call, false);
  if (isAnswer(series)) return series;
  const registrants = call.account.registrants(series);
  const counts = TRACKING_SOURCES.map((_, i) => registrants.filter((one) => one.source === i).length);
  const sources = series.registration
    ? TRACKING_SOURCES.map((source_name, i) => ({
        id: sourceId(series, i),
        source_name,
        tracking_url: `https://acme.zoom.example/webinar/register/${sourceId(series, i)}/WN_${series.id}`,
        registration_count: counts[i] ?? 0,
        visitor_count: (counts[i] ?? 0) * 3 + 1,
      }))
    : [];
  const total_records = counts.reduce((sum, count) => sum + count, 0);
  return { status: 200, json: { total_records, tracking_sources: sources } };
}

/** The UUIDs that a webinar number stands for. */
export function listWebinarInstances(call: Call): SandboxAnswer {
  const series = findWebinar(call, false, call.world);
  if (isAnswer(series)) return series;
  return { status: 200, json: { webinars: ended(series, call.now).map(instanceRow) } };
}

/** Who was in one past instance, a row per join. */
export function listWebinarParticipants(call: Call): SandboxAnswer {
  const instance = unpaid(call) ?? findInstance(call, 'webinarId', 'webinar');
  return isAnswer(instance) ? instance : participantList(call, instance);
}

/** Heavy; the list stands under `registrants` (FACTS G, item 24). */
export function listAbsentees(call: Call): SandboxAnswer {
  let instance = findInstance(call, 'webinarId', 'webinar');
  const { text } = target(param(call, 'webinarId'));
  if (isAnswer(instance)) {
    return instance.status === 404 ? zoomError(404, 3001, `Webinar ${text} not found or expired.`) : instance;
  }
  const { series } = instance;
  if (call.switches.http200Errors) {
    const message = `Webinar plan subscription is missing. Enable webinar for this user once the subscription is added:${series.host.id}.`;
    return { status: 200, json: { code: 200, message } };
  }
  if (!series.registration) {
    return zoomError(400, 3000, `This webinar doesn't have registration required: ${text}.`);
  }
  const occurrence = call.query.get('occurrence_id');
  if (occurrence !== null && occurrence !== '') {
    const found = ended(series, call.now).find((one) => String(one.planned) === occurrence);
    if (found === undefined) {
      const message = `The request could not be completed because you have provided an invalid occurrence ID: ${occurrence}.`;
      return zoomError(400, 300, message);
    }
    instance = found;
  }
  return list(call, { key: 'registrants' }, call.world.absentees(instance), (one) =>
    registrantRow(one, series),
  );
}

/** The webinar that the path names; by UUID only where the documents say so. */
export function findWebinar(
  call: Call,
  uuids: boolean,
  from: Pick<World, 'series' | 'seriesOfUuid'> = call.account,
): Series | SandboxAnswer {
  const { text, id, uuid } = target(param(call, 'webinarId'));
  if (id === undefined && !uuids) return badWebinarId();
  const series = id === undefined ? uuid && from.seriesOfUuid(uuid) : from.series(id);
  if (!series || series.kind !== 'webinar') return noWebinar(text);
  return call.plan === 'free' ? noWebinarPlan() : series;
}

function webinarRow(series: Series, now: number): Record<string, unknown> {
  const last = series.instances.at(-1);
  const start = nextStart(series, now) ?? last?.planned ?? last?.start ?? series.occurrences.at(-1) ?? now;
  const uuid = series.type === 5 && last !== undefined ? last.uuid : series.uuid;
  const time = series.type === 6 ? {} : { start_time: iso(start) };
  return { ...seriesRow(series), uuid, ...time, duration: series.minutes, is_simulive: false };
}

/** The id of one of the tracking sources of a webinar. */
export function sourceId(series: Series, source: number): string {
  return `55${String(series.id).slice(1)}${source}`;
}
