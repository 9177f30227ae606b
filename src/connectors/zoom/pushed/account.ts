/** Rows of the account: users, groups, channels and their messages. */
import type { PushedRow } from '../../../core/pushed-rows.ts';
import { fromEvents, pick, told, type Said } from './from-events.ts';

type User = Said<'user.activated'>;
type Updated = Said<'user.updated'>;
type Members = Said<'group.member_added'>;
type Channel = Said<'chat_channel.updated'>;

const USER = 'id email first_name last_name display_name type';
/** All but the address, by which rows are told apart: somebody with another one is another row. */
const PROFILE =
  'id first_name last_name display_name type pmi timezone dept language phone_number pic_url custom_attributes';

const user = ({ payload: { object } }: User, status: string): PushedRow[] => [
  { row: { ...pick(object, USER), status }, within: { status } },
];
const userGone = ({ payload: { object } }: User): PushedRow[] => [
  { row: pick(object, 'id email'), gone: true },
];

export const users = fromEvents(['id'], {
  // Whoever is invited by mail is pending until he accepts; the other ways make the account at once.
  'user.created': (event) => user(event, event.payload.creation_type === 'create' ? 'pending' : 'active'),
  'user.invitation_accepted': (event) => user(event, 'active'),
  'user.activated': (event) => user(event, 'active'),
  'user.deactivated': (event) => user(event, 'inactive'),
  'user.updated': ({ payload: { object } }: Updated) => [{ row: pick(object, PROFILE) }],
  'user.deleted': userGone,
  'user.disassociated': userGone,
});

export const groups = fromEvents(['id'], {
  'group.created': ({ payload: { object } }) => [{ row: pick(object, 'id name'), within: {} }],
  'group.updated': ({ payload: { object } }) => [{ row: pick(object, 'id name') }],
  'group.deleted': ({ payload: { object } }) => [{ row: { id: object.id }, gone: true }],
});

export const groupMembers = fromEvents(['group_id', 'email'], {
  'group.member_added': (event) => members(event, false),
  'group.member_deleted': (event) => members(event, true),
  'group.members_deleted': (event) => members(event, true),
});

function members({ payload: { object } }: Members, gone: boolean): PushedRow[] {
  return (object.members ?? []).flatMap(({ id, email }) =>
    email
      ? [
          {
            row: told({ group_id: object.id, email, id }),
            ...(gone ? { gone } : { within: { groupId: object.id } }),
          },
        ]
      : [],
  );
}

/** The type of a channel that everybody of the account can find. */
const PUBLIC = 3;

// A channel that was just made may have no id yet (see `events/chat.ts`).
const channel = ({ payload: { object } }: Channel) => pick(object, 'id name type');

export const channels = fromEvents(['id'], {
  'chat_channel.created': (event) =>
    event.payload.object.id && event.payload.object.type === PUBLIC
      ? [{ row: channel(event), within: {} }]
      : [],
  'chat_channel.updated': (event) => (event.payload.object.id ? [{ row: channel(event) }] : []),
  'chat_channel.deleted': ({ payload: { object } }) =>
    object.id ? [{ row: { id: object.id }, gone: true }] : [],
});

type Posted = Said<'team_chat.channel_message_posted'>;

/** What was sent. Edits and deletions are rows of their own, with a time that only the report tells. */
export const messages = fromEvents(['session_id', 'id', 'change', 'version'], {
  'team_chat.channel_message_posted': posted,
  'team_chat.dm_message_posted': posted,
});

function posted({
  payload,
}: {
  payload: Pick<Posted['payload'], 'object' | 'operator' | 'operator_member_id'>;
}) {
  const { message_id: id, session_id: session, timestamp, ...object } = payload.object;
  if (!session || timestamp === undefined) return [];
  const row = {
    session_id: session,
    id,
    change: 'sent',
    version: timestamp,
    timestamp,
    sender: payload.operator,
    sender_member_id: payload.operator_member_id,
    ...pick(object, 'date_time message reply_main_message_id'),
  };
  return [{ row: told(row), within: { sessionId: session } }];
}
