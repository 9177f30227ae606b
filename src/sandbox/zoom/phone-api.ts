/** Zoom Phone: recordings of a user's calls (FACTS G, item 30). */
import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, decode, findUser, isAnswer, list, param } from './call.ts';
import { cycle } from './cycle.ts';
import { downloadUrl } from './downloads.ts';
import { invalidField, noUser, zoomError } from './errors.ts';
import { opaqueId } from './ids.ts';
import type { WorldUser } from './people.ts';
import { DAY, MINUTE, addMonths, iso, isoDay, parseDay, startOfDay } from './time.ts';

interface PhoneCall {
  id: string;
  at: number;
  seconds: number;
  inbound: boolean;
  number: string;
}

/** A month at most, within the last half year; thirty days when nothing is said. */
export function listPhoneRecordings(call: Call): SandboxAnswer {
  // An account without Phone gets 403 everywhere below /phone (FACTS G, item 30).
  if (call.plan === 'free') return zoomError(403, 403, 'No permission.');
  const user = findUser(call);
  if (isAnswer(user)) return user.status === 404 ? noUser(decode(param(call, 'userId'))) : user;
  const span = spanOf(call);
  if (isAnswer(span)) return span;
  const found = callsOf(call, user, span.from, Math.min(span.to, call.now));
  const head = { from: isoDay(span.from), to: isoDay(span.to - 1) };
  return list(call, { key: 'recordings', head }, found, (one) => row(call, user, one));
}

function spanOf(call: Call): { from: number; to: number } | SandboxAnswer {
  const { query, now } = call;
  const [first, last] = [query.get('from') ?? '', query.get('to') ?? ''];
  if (first === '' && last === '') return { from: startOfDay(now) - 30 * DAY, to: startOfDay(now) + DAY };
  const from = first === '' ? undefined : parseDay(first);
  const to = parseDay(last);
  if (from === undefined && first !== '') return invalidField('from');
  // "Required only when the from parameter is specified", in the same form.
  if (to === undefined || (first !== '' && first.length > 10 !== last.length > 10)) return invalidField('to');
  const end = last.length === 10 ? to + DAY : to;
  const start = from ?? end - 30 * DAY;
  if (end <= start) return invalidField('to');
  const begin = Math.max(start, startOfDay(addMonths(now, -6)));
  // "The response only includes one month's worth of data at once": more is cut without a word.
  return { from: begin, to: Math.max(begin, Math.min(end, addMonths(begin, 1) + DAY)) };
}

function callsOf(call: Call, user: WorldUser, from: number, to: number): PhoneCall[] {
  const { seed } = call.world.ground;
  const calls: PhoneCall[] = [];
  for (let day = Math.floor(from / DAY); day * DAY < to; day++) {
    const stream = random(seed, 'phone', user.index, day);
    for (let i = stream.int(0, 2); i > 0; i--) {
      calls.push({
        id: opaqueId(seed, 'phone-id', user.index, day, i),
        at: day * DAY + stream.int(7 * 60, 18 * 60) * MINUTE,
        seconds: stream.int(5, 900),
        inbound: stream.chance(0.5),
        number: `+1555010${stream.int(1000, 9999)}`,
      });
    }
  }
  return calls.filter((one) => one.at >= from && one.at < to).toSorted((a, b) => a.at - b.at);
}

function row(call: Call, user: WorldUser, one: PhoneCall): Record<string, unknown> {
  const extension = String(800 + user.index);
  const own = { name: user.name, number: extension, number_type: 1 };
  const other = {
    name: cycle(['', 'Northwind', 'Anna Berg'], one.seconds),
    number: one.number,
    number_type: 2,
  };
  const [caller, callee] = one.inbound ? [other, own] : [own, other];
  const element = `${isoDay(one.at).replaceAll('-', '')}-${one.id}`;
  return {
    id: one.id,
    call_id: String(7_000_000_000_000_000_000n + BigInt(one.at)),
    call_log_id: one.id,
    call_history_id: element,
    call_element_id: element,
    caller_name: caller.name,
    caller_number: caller.number,
    caller_number_type: caller.number_type,
    callee_name: callee.name,
    callee_number: callee.number,
    callee_number_type: callee.number_type,
    [one.inbound ? 'accepted_by' : 'outgoing_by']: { name: user.name, extension_number: extension },
    date_time: iso(one.at),
    direction: one.inbound ? 'inbound' : 'outbound',
    duration: one.seconds,
    download_url: downloadUrl(call.origin, { kind: 'phone', id: one.id, bytes: one.seconds * 2000 }),
  };
}
