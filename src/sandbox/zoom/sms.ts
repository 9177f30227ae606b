/** Text messages between the house and numbers outside: one session for each two that write. */
import { random } from '../random.ts';
import { makeExternal } from './people.ts';
import { type Extension, callQueues, phoneSince, phoneUsers } from './phone.ts';
import { DAY, MINUTE, SECOND } from './time.ts';
import type { World } from './world.ts';

/** All that one number of the house and one outside write to each other. */
export interface SmsSession {
  /** 32 hexadecimal digits. */
  id: string;
  owner: Extension;
  other: { name: string; number: string };
}

/** One message. */
export interface Sms {
  id: string;
  at: number;
  sent: boolean;
  text: string;
  attachment: { id: string; name: string; size: number } | undefined;
}

const TEXTS = [
  'On my way',
  'Can we move to 3?',
  'Спасибо!',
  'Your order is ready 📦',
  'Call me, please',
  'OK',
];

/** Each user with Phone writes with three people, each queue with two. */
export function smsSessions(world: World): SmsSession[] {
  const { seed } = world.ground;
  const owners = [...phoneUsers(world), ...callQueues(world)];
  return owners.flatMap((owner) =>
    Array.from({ length: owner.kind === 'user' ? 3 : 2 }, (_, i): SmsSession => {
      const stream = random(seed, 'sms-session', owner.kind, owner.index, i);
      const n = stream.int(0, 60);
      const id = Array.from({ length: 32 }, () => stream.int(0, 15).toString(16)).join('');
      const name = n % 4 === 0 ? '' : makeExternal(seed, n, false).name;
      return { id, owner, other: { name, number: `+1312555${1000 + n}` } };
    }),
  );
}

/** The messages of one session from one moment to another, in order of time. */
export function smsOf(world: World, session: SmsSession, from: number, to: number): Sms[] {
  const all: Sms[] = [];
  const first = Math.max(from, phoneSince(world));
  for (let day = Math.floor(first / DAY); day * DAY < to; day++) {
    const stream = random(world.ground.seed, 'sms', session.id, day);
    let at = day * DAY + stream.int(8 * 60, 16 * 60) * MINUTE;
    // Most days are silent.
    const count = stream.chance(0.3) ? stream.int(1, 4) : 0;
    for (let i = 0; i < count; i++) {
      at += stream.int(10, 900) * SECOND;
      const id = `IQ-${session.id.slice(0, 12)}${day.toString(36)}${i}`;
      all.push({
        id,
        at,
        sent: stream.chance(0.5),
        text: stream.pick(TEXTS),
        attachment: stream.chance(0.1)
          ? { id: `${id}-file`, name: 'photo.jpg', size: stream.int(10_000, 300_000) }
          : undefined,
      });
    }
  }
  return all.filter((one) => one.at >= first && one.at < to);
}
