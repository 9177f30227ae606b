/** Who registered for a series, in every state that the lists keep apart. */
import { random } from '../random.ts';
import { opaqueId } from './ids.ts';
import { type External, makeExternal } from './people.ts';
import type { Ground, Series } from './schedule.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

/** One registration for a series. */
export interface Registrant {
  id: string;
  person: External;
  /** The registration address, as typed. */
  email: string;
  /** Cancelled ones are in no list: only webhooks tell of them. */
  status: 'approved' | 'pending' | 'denied' | 'cancelled';
  created: number;
  /** Index into `TRACKING_SOURCES`, or -1. */
  source: number;
  habit: 'always' | 'maybe' | 'never';
  /** What Zoom shows of the address when the person comes. */
  shows: 'registered' | 'other' | 'nothing';
  answers: readonly string[];
  jobTitle: string;
  org: string;
  /** The form as the API got it, instead of `answers`, `jobTitle` and `org`. */
  form?: Readonly<Record<string, unknown>>;
}

/** Where people found the registration page. */
export const TRACKING_SOURCES: readonly string[] = ['newsletter', 'linkedin', 'partner page'];
/** The custom questions of every registration form. */
export const QUESTIONS: readonly string[] = ['What do you hope to learn?', 'How did you hear of us?'];
const ANSWERS = [
  'Attendance, mostly',
  'Nothing "special"',
  'Всё',
  '',
  'A colleague’s mail, see C:\\notes; 100%',
];

type Part = Pick<Registrant, 'status' | 'habit' | 'shows'>;
const ORDINARY: Part = { status: 'approved', habit: 'maybe', shows: 'registered' };

/** The first registrants of every list, so that a small world has each case. */
const PARTS: readonly Part[] = [
  { ...ORDINARY, habit: 'always' },
  { ...ORDINARY, habit: 'always', shows: 'other' },
  { ...ORDINARY, habit: 'always', shows: 'nothing' },
  { ...ORDINARY, habit: 'never' },
  // Number 4 registers after the last instance has ended.
  { ...ORDINARY, habit: 'never' },
  { status: 'pending', habit: 'never', shows: 'registered' },
  { status: 'denied', habit: 'never', shows: 'registered' },
  { status: 'cancelled', habit: 'never', shows: 'registered' },
  // Was let in and denied afterwards: his row carries an id that only the denied list explains.
  { status: 'denied', habit: 'always', shows: 'nothing' },
];
const LATE = 4;

/** All registrants of a series; empty when it has no registration. */
export function makeRegistrants(
  ground: Ground,
  series: Series,
  outside: number,
  without: ReadonlySet<number>,
  firstPerson: number,
): Registrant[] {
  const first = series.instances[0];
  const last = series.instances.at(-1);
  if (!series.registration || first === undefined || last === undefined) return [];
  const { seed, participants, distinct } = ground;
  const key = [seed, 'registrants', series.kind, series.owner, series.index] as const;
  const stream = random(...key);
  const count = distinct ? last.people : Math.max(PARTS.length + 3, Math.ceil(participants * 1.8));
  const taken = new Set(without);
  const list: Registrant[] = [];
  for (let i = 0; i < count; i++) {
    let n = distinct ? firstPerson + i : stream.int(0, outside - 1);
    while (taken.has(n)) n++;
    taken.add(n);
    const person = makeExternal(seed, n, distinct);
    const part = distinct
      ? { ...ORDINARY, habit: 'always' as const }
      : (PARTS[i] ?? randomPart(stream.next()));
    // From two weeks before the first instance to an hour before the last one.
    const span = last.start - HOUR - (first.start - 14 * DAY);
    const early =
      first.start - 14 * DAY + Math.floor((stream.next() * (distinct ? 0.5 : 1) * span) / MINUTE) * MINUTE;
    const sure = first.start - stream.int(2, 13) * DAY;
    const roll = stream.next();
    list.push({
      id: opaqueId(...key, i),
      person,
      email: roll < 0.1 ? person.email.toUpperCase() : person.email,
      ...part,
      created: i === LATE && !distinct ? last.end + 2 * HOUR : part.habit === 'always' ? sure : early,
      source: series.kind === 'webinar' ? sourceOf(i, stream.int(-1, TRACKING_SOURCES.length - 1)) : -1,
      answers: QUESTIONS.map(() => stream.pick(ANSWERS)),
      jobTitle: stream.pick(['Chef', 'Head of Sales', 'Développeur', '']),
      org: stream.pick(['Northwind', 'Globex & Söhne', '']),
    });
  }
  return list;
}

/** The first four have none and each of the three; the rest is chance. */
function sourceOf(i: number, drawn: number): number {
  return i <= TRACKING_SOURCES.length ? i - 1 : drawn;
}

function randomPart(roll: number): Part {
  if (roll < 0.06) return { status: 'pending', habit: 'never', shows: 'registered' };
  if (roll < 0.1) return { status: 'denied', habit: 'never', shows: 'registered' };
  if (roll < 0.13) return { status: 'cancelled', habit: 'never', shows: 'registered' };
  if (roll < 0.2) return { ...ORDINARY, shows: 'nothing' };
  return roll < 0.25 ? { ...ORDINARY, shows: 'other' } : ORDINARY;
}
