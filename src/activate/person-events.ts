import { createHash } from 'node:crypto';
import type { PersonEvent } from '../core/audience.ts';
import type { PersonState, PlacedFact } from './person-state.ts';

/** An event of one person, with what it is the only one of. */
export interface PlannedEvent extends PersonEvent {
  /** Instance, or the series for a registration, which holds for all its instances. */
  instance: string;
}

/** What happened to a person, each thing once. */
export function eventsOf(person: PersonState, audience: string, recordings = true): PlannedEvent[] {
  const events = new Map<string, PlannedEvent>();
  const put = (
    name: string,
    instance: string,
    at: string,
    fact: PlacedFact,
    properties: PersonEvent['properties'],
  ) => {
    const key = keyOf(audience, name, instance, person.email);
    // A registration for a recurring webinar shows in each of its instances: the first one stands.
    if (!events.has(key)) {
      events.set(key, {
        name,
        email: person.email,
        at,
        key,
        instance,
        properties: { ...common(fact), ...properties },
      });
    }
  };
  for (const fact of person.facts) {
    const { instance, status, recording } = fact;
    // An event cannot be taken back, nor its minutes corrected: it waits until the lists have settled.
    const settled = fact.settling !== true;
    const end = instance.endedAt ?? fact.lastLeave ?? instance.startedAt;
    if (settled && recordings && recording) {
      put(`${instance.kind}_recording_ready`, instance.id, recording.at, fact, {
        recording_url: recording.url,
      });
    }
    if (settled && status === 'attended') {
      put(`${instance.kind}_attended`, instance.id, fact.lastLeave ?? end, fact, stay(fact));
    }
    if (instance.kind !== 'webinar' || fact.registrantStatus !== 'approved') continue;
    const source = fact.registeredFrom ? { source: fact.registeredFrom } : {};
    put('webinar_registered', instance.series, fact.registeredAt ?? instance.startedAt, fact, source);
    if (settled && status === 'absent') put('webinar_absent', instance.id, end, fact, {});
  }
  for (const { kind, series, topic, status, startsAt, at } of person.withdrawn ?? []) {
    if (kind !== 'webinar' || status !== 'cancelled') continue;
    const name = 'webinar_registration_cancelled';
    const key = keyOf(audience, name, series, person.email);
    const properties = { topic, meeting_id: series, start_time: startsAt };
    events.set(key, { name, email: person.email, at, key, instance: series, properties });
  }
  return [...events.values()];
}

function common({ instance }: PlacedFact): Record<string, string | number> {
  return { topic: instance.topic, meeting_id: instance.series, start_time: instance.startedAt };
}

function stay(fact: PlacedFact): Record<string, string | number> {
  return {
    minutes: Math.round(fact.seconds / 60),
    percent: fact.percent,
    joins: fact.joins,
    ...(fact.firstJoin ? { first_join: fact.firstJoin } : {}),
    ...(fact.lastLeave ? { last_leave: fact.lastLeave } : {}),
  };
}

/** Key by which an event is found again on the other side; the same for the same thing in every run. */
function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 32);
}
