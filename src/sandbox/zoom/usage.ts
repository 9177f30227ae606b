/** What the world's meetings add up to: by day, by host, by phone line, by gigabyte. */
import { random } from '../random.ts';
import { FILES, fileSize } from './downloads.ts';
import type { Row } from './cast.ts';
import { minutes } from './measures.ts';
import type { WorldUser } from './people.ts';
import type { Instance } from './schedule.ts';
import { DAY, MINUTE, SECOND, isoDay } from './time.ts';
import type { World } from './world.ts';

/** Meetings, people and minutes of them. */
export interface Usage {
  meetings: number;
  participants: number;
  minutes: number;
}

/** Of instances: from when to when they began or ended, and until when they had to be over. */
export interface Span {
  from: number;
  to: number;
  over: number;
}

/** What counts in reports: over, and with two people or more (FACTS F, gotcha 6). In order of time. */
export function counted(world: World, edge: 'start' | 'end', span: Span): Instance[] {
  return found(world, edge, span, 'counted', (one) => !one.alone);
}

function found(
  { history }: World,
  edge: 'start' | 'end',
  span: Span,
  name: string,
  filter: (instance: Instance) => boolean,
): Instance[] {
  return Array.from(history.between(edge, span, name, filter), (number) => history.instance(number));
}

/** The sum over some instances. */
export function usageOf(world: World, instances: Iterable<Instance>): Usage {
  const sum = { meetings: 0, participants: 0, minutes: 0 };
  for (const instance of instances) {
    const { present, totalMinutes } = world.counts(instance);
    sum.meetings++;
    sum.participants += present;
    sum.minutes += totalMinutes;
  }
  return sum;
}

/** One day of the account. */
export interface Day extends Usage {
  date: string;
  newUsers: number;
}

/** Each day of a span until now; `users` are those who count as hosts and as new. */
export function daily(world: World, users: readonly WorldUser[], now: number, span: Span): Day[] {
  const hosts = new Set(users.map((user) => user.index));
  const own = counted(world, 'start', span).filter((one) => hosts.has(one.series.host.index));
  const byDay = Map.groupBy(own, (one) => isoDay(one.start));
  const days: Day[] = [];
  for (let day = span.from; day < Math.min(span.to, now); day += DAY) {
    const date = isoDay(day);
    const newUsers = users.filter((user) => isoDay(user.created) === date).length;
    days.push({ date, newUsers, ...usageOf(world, byDay.get(date) ?? []) });
  }
  return days;
}

/** One person's line by telephone into a meeting, or out of it. */
export interface Leg {
  instance: Instance;
  /** 1 toll-free and call-out, 2 toll, 3 SIP. */
  category: '1' | '2' | '3';
  type: 'toll-free' | 'call-out' | 'US toll-number' | 'Toll';
  number: string;
  country: string;
  start: number;
  end: number;
  minutes: number;
  rate: number;
}

/** Who shows as a telephone number came by telephone; of the rest a few were called. */
export function legs(world: World, instance: Instance): Leg[] {
  const stream = random(world.ground.seed, 'legs', instance.uuid);
  return world.cast(instance).rows.flatMap((row): Leg[] => {
    const phoned = row.name.startsWith('+');
    if (row.status !== 'in_meeting' || !(stream.chance(0.04) || phoned)) return [];
    return [legOf(instance, row, stream.next(), phoned)];
  });
}

function legOf(instance: Instance, row: Row, roll: number, phoned: boolean): Leg {
  const [category, type, rate] = phoned
    ? roll < 0.4
      ? (['1', 'toll-free', 0.02] as const)
      : roll < 0.9
        ? (['2', 'US toll-number', 0] as const)
        : (['3', 'Toll', 0] as const)
    : (['1', 'call-out', 0.03] as const);
  const leg = Math.max(1, Math.ceil((row.leave - row.join) / MINUTE));
  return {
    instance,
    category,
    type,
    // By the number of the join, so that no two lines of a meeting are one.
    number: `+1555${String(Number(row.userId) % 10_000_000).padStart(7, '0')}`,
    country: 'US',
    start: row.join,
    end: row.leave,
    minutes: leg,
    rate,
  };
}

