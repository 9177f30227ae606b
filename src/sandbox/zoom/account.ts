/**
 * The account as the API shows it: the world, and over it what clients wrote.
 *
 * The truth tables read the world alone. Past instances stay in both: deleting a meeting or a user takes nothing back
 * of what has happened, as Zoom's reports keep it too.
 */
import { instanceUuid, opaqueId, seriesNumber } from './ids.ts';
import { type Overlay, type RecordingFate, type RegistrantChanges, emptyOverlay } from './overlay.ts';
import type { WorldUser } from './people.ts';
import type { Registrant } from './registrants.ts';
import { SERIES_POSITION, type Series } from './schedule.ts';
import type { World } from './world.ts';

/** What a new user is made of. */
export type NewUser = Omit<WorldUser, 'index' | 'id' | 'pmi' | 'webinars' | 'dept'>;
/** What a new meeting or webinar is made of. */
export type NewSeries = Omit<Series, 'owner' | 'index' | 'id' | 'uuid' | 'instances'>;

/** Numbers of new series come from owners that no world has, so that they are nobody else's. */
const MADE_OWNER = 990_000;
const PER_OWNER = 10_000;

/** One account with all that was written to it. */
export class Account {
  readonly world: World;
  #overlay: Overlay = emptyOverlay();
  #users: readonly WorldUser[] | undefined;
  /** Goes on through resets of nothing else, so that a deleted number never comes back. */
  #numbers = 0;

  constructor(world: World) {
    this.world = world;
  }

  reset(): void {
    this.#overlay = emptyOverlay();
    this.#users = undefined;
    this.#numbers = 0;
  }

  get messages(): Overlay['messages'] {
    return this.#overlay.messages;
  }

  get users(): readonly WorldUser[] {
    const { userMade, userChanged, userGone } = this.#overlay;
    if (userMade.length + userChanged.size + userGone.size === 0) return this.world.users;
    this.#users ??= [...this.world.users, ...userMade]
      .filter((user) => !userGone.has(user.index))
      .map((user) => userChanged.get(user.index) ?? user);
    return this.#users;
  }

  /** By Zoom id or e-mail address. */
  user(key: string): WorldUser | undefined {
    const { userMade, userChanged, userGone } = this.#overlay;
    const lower = key.toLowerCase();
    // The last one first: an address is free again once its user is deleted.
    const made = userMade.findLast(
      (user) => !userGone.has(user.index) && (user.id === key || user.email.toLowerCase() === lower),
    );
    const found = made ?? this.world.user(key);
    return found === undefined || userGone.has(found.index)
      ? undefined
      : (userChanged.get(found.index) ?? found);
  }

  userAt(index: number): WorldUser | undefined {
    const { userMade, userChanged, userGone } = this.#overlay;
    if (userGone.has(index)) return undefined;
    return userChanged.get(index) ?? this.world.users[index] ?? userMade[index - this.world.users.length];
  }

  addUser(user: NewUser): WorldUser {
    const index = this.world.users.length + this.#overlay.userMade.length;
    const made: WorldUser = {
      ...user,
      index,
      id: opaqueId(this.world.ground.seed, 'made-user', index, user.email),
      pmi: 4_000_000_000 + index,
      webinars: false,
      dept: '',
    };
    this.#overlay.userMade.push(made);
    this.#users = undefined;
    return made;
  }

  changeUser(user: WorldUser): void {
    this.#overlay.userChanged.set(user.index, user);
    this.#users = undefined;
  }

  removeUser(user: WorldUser): void {
    this.#overlay.userGone.add(user.index);
    this.#users = undefined;
  }

  meetings(host: WorldUser): Series[] {
    return this.#planned(this.world.meetings(host), 'meeting', host);
  }

  webinarsOf(host: WorldUser): Series[] {
    return this.#planned(this.world.webinarsOf(host), 'webinar', host);
  }

