import type { SandboxAnswer } from '../types.ts';
import { invalid, jsonObject, missing, NO_CONTENT } from './answers.ts';
import { isEmail, planWrite, type Wish } from './contact-writes.ts';
import type { Contact } from './contacts.ts';
import { checkEvent, type GoodEvent } from './event-rules.ts';
import type { StoredEvent } from './events.ts';
import { isDay, PHONES, phoneDigits } from './attribute-values.ts';
import { readNumbers, readPage, readTime } from './queries.ts';
import type { Call, World } from './world.ts';

const MOST_EVENTS = 200;
const MOST_BATCH_BYTES = 512 * 1024;
const DAY = 86_400_000;

/** POST /events. */
export function createEvent(world: World, call: Call): SandboxAnswer {
  const event = checkEvent(jsonObject(call.body), 'single');
  if (typeof event === 'string') throw invalid(event);
  accept(world, event, call.now);
  return NO_CONTENT;
}

/** POST /events/batch: 202 when all are queued, 207 when some are, 400 when none is. */
export function createEvents(world: World, call: Call): SandboxAnswer {
  if (call.body.length > MOST_BATCH_BYTES) throw invalid('Request body exceeds the size limit of 512 KB');
  const events = jsonObject(call.body)['events'];
  if (!Array.isArray(events)) throw missing('events is missing');
  if (events.length === 0) throw invalid('events must not be empty');
  if (events.length > MOST_EVENTS) throw invalid(`Maximum of ${MOST_EVENTS} events in one request`);
  const failures = new Map<string, number[]>();
  let accepted = 0;
  for (const [index, item] of events.entries()) {
    const event = checkEvent(item, 'batch');
    if (typeof event === 'string') failures.set(event, [...(failures.get(event) ?? []), index]);
    else {
      accept(world, event, call.now);
      accepted++;
    }
  }
  if (failures.size === 0) {
    return { status: 202, json: { message: 'Events accepted for processing', count: accepted } };
  }
  const errors = [...failures].map(([message, eventIndex]) => ({ eventIndex, message }));
  if (accepted === 0) throw invalid(`All events are invalid: ${errors[0]?.message ?? ''}`);
  return {
    status: 207,
    json: {
      status: 'partial_success',
      total_events: events.length,
      successful_events: accepted,
      failed_events: events.length - accepted,
      errors,
    },
  };
}

/** GET /events: custom events of the last six months, unless both ends are given; the newest first. */
export function listEvents(world: World, call: Call): SandboxAnswer {
  const { query, now } = call;
  const page = readPage(query, 100, 10_000, 1);
  const start = readTime(query, 'startDate');
  const end = readTime(query, 'endDate');
  if ((start === undefined) !== (end === undefined)) throw missing('startDate and endDate go together');
  if (start !== undefined && end !== undefined && start > end)
    throw invalid('startDate must not be after endDate');
  const wholeDay = isDay(query.get('endDate') ?? '');
  const names = query.getAll('event_name');
  // No event here belongs to an object, so whoever asks for those of one type gets none.
  const found = query.has('object_type')
    ? []
    : world.events.visible(now, {
        contactIds: readNumbers(query, 'contact_id'),
        names: names.length > 0 ? names : undefined,
        from: start ?? halfAYearBefore(now),
        to: end === undefined ? Infinity : end + (wholeDay ? DAY - 1 : 0),
      });
  const events = found.slice(page.offset, page.offset + page.limit).map((event) => ({
    ...(event.contactId === null ? {} : { contact_id: event.contactId }),
    event_date: new Date(event.date).toISOString(),
    event_name: event.name,
    event_properties: event.properties,
  }));
  return { status: 200, json: { events, count: found.length } };
}

/** An event in the shape that the `events` collection shows. */
export function exposeEvent(event: StoredEvent): unknown {
  return {
    event_name: event.name,
    email: event.email,
    contact_id: event.contactId,
    event_date: new Date(event.date).toISOString(),
    event_properties: event.properties,
    received_at: new Date(event.receivedAt).toISOString(),
  };
}

function accept(world: World, event: GoodEvent, now: number): void {
  const present = event.identifiers
    .map(([kind, value]) => world.contacts.find(kind, value))
    .find((contact) => contact !== undefined);
  const contact =
    present ?? (world.switches.eventsForUnknownContacts === 'create' ? create(world, event, now) : undefined);
  if (contact && Object.keys(event.contactProperties).length > 0) {
    write(world, contact, event.contactProperties, now);
  }
  const given = event.identifiers.find(([kind]) => kind === 'email_id');
  world.events.add({
    name: event.name,
    email: contact?.email ?? given?.[1].toLowerCase() ?? null,
    contactId: contact?.id ?? null,
    date: event.date ?? now,
    properties: event.properties,
    receivedAt: now,
  });
}

function create(world: World, event: GoodEvent, now: number): Contact | undefined {
  const given = Object.fromEntries(event.identifiers);
  const email = given['email_id']?.toLowerCase();
  const known = email !== undefined && isEmail(email);
  if (!known && given['ext_id'] === undefined) return undefined;
  const attributes = given['ext_id'] === undefined ? {} : { EXT_ID: given['ext_id'] };
  const start = { before: undefined, email: known ? email : undefined, at: now };
  const { next } = planWrite(world, start, wishOf(attributes));
  world.contacts.put(next, now);
  return next;
}

/** contact_properties never fail the event: what cannot be written is left out. */
function write(world: World, contact: Contact, properties: Record<string, unknown>, now: number): void {
  const writable = Object.entries(properties).filter(
    ([name, value]) =>
      name !== 'EMAIL' &&
      world.attributes.get(name) &&
      (!PHONES.includes(name) || phoneDigits(value) !== undefined),
  );
  const plan = planWrite(world, { before: contact, at: now }, wishOf(Object.fromEntries(writable)));
  if (plan.clashes.length === 0) world.contacts.put(plan.next, now);
}

function wishOf(attributes: Record<string, unknown>): Wish {
  return {
    attributes,
    extId: undefined,
    listIds: [],
    unlinkListIds: [],
    emailBlacklisted: undefined,
    smsBlacklisted: undefined,
  };
}

function halfAYearBefore(now: number): number {
  const date = new Date(now);
  return date.setUTCMonth(date.getUTCMonth() - 6);
}
