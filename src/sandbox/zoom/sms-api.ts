/** Zoom Phone: sessions of text messages and what was written (Phone document). */
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, decode, isAnswer, param } from './call.ts';
import { zoomError } from './errors.ts';
import { phoneList } from './phone-list.ts';
import { type Range, phoneRange } from './ranges.ts';
import { remembered } from './remembered.ts';
import { type Sms, type SmsSession, smsOf, smsSessions } from './sms.ts';
import { MINUTE, iso } from './time.ts';

const TYPES = { user: 'user', callQueue: 'call_queue' } as const;
const FILTERS = [
  'last_message_time',
  'sent_message_time',
  'received_message_time',
  'sent_received_message_time',
] as const;

/** Sessions whose last message is of the range; those of users, unless another type is asked for. */
export function listSmsSessions(call: Call): SandboxAnswer {
  const type = call.query.get('session_type') ?? 'user';
  if (!['user', 'call_queue', 'auto_receptionist', 'all'].includes(type)) {
    return zoomError(400, 400, 'SMS session type is invalid.');
  }
  const by = choice(call, 'filter_type', FILTERS, 'last_message_time');
  if (typeof by !== 'string') return by;
  const span = phoneRange(call, { fallback: 30 });
  if (isAnswer(span)) return span;
  const number = call.query.get('phone_number') ?? '';
  const found = active(call, span, by)
    .filter(({ session }) => type === 'all' || sessionType(session) === type)
    .filter(({ session }) => number === '' || [session.other.number, ownNumber(session)].includes(number));
  return phoneList(call, { key: 'sms_sessions', max: 100, counts: 'none' }, found, ({ session, last }) => ({
    session_id: session.id,
    session_type: sessionType(session),
    last_access_time: iso(last),
    participants: [
      {
        ...house(session),
        is_session_owner: true,
        ...(session.owner.user?.status === 'inactive' ? { extension_status: 'inactive' } : {}),
      },
      { ...outside(session), is_session_owner: false },
    ],
  }));
}

/** Sessions with their last message until now, of those that the filter finds in the range. */
function active(
  { world, now }: Call,
  { from, to }: Range,
  by: (typeof FILTERS)[number],
): readonly { session: SmsSession; last: number }[] {
  const minute = Math.floor(now / MINUTE) * MINUTE;
  return remembered(world, `sms ${by} ${from} ${to} ${minute}`, () =>
    smsSessions(world).flatMap((session) => {
      const within = smsOf(world, session, from, Math.min(to, minute));
      const last = to >= minute ? within.at(-1) : smsOf(world, session, from, minute).at(-1);
      if (last === undefined) return [];
      const fits =
        by === 'last_message_time'
          ? last.at < to
          : within.some(
              (one) => by === 'sent_received_message_time' || one.sent === (by === 'sent_message_time'),
            );
      return fits ? [{ session, last: last.at }] : [];
    }),
  );
}

function sessionType({ owner }: SmsSession): 'user' | 'call_queue' {
  return TYPES[owner.kind === 'callQueue' ? 'callQueue' : 'user'];
}

function ownNumber({ owner }: SmsSession): string {
  return owner.numbers[0]?.number ?? '';
}

function house(session: SmsSession): Record<string, unknown> & { phone_number: string } {
  const { id, name, kind } = session.owner;
  return { display_name: name, phone_number: ownNumber(session), owner: { id, type: kind } };
}

function outside({ other }: SmsSession): Record<string, unknown> & { phone_number: string } {
  return { display_name: other.name, phone_number: other.number };
}

/** What was written in one session; a month at a time, thirty days when nothing is said. */
export function listSms(call: Call): SandboxAnswer {
  const id = decode(param(call, 'sessionId'));
  const session = smsSessions(call.world).find((one) => one.id === id);
  if (session === undefined) return zoomError(404, 7013, 'Error retrieving SMS history.');
  const order = choice(call, 'sort', ['1', '2'], '1');
  if (typeof order !== 'string') return order;
  const span = phoneRange(call, { fallback: 30 });
  if (isAnswer(span)) return span;
  const found = smsOf(call.world, session, span.from, Math.min(span.to, call.now));
  const sorted = order === '1' ? found : found.toReversed();
  return phoneList(call, { key: 'sms_histories', max: 100, counts: 'none' }, sorted, (one) => {
    const [from, to] = one.sent ? [house(session), outside(session)] : [outside(session), house(session)];
    return {
      message_id: one.id,
      message: one.text,
      message_type: one.attachment === undefined ? 1 : 2,
      date_time: iso(one.at),
      direction: one.sent ? 'Out' : 'In',
      sender: from,
      to_members: [to],
      attachments: one.attachment === undefined ? [] : [fileRow(one.attachment)],
    };
  });
}

function fileRow({ id, name, size }: NonNullable<Sms['attachment']>): Record<string, unknown> {
  return { id, name, size, type: 'JPG', download_url: `https://acme.zoom.example/file/download/${id}` };
}