  series(id: number): Series | undefined {
    const { seriesMade, seriesChanged, seriesGone } = this.#overlay;
    if (seriesGone.has(id)) return undefined;
    const made = seriesMade.get(id);
    const found = made ?? seriesChanged.get(id) ?? this.world.series(id);
    if (found === undefined || this.#overlay.userGone.has(found.host.index)) return undefined;
    return found;
  }

  seriesOfUuid(uuid: string): Series | undefined {
    for (const series of this.#overlay.seriesMade.values()) {
      if (series.uuid === uuid) return this.series(series.id);
    }
    const found = this.world.seriesOfUuid(uuid);
    return found === undefined ? undefined : this.series(found.id);
  }

  addSeries(series: NewSeries): Series {
    const { seed } = this.world.ground;
    const n = this.#numbers++;
    const [owner, index] = [MADE_OWNER + Math.floor(n / PER_OWNER), n % PER_OWNER];
    const made: Series = {
      ...series,
      owner,
      index,
      id: seriesNumber(seed, series.kind, owner, index),
      uuid: instanceUuid(seed, series.kind, owner, SERIES_POSITION + index),
      instances: [],
    };
    this.#overlay.seriesMade.set(made.id, made);
    return made;
  }

  changeSeries(series: Series): void {
    const { seriesMade, seriesChanged } = this.#overlay;
    // A meeting of the world is found below its first host; with another one it is like a new one.
    const moved = this.world.series(series.id)?.host.index !== series.host.index;
    (moved || seriesMade.has(series.id) ? seriesMade : seriesChanged).set(series.id, series);
  }

  removeSeries(series: Series): void {
    this.#overlay.seriesGone.add(series.id);
  }

  /** Brings back a meeting that was deleted; true when there is one now. */
  recoverSeries(id: number): boolean {
    this.#overlay.seriesGone.delete(id);
    return this.series(id) !== undefined;
  }

  /** Everything that `from` has planned belongs to `to` from now on. */
  transfer(series: readonly Series[], to: WorldUser): void {
    for (const one of series) this.#overlay.seriesMade.set(one.id, { ...one, host: to });
  }

  endNow(uuid: string): void {
    this.#overlay.endedEarly.add(uuid);
  }

  wasEnded(uuid: string): boolean {
    return this.#overlay.endedEarly.has(uuid);
  }

  registrants(series: Series): readonly Registrant[] {
    // Whoever registered in the world did so under its own settings, whatever they are now.
    const own = this.world.series(series.id);
    const all = own === undefined ? [] : this.world.registrants(own);
    const changes = this.#overlay.registrants.get(series.id);
    if (changes === undefined) return all;
    const { added, statuses, gone } = changes;
    return [...all, ...added]
      .filter((one) => !gone.has(one.id))
      .map((one) => {
        const status = statuses.get(one.id);
        return status === undefined ? one : { ...one, status };
      });
  }

  addRegistrant(series: Series, registrant: Omit<Registrant, 'id'>): Registrant {
    const { added } = this.#changes(series.id);
    const made = {
      ...registrant,
      id: opaqueId(this.world.ground.seed, 'registrant', series.id, added.length),
    };
    added.push(made);
    return made;
  }

  setRegistrantStatus(series: Series, id: string, status: Registrant['status']): void {
    this.#changes(series.id).statuses.set(id, status);
  }

  removeRegistrant(series: Series, id: string): void {
    this.#changes(series.id).gone.add(id);
  }

  /** What became of an instance's recording, or of one file of it. */
  recordingFate(uuid: string, file?: number): RecordingFate | undefined {
    const { recordings } = this.#overlay;
    return recordings.get(uuid) ?? (file === undefined ? undefined : recordings.get(`${uuid} ${file}`));
  }

  removeRecording(uuid: string, fate: RecordingFate, file?: number): void {
    this.#overlay.recordings.set(file === undefined ? uuid : `${uuid} ${file}`, fate);
  }

  #changes(id: number): RegistrantChanges {
    const { registrants } = this.#overlay;
    let changes = registrants.get(id);
    if (changes === undefined) {
      changes = { added: [], statuses: new Map(), gone: new Set() };
      registrants.set(id, changes);
    }
    return changes;
  }

  #planned(all: Series[], kind: Series['kind'], host: WorldUser): Series[] {
    const { seriesMade, seriesChanged, seriesGone } = this.#overlay;
    if (seriesMade.size + seriesChanged.size + seriesGone.size === 0) return all;
    const own = all.filter((one) => !seriesMade.has(one.id)).map((one) => seriesChanged.get(one.id) ?? one);
    const made = [...seriesMade.values()].filter((one) => one.kind === kind);
    return [...own, ...made].filter((one) => one.host.index === host.index && !seriesGone.has(one.id));
  }
}
