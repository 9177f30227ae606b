import { defineStream, type JsonObject } from '../../../core/stream.ts';
import { channels as listChannels } from '../chat.ts';
import { tokenPages } from '../shapes.ts';
import * as pushed from '../pushed/account.ts';
import { dayWindow, flag, id, integer, json, moment, row, SIX_MONTHS, text } from './columns.ts';
import { eachUser } from './parents.ts';

const channel = {
  channel_settings: json,
  id: text,
  jid: text,
  name: text,
  type: integer,
  channel_url: text,
};

/**
 * Public channels of the account. Of the two lists of channels this is the one for apps of an account: the list of a
 * user wants a user, and a Server-to-Server token has none of its own (Zoom FACTS A, `me`). Private channels are in
 * `user_channels`.
 */
export const channels = defineStream({
  name: 'channels',
  title: 'Channels',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels-account-level/GET/chat/channels',
  path: '/chat/channels',
  budget: 'medium',
  scopes: ['team_chat:read:list_channels:admin'],
  plan: 'Role permission View Chat Channels',
  kind: 'state',
  row: row(channel),
  primaryKey: ['id'],
  pages: tokenPages('channels', 20),
  pushes: pushed.channels,
});

/** Channels by user, private ones too: who is in which. */
export const user_channels = defineStream({
  name: 'user_channels',
  title: 'Channels of users',
  docs: listChannels.docs,
  path: '/chat/users/{userId}/channels',
  budget: listChannels.budget,
  scopes: listChannels.scopes,
  kind: 'state',
  row: row({ user_id: id, ...channel }),
  primaryKey: ['user_id', 'id'],
  pages: listChannels.pages,
  parents: [eachUser],
});

/**
 * Members by channel, each channel once: the same list below a user asks for the channel's owner, whom no list tells.
 * People from other accounts have no user id here, but every member has a member id.
 */
export const channel_members = defineStream({
  name: 'channel_members',
  title: 'Channel members',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels/GET/chat/channels/{channelId}/members',
  path: '/chat/channels/{channelId}/members',
  budget: 'medium',
  scopes: ['team_chat:read:list_members:admin', 'team_chat:read:list_members'],
  kind: 'state',
  row: row({
    channel_id: id,
    email: text,
    first_name: text,
    id: text,
    member_id: text,
    last_name: text,
    name: text,
    role: text,
    is_external: flag,
  }),
  primaryKey: ['channel_id', 'member_id'],
  pages: tokenPages('members', 100),
  // The first one is taken when neither is read: it leads to private channels too.
  parents: [
    { stream: 'user_channels', params: { channelId: 'id' }, carry: { channel_id: 'id' } },
    { stream: 'channels', params: { channelId: 'id' }, carry: { channel_id: 'id' } },
  ],
});

/** Conversations of two and in channels that had messages in the span. */
export const chat_sessions = defineStream({
  name: 'chat_sessions',
  title: 'Chat sessions',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/reports/GET/report/chat/sessions',
  path: '/report/chat/sessions',
  budget: 'medium',
  scopes: ['report:read:list_chat_sessions:admin'],
  plan: 'Pro or higher; role permission Chat Reports',
  kind: 'history',
  row: row({
    id: text,
    last_message_sent_time: moment,
    name: text,
    type: text,
    channel_id: text,
    member_emails: json,
    status: text,
    has_external_member: flag,
  }),
  primaryKey: ['id'],
  cursor: 'last_message_sent_time',
  pages: tokenPages('sessions', 300),
  window: dayWindow(SIX_MONTHS),
});

/**
 * Messages, read by session. The list of messages below a user has to be asked for one contact or channel at a time
 * (Zoom FACTS G 32), contacts of others cannot be listed, and each message would be read once for every person who got
 * it; the report has each session once.
 *
 * Edits and deletions come as rows of their own, found by when they were made, so that those of old messages are found.
 */
export const chat_messages = defineStream({
  name: 'chat_messages',
  title: 'Chat messages',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/reports/GET/report/chat/sessions/{sessionId}',
  path: '/report/chat/sessions/{sessionId}',
  budget: 'medium',
  scopes: ['report:read:chat_session:admin'],
  plan: 'Pro or higher; role permission Chat Reports',
  kind: 'history',
  row: row({
    session_id: id,
    change: text,
    version: integer,
    date_time: moment,
    files: json,
    giphy_information: json,
    id: text,
    message: text,
    reactions: json,
    custom_emoji_reactions: json,
    receiver: text,
    is_sender_external: flag,
    reply_main_message_id: text,
    reply_main_message_timestamp: integer,
    sender: text,
    sender_member_id: text,
    sender_display_name: text,
    timestamp: integer,
    action_timestamp: integer,
    forward_id: text,
    bot_message: json,
    rich_text: json,
  }),
  primaryKey: ['session_id', 'id', 'change', 'version'],
  cursor: 'date_time',
  query: {
    include_fields: 'edited_messages,deleted_messages',
    include_bot_message: true,
    include_reactions: true,
    include_custom_emoji_reactions: true,
    query_all_modifications: true,
  },
  pages: tokenPages('', 100),
  rows: messages,
  parents: [{ stream: 'chat_sessions', params: { sessionId: 'id' }, carry: { session_id: 'id' } }],
  window: dayWindow(SIX_MONTHS),
  pushes: pushed.messages,
});

/** The three lists of an answer as one. A change is told apart by when it was made, in milliseconds. */
function messages(answer: JsonObject): readonly JsonObject[] {
  const lists = {
    sent: answer['messages'],
    edited: answer['edited_messages'],
    deleted: answer['deleted_messages'],
  };
  if (Object.values(lists).every((list) => list === undefined)) return [answer];
  return Object.entries(lists).flatMap(([change, list]) =>
    ((list ?? []) as JsonObject[]).map((message) => {
      const { timestamp, action_timestamp: changed = timestamp } = message;
      // What was sent stays what it is, whatever happens to it later.
      return { ...message, change, version: change === 'sent' ? timestamp : changed };
    }),
  );
}
