/**
 * The account that Zoom's answers tell of: deterministic from the seed, the sizes and the day of the start, and made
 * on demand, so that two million participants need no memory.
 */
import type { SandboxOptions } from '../types.ts';
import { random } from '../random.ts';
import { cycle } from './cycle.ts';
import { type Cast, type Company, firstDistinct, makeCast } from './cast.ts';
import { History } from './history.ts';
import { type Kind, opaqueId, placeOfNumber, placeOfUuid } from './ids.ts';
import { Lru } from './lru.ts';
import { type Counts, countsOf } from './measures.ts';
import { type External, NOBODY, type WorldUser, makeExternal, makeUsers } from './people.ts';
import { type Registrant, makeRegistrants } from './registrants.ts';
import {
  type Ground,
  type Instance,
  type Series,
  SERIES_POSITION,
  meetingSchedule,
  webinarSchedule,
} from './schedule.ts';
import { startOfDay } from './time.ts';

/** One account: who is in it, what was planned and what took place. */
export class World {
  readonly ground: Ground;
  readonly accountId: string;
  readonly users: readonly WorldUser[];
  /** Those with an id: pending users have none (FACTS G, item 1). */
  readonly colleagues: readonly WorldUser[];
  readonly webinarCount: number;
  readonly #webinarHosts: readonly WorldUser[];
  readonly #usersByKey = new Map<string, WorldUser>();
  readonly #outside: number;
  readonly #meetings = new Lru<number, Series[]>(2048);
  readonly #webinars = new Lru<number, Series>(2048);
  readonly #registrants = new Lru<number, Registrant[]>(64);
  /** Few: a cast of hundreds is heavy, and clients read one instance at a time. */
  readonly #casts = new Lru<string, Cast>(64);
  /** Many: every list of past instances tells them, and each takes a cast to be counted. */
  readonly #counts = new Lru<string, Counts>(200_000);
  /** The instances of an owner by their running number. */
  readonly #places = new Lru<string, (Instance | undefined)[]>(2048);
  #history: History | undefined;

  constructor(options: SandboxOptions, start: number) {
    const { seed, meetings, participants, distinct } = options;
    this.ground = { seed, day: startOfDay(start), meetings, participants, distinct };
    this.accountId = opaqueId(seed, 'account');
    this.users = makeUsers(seed, options.users, this.ground.day, distinct);
    this.colleagues = this.users.filter((user) => user.status !== 'pending');
    this.#webinarHosts = this.users.filter((user) => user.webinars);
    this.webinarCount = this.#webinarHosts.length === 0 ? 0 : options.webinars;
    this.#outside = Math.max(80, options.users * participants, participants * 4);
    for (const user of this.users) {
      if (user.status !== 'pending') this.#usersByKey.set(user.id, user);
      this.#usersByKey.set(user.email.toLowerCase(), user);
    }
  }

  /** By Zoom id or by e-mail address, as Zoom allows (FACTS A). */
  user(key: string): WorldUser | undefined {
    return this.#usersByKey.get(key) ?? this.#usersByKey.get(key.toLowerCase());
  }

  /** The meetings of one host, in order of planning. */
  meetings({ index }: WorldUser): Series[] {
    // As the world made the host, whatever has been written since; who was added later has no past.
    const host = this.users[index];
    return host === undefined ? [] : this.#meetings.get(index, () => meetingSchedule(this.ground, host));
  }

