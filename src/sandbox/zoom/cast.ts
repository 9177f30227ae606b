/**
 * Who came to one instance, and the rows that Zoom would show of it.
 *
 * Appearances are made first and rows from them, so the truth knows whose a row is without reading the row.
 */
import { type Random, random } from '../random.ts';
import { GUEST_NAMES } from './names.ts';
import type { External, WorldUser } from './people.ts';
import type { Registrant } from './registrants.ts';
import { stays } from './stays.ts';
import type { Ground, Instance } from './schedule.ts';

/** One join, as the participant lists show it. */
export interface Row {
  /** Zoom's number for one join: a new one at every rejoin (FACTS F, gotcha 7). */
  userId: string;
  id: string;
  name: string;
  email: string;
  registrantId: string;
  join: number;
  leave: number;
  status: 'in_meeting' | 'in_waiting_room';
  breakout: string;
  internal: boolean;
  /** For the truth alone. */
  person: string;
}

/** One person in one instance. */
export interface Appearance {
  person: string;
  /** Lower case; null when nothing that Zoom answers gives it away. */
  email: string | null;
  name: string;
  reason: string | null;
  registrant: Registrant | null;
  rows: Row[];
}

/** Everybody in one instance. */
export interface Cast {
  appearances: Appearance[];
  /** Of all people, by time of joining. */
  rows: Row[];
  /** Different people that were let in. */
  present: number;
  /** Of them, those of the account. */
  internal: number;
  /** Sum of all rows that count as being in the meeting, in milliseconds. */
  attended: number;
}

/** What a cast is chosen from. */
export interface Company {
  ground: Ground;
  /** Everybody with a Zoom id, active or not. */
  colleagues: readonly WorldUser[];
  /** How many people there are outside. */
  outside: number;
  /** The person outside with that number; who only counts need not know them. */
  person(n: number): External;
  registrants: readonly Registrant[];
  panelists: readonly External[];
}

/** The cast of one instance; the same for the same arguments, whenever it is asked for. */
export function makeCast(company: Company, instance: Instance): Cast {
  const { ground } = company;
  const stream = random(ground.seed, 'cast', instance.uuid);
  const play = new Play(instance, stream);
  if (ground.distinct) distinctCast(company, instance, play);
  else if (instance.alone) play.user(instance.series.host, true);
  else ordinaryCast(company, instance, stream, play);
  return play.finish();
}

/** Nobody is seen twice: person numbers are counted through the whole account. */
function distinctCast(company: Company, instance: Instance, play: Play): void {
  const { ground, registrants } = company;
  if (instance.series.registration) {
    for (const registrant of registrants) play.registrant(registrant);
    return;
  }
  const first = firstDistinct(ground, company.colleagues.length, instance);
  for (let i = 0; i < instance.people; i++) play.external(company.person(first + i));
}

/** The number of the first person of an instance when all people are distinct. */
export function firstDistinct(ground: Ground, users: number, instance: Instance): number {
  const before = instance.series.kind === 'meeting' ? 0 : users * ground.meetings;
  const owner = instance.series.owner * (instance.series.kind === 'meeting' ? ground.meetings : 1);
  return (before + owner + instance.position) * Math.max(2, ground.participants);
}

function ordinaryCast(company: Company, instance: Instance, stream: Random, play: Play): void {
  const { colleagues, outside, registrants, panelists } = company;
  const { series } = instance;
  play.user(series.host, true);
  for (const panelist of panelists) play.external(panelist);
  if (series.registration) {
    for (const registrant of registrants) {
      const room = registrant.habit === 'always' || play.size < instance.people - 1;
      if (comes(registrant, instance, stream) && room) play.registrant(registrant);
    }
    play.guest();
  }
  const taken = new Set(panelists.map((panelist) => panelist.n));
  const outsider = (n: number): External | undefined => {
    if (n >= outside || taken.has(n)) return undefined;
    taken.add(n);
    return company.person(n);
  };
  for (let tries = 0; play.size < instance.people && tries < instance.people * 4; tries++) {
    const roll = stream.next();
    if (series.registration || roll < 0.2) play.guest();
    else if (roll < 0.4) play.user(stream.pick(colleagues), false);
    else {
      const n = 2 * stream.int(0, Math.max(0, Math.floor(outside / 2) - 1));
      const person = outsider(n);
      if (person !== undefined) play.external(person);
      // Two people of one name in one room.
      const namesake = n % 10 === 6 && play.size < instance.people ? outsider(n + 2) : undefined;
      if (namesake !== undefined) play.external(namesake);
    }
  }
  while (play.size < instance.people) play.guest();
  if (series.kind === 'meeting' && stream.chance(0.3)) {
    const person = outsider(2 * stream.int(0, Math.max(0, Math.floor(outside / 2) - 1)));
    if (person !== undefined && !series.registration) play.turnedAway(person);
  }
}