/** Bytes in use at the end of each day: of all recordings made until then. `video`: the size of each video file, if set. */
export function storage(
  world: World,
  users: readonly WorldUser[],
  video: number | null,
  { from, to, over }: Span,
): { date: string; bytes: number }[] {
  const hosts = new Set(users.map((user) => user.index));
  const made = found(world, 'end', { from: 0, to, over }, 'recorded', (one) => one.recorded).filter((one) =>
    hosts.has(one.series.host.index),
  );
  const sizeOf = (one: Instance): number =>
    FILES.reduce((sum, _, file) => sum + fileSize(one, file, video), 0);
  const byDay = Map.groupBy(made, (one) => isoDay(one.end));
  let bytes = made.filter((one) => one.end < from).reduce((sum, one) => sum + sizeOf(one), 0);
  const days: { date: string; bytes: number }[] = [];
  for (let day = from; day < to; day += DAY) {
    const date = isoDay(day);
    for (const one of byDay.get(date) ?? []) bytes += sizeOf(one);
    days.push({ date, bytes });
  }
  return days;
}

/** One thing that somebody did in a meeting. */
export interface Activity {
  number: number;
  at: number;
  operator: string;
  email: string;
  category: (typeof CATEGORIES)[number];
  detail: string;
}

/** What a meeting activity is called. */
export const CATEGORIES = [
  'Meeting Created',
  'Meeting Started',
  'User Join',
  'User Left',
  'Remote Control',
  'In-Meeting Chat',
  'Meeting Ended',
] as const;

/** Meetings of which something may have been done in a span: they are created weeks before they take place. */
export function trailed(world: World, { from, to, over }: Span): Instance[] {
  const name = `trailed ${to}`;
  return found(
    world,
    'end',
    { from, to: over + 1, over },
    name,
    ({ series }) => series.kind === 'meeting' && series.created < to,
  );
}

/** The trail of one instance, in order of time. No two rows are equal: the thousandths tell joins apart. */
export function trail(world: World, instance: Instance): Activity[] {
  const { series, start, end } = instance;
  const { host, id: number } = series;
  const stream = random(world.ground.seed, 'trail', instance.uuid);
  const by = (
    category: Activity['category'],
    at: number,
    operator = host.name,
    email = host.email,
  ): Activity => ({ number, at, operator, email, category, detail: category });
  const acts = [by('Meeting Started', start), by('Meeting Ended', end)];
  if (series.instances[0] === instance) acts.push(by('Meeting Created', series.created));
  for (const [i, row] of world.cast(instance).rows.entries()) {
    if (row.status !== 'in_meeting') continue;
    const ms = i % SECOND;
    acts.push(by('User Join', row.join + ms, row.name, row.email));
    acts.push(by('User Left', row.leave + ms, row.name, row.email));
    if (stream.chance(0.15)) {
      const at = row.join + Math.floor((row.leave - row.join) * stream.next());
      acts.push(by('In-Meeting Chat', Math.floor(at / SECOND) * SECOND + ms, row.name, row.email));
    }
  }
  if (stream.chance(0.1)) acts.push(by('Remote Control', start + Math.floor((end - start) / 2)));
  return acts.toSorted((a, b) => a.at - b.at);
}

/** One time that somebody helped somebody at their screen. */
export interface Support {
  instance: Instance;
  helped: Row;
  request: number;
  start: number;
  end: number;
}

/** In every sixth meeting, and never in webinars. */
export function support(world: World, instance: Instance): Support | undefined {
  const stream = random(world.ground.seed, 'support', instance.uuid);
  if (instance.series.kind !== 'meeting' || !stream.chance(0.17)) return undefined;
  const { rows } = world.cast(instance);
  const helped = rows.find((row) => row.status === 'in_meeting' && row.id !== instance.series.host.id);
  const span = minutes(instance);
  if (helped === undefined || span < 5) return undefined;
  const request = instance.start + stream.int(60, 120) * SECOND;
  const start = request + stream.int(5, 90) * SECOND;
  return { instance, helped, request, start, end: start + stream.int(30, 90) * SECOND };
}