  webinar(index: number): Series {
    return this.#webinars.get(index, () => {
      const host = cycle(this.#webinarHosts, index);
      return webinarSchedule(this.ground, index, host);
    });
  }

  webinarsOf(host: WorldUser): Series[] {
    const first = this.#webinarHosts.findIndex((one) => one.index === host.index);
    const list: Series[] = [];
    if (first < 0) return list;
    for (let i = first; i < this.webinarCount; i += this.#webinarHosts.length) list.push(this.webinar(i));
    return list;
  }

  /** The series with a numeric id. */
  series(id: number): Series | undefined {
    const { kind, owner, series } = placeOfNumber(this.ground.seed, id);
    const found = this.#ofOwner(kind, owner)[series];
    return found?.id === id ? found : undefined;
  }

  /** The instance with a UUID, whether it has taken place or not. */
  instance(uuid: string): Instance | undefined {
    const place = placeOfUuid(this.ground.seed, uuid);
    if (place === undefined) return undefined;
    const found = this.#at(place.kind, place.owner, place.position);
    return found?.uuid === uuid ? found : undefined;
  }

  /** All instances of the account in order of time; made at the first question. */
  get history(): History {
    this.#history ??= new History({
      everySeries: () => this.everySeries(),
      at: (kind, owner, position) => this.#at(kind, owner, position),
    });
    return this.#history;
  }

  /** Owner by owner, so that a walk through the whole account needs no memory. */
  *everySeries(): Generator<Series> {
    for (const user of this.users) yield* this.meetings(user);
    for (let i = 0; i < this.webinarCount; i++) yield this.webinar(i);
  }

  /** The series whose own UUID, or that of one of its instances, this is. */
  seriesOfUuid(uuid: string): Series | undefined {
    const place = placeOfUuid(this.ground.seed, uuid);
    if (place === undefined) return undefined;
    const own = this.#ofOwner(place.kind, place.owner)[place.position - SERIES_POSITION];
    return own?.uuid === uuid ? own : this.instance(uuid)?.series;
  }

  /** The numbers of a series' registrants repeat: the same list at every call. */
  registrants(series: Series): Registrant[] {
    return this.#registrants.get(series.id, () => {
      const [first] = series.instances;
      const n = first === undefined ? 0 : firstDistinct(this.ground, this.users.length, first);
      const without = new Set(this.panelists(series).map((panelist) => panelist.n));
      return makeRegistrants(this.ground, series, this.#outside, without, n);
    });
  }

  panelists(series: Series): External[] {
    if (series.kind !== 'webinar' || this.ground.distinct) return [];
    const n =
      2 * random(this.ground.seed, 'panelists', series.owner).int(0, Math.floor(this.#outside / 2) - 2);
    return [makeExternal(this.ground.seed, n, false), makeExternal(this.ground.seed, n + 2, false)];
  }

  cast(instance: Instance): Cast {
    const { seed, distinct } = this.ground;
    return this.#casts.get(instance.uuid, () =>
      makeCast(
        this.#company(instance, (n) => makeExternal(seed, n, distinct)),
        instance,
      ),
    );
  }

  /** The numbers of one instance, without keeping who was there. */
  counts(instance: Instance): Counts {
    return this.#counts.get(instance.uuid, () =>
      countsOf(
        makeCast(
          this.#company(instance, () => NOBODY),
          instance,
        ),
      ),
    );
  }

  /** Approved registrants who could have come to an instance and did not. */
  absentees(instance: Instance): Registrant[] {
    const came = new Set(this.cast(instance).appearances.map((appearance) => appearance.registrant?.id));
    return this.registrants(instance.series).filter(
      (one) => one.status === 'approved' && one.created < instance.end && !came.has(one.id),
    );
  }

  #company({ series }: Instance, person: Company['person']): Company {
    return {
      ground: this.ground,
      colleagues: this.colleagues,
      outside: this.#outside,
      person,
      registrants: series.registration ? this.registrants(series) : [],
      panelists: this.panelists(series),
    };
  }

  #at(kind: Kind, owner: number, position: number): Instance | undefined {
    // Numbers from here on are those of series: an array with such a hole is a slow one.
    if (position >= SERIES_POSITION) return undefined;
    const places = this.#places.get(`${kind} ${owner}`, () => {
      const all = this.#ofOwner(kind, owner).flatMap((series) => series.instances);
      const byPosition: (Instance | undefined)[] = Array.from({ length: all.length });
      for (const instance of all) byPosition[instance.position] = instance;
      return byPosition;
    });
    return places[position];
  }

  #ofOwner(kind: Kind, owner: number): Series[] {
    if (kind === 'webinar') return owner < this.webinarCount ? [this.webinar(owner)] : [];
    const host = this.users[owner];
    return host === undefined ? [] : this.meetings(host);
  }
}

/** Those of a series that are over, in order of time. */
export function ended(series: Series, now: number): Instance[] {
  return series.instances.filter((instance) => instance.end <= now);
}
