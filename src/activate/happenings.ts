import type { Happening, Instance } from '../core/people.ts';
import type { Sql } from '../store/store.ts';
import { FIRST_READ } from './reading.ts';
import { markEnded, markRecorded, markStarted, tellInstance } from './store-instances.ts';
import {
  dropAccount,
  emailOf,
  isoOf,
  saveAccount,
  saveFiles,
  saveRegistration,
  saveStay,
} from './store-live.ts';

/** Who is to be looked at because of what happened. */
export interface Touched {
  /** Address. */
  person?: string;
  /** Id of an instance. */
  instance?: string;
}

/**
 * Keeps what an event tells. Events come more than once and in any order: what is kept in the end is the same.
 * @param at when it happened, in milliseconds since the epoch
 */
export async function keepHappening(
  sql: Sql,
  source: string,
  happening: Happening,
  at: number,
  now: number,
): Promise<Touched> {
  switch (happening.kind) {
    case 'account': {
      const { id, email, gone } = happening;
      if (gone) await dropAccount(sql, source, id);
      else await saveAccount(sql, source, id, email, now);
      return {};
    }
    case 'registration':
      await saveRegistration(sql, source, happening.registration, at);
      return { person: happening.registration.email };
    case 'started':
      await markStarted(sql, source, await keepInstance(sql, source, happening));
      return {};
    case 'stay':
      await saveStay(sql, source, await keepInstance(sql, source, happening), happening.stay);
      return {};
    case 'ended': {
      const instance = await keepInstance(sql, source, happening);
      const endedAt = Date.parse(happening.instance.endedAt ?? isoOf(at));
      await markEnded(sql, source, instance, endedAt + FIRST_READ);
      return { instance };
    }
    case 'recording': {
      const instance = await keepInstance(sql, source, happening);
      await saveFiles(sql, source, instance, happening.files);
      if (happening.url === undefined) return {};
      await markRecorded(sql, source, instance, happening.url, isoOf(at));
      return { instance };
    }
  }
}

async function keepInstance(
  sql: Sql,
  source: string,
  { instance, hostId }: { instance: Instance; hostId?: string },
): Promise<string> {
  const hostEmail = instance.hostEmail ?? (hostId && (await emailOf(sql, source, hostId)));
  await tellInstance(sql, source, { ...instance, ...(hostEmail ? { hostEmail } : {}) });
  return instance.id;
}