function comes(registrant: Registrant, instance: Instance, stream: Random): boolean {
  const roll = stream.next();
  if (registrant.created >= instance.start) return false;
  return registrant.habit === 'always' || (registrant.habit === 'maybe' && roll < 0.65);
}

class Play {
  readonly #instance: Instance;
  readonly #stream: Random;
  readonly #appearances: Appearance[] = [];
  readonly #users = new Set<string>();
  #guests = 0;
  #internal = 0;
  size = 0;

  constructor(instance: Instance, stream: Random) {
    this.#instance = instance;
    this.#stream = stream;
  }

  user(user: WorldUser, whole: boolean): void {
    if (this.#users.has(user.id)) return;
    this.#users.add(user.id);
    this.#internal++;
    // Signed in, yet without address: only the list of users tells whose id this is.
    const email = this.#stream.chance(0.15) ? '' : this.#typed(user.email);
    const known = { person: user.id, email: user.email.toLowerCase(), name: user.name };
    this.#add(known, { id: user.id, email, internal: true }, null, whole);
  }

  external(person: External): void {
    const known = { person: `person-${person.n}`, email: person.email, name: person.name };
    this.#add(known, { id: person.zoomId, email: this.#typed(person.email), internal: false }, null, false);
  }

  registrant(registrant: Registrant): void {
    const { person, shows } = registrant;
    const known = { person: `person-${person.n}`, email: registrant.email.toLowerCase(), name: person.name };
    const email =
      shows === 'nothing'
        ? ''
        : this.#typed(shows === 'other' ? person.otherEmail : registrant.email.toLowerCase());
    this.#add(
      known,
      { id: shows === 'other' ? person.zoomId : '', email, internal: false },
      registrant,
      false,
    );
  }

  guest(): void {
    const person = `guest-${this.#instance.uuid}-${++this.#guests}`;
    const name = this.#stream.pick(GUEST_NAMES);
    this.#add({ person, email: null, name }, { id: '', email: '', internal: false }, null, false);
  }

  /** Somebody who waited and was never let in. */
  turnedAway(person: External): void {
    const { email, name } = person;
    const join = this.#instance.start + this.#stream.int(60, 300) * 1000;
    const leave = Math.min(this.#instance.end, join + this.#stream.int(60, 240) * 1000);
    const row: Row = {
      userId: '',
      id: person.zoomId,
      name,
      email,
      registrantId: '',
      join,
      leave,
      status: 'in_waiting_room',
      breakout: '',
      internal: false,
      person: `person-${person.n}`,
    };
    this.#appearances.push({ person: row.person, email, name, reason: null, registrant: null, rows: [row] });
  }

  finish(): Cast {
    const rows = this.#appearances.flatMap((appearance) => appearance.rows);
    rows.sort((a, b) => a.join - b.join);
    for (const [i, row] of rows.entries()) row.userId = String(16_778_240 + i * 1024);
    let attended = 0;
    for (const row of rows) if (row.status === 'in_meeting') attended += row.leave - row.join;
    return { appearances: this.#appearances, rows, present: this.size, internal: this.#internal, attended };
  }

  #add(
    known: { person: string; email: string | null; name: string },
    shown: { id: string; email: string; internal: boolean },
    registrant: Registrant | null,
    whole: boolean,
  ): void {
    this.size++;
    const registrantId = registrant?.id ?? '';
    const rows = stays(this.#stream, this.#instance, whole).map((stay): Row => {
      const name = stay.device === '' ? known.name : `${known.name} (${stay.device})`;
      const { join, leave, status, breakout } = stay;
      const { id, email, internal } = shown;
      const { person } = known;
      return { userId: '', id, name, email, registrantId, join, leave, status, breakout, internal, person };
    });
    const reason = known.email === null ? 'guest: neither e-mail, id nor registration' : null;
    this.#appearances.push({ ...known, reason, registrant, rows });
  }

  /** Addresses come back as they were typed. */
  #typed(email: string): string {
    const roll = this.#stream.next();
    if (roll < 0.06) return email.toUpperCase();
    return roll < 0.16 ? `${email[0]?.toUpperCase()}${email.slice(1)}` : email;
  }
}
