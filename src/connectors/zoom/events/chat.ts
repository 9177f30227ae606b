import { about, bare, flags, ids, many, maybe, numbers, open, operator, part, texts } from './shape.ts';

/** Who did it, and whether from outside the account. */
const member = { ...operator, ...texts('operator_member_id'), ...flags('by_external_user') };

const when = { ...texts('date_time'), ...numbers('timestamp') };

// A channel that was just made has no id in the official example.
const channel = { ...texts('id name'), ...numbers('type'), ...when };
const members = { members: many(texts('id display_name')) };

const chatMessage = {
  ...ids('id'),
  ...texts('type session_id contact_email contact_id channel_id channel_name message'),
  ...when,
};

const content = {
  files: many({ ...texts('OS_file_type file_id file_message_type file_name'), ...numbers('file_size') }),
  rich_text: many({ ...texts('format_type format_attr'), ...numbers('start_position end_position') }),
  at_items: many({
    ...texts('at_contact at_contact_user_id at_contact_member_id'),
    ...numbers('at_type start_position end_position'),
  }),
};

const posted = {
  ...ids('message_id'),
  ...texts('reply_main_message_id session_id message'),
  ...when,
  ...content,
};
const inChannel = texts('channel_id channel_owner_account_id channel_name');
const toPerson = texts('contact_email contact_id contact_account_id contact_member_id');

const reaction = { ...ids('msg_id'), ...texts('msg_time emoji_time emoji'), ...numbers('timestamp') };

const bookmark = {
  ...ids('message_id'),
  ...texts('type channel_id message sender sender_id sender_member_id'),
  ...numbers('message_timestamp'),
  ...flags('by_external_user'),
  ...when,
  ...content,
};

const pin = {
  ...ids('message_id'),
  ...texts('channel_id channel_name message'),
  ...numbers('type message_timestamp'),
  ...when,
  ...content,
};

const someone = texts('user_id id display_name user_email member_id date_created');
const request = {
  ...texts('type'),
  ...when,
  organization: maybe(texts('org_id org_name')),
  channel: maybe({ ...texts('channel_id channel_name'), ...numbers('type') }),
};
const invitation = { ...request, invitee: part(someone), inviters: many(someone) };
const join = { ...request, requester: part(someone) };

const apps = {
  ...texts('channel_id channel_name'),
  ...numbers('type'),
  ...when,
  app_members: many(texts('id display_name')),
};

const files = { files: many({ ...texts('file_id file_name OS_file_type'), ...numbers('file_size') }) };
const sharedFiles = {
  ...texts('type channel_id contact_email contact_id contact_member_id'),
  ...flags('is_external_user'),
  ...files,
};

const starred = {
  ...when,
  items: many({
    ...texts('type channel_id contact_email contact_id contact_member_id'),
    ...flags('is_external_user'),
  }),
};

const space = { ...ids('space_id'), ...texts('space_name'), ...numbers('timestamp') };
const spaceMembers = { ...space, members: many(texts('user_id user_email display_name role member_id')) };
const spaceSettings = maybe({ ...texts('name desc'), option: open });

const bot = {
  ...texts('accountId robotJid userId userJid userName toJid channelName'),
  ...numbers('timestamp'),
};
const pressed = { ...bot, ...texts('messageId'), original: open };
const callback = texts('callback_url callback_token');

/** Events of Team Chat, by their old and their new names, and those that a chatbot gets. */
export const chat = {
  'chat_channel.created': () => about({ ...channel, ...members }, operator),
  'chat_channel.updated': () => about(channel, operator),
  'chat_channel.deleted': () => about(channel, operator),
  'chat_channel.member_invited': () => about({ ...channel, ...members }, operator),
  'chat_channel.member_joined': () => about(channel, operator),
  'chat_channel.member_left': () => about(channel, operator),
  'chat_channel.member_removed': () => about({ ...channel, ...members }, operator),
  'chat_message.sent': () => about(chatMessage, operator),
  'chat_message.replied': () => about({ ...chatMessage, ...texts('parent_msg_id') }, operator),
  'chat_message.updated': () => about(chatMessage, operator),
  'chat_message.deleted': () => about(chatMessage, operator),

  'team_chat.channel_message_posted': () => about({ ...posted, ...inChannel }, member),
  'team_chat.channel_message_updated': () => about({ ...posted, ...inChannel }, member),
  'team_chat.channel_message_deleted': () => about({ ...posted, ...inChannel }, member),
  'team_chat.channel_reaction_added': () => about({ ...reaction, ...texts('channel_id') }, member),
  'team_chat.channel_reaction_removed': () => about({ ...reaction, ...texts('channel_id') }, member),
  'team_chat.channel_pin_added': () => about(pin, member),
  'team_chat.channel_pin_removed': () => about(pin, member),
  'team_chat.channel_archived': () => about(channel, member),
  'team_chat.channel_unarchived': () => about(channel, member),
  'team_chat.channel_app_added': () => about(apps, member),
  'team_chat.channel_app_removed': () => about(apps, member),
  'team_chat.channel_invitation_created': () => about(invitation, member),
  'team_chat.channel_invitation_approval_requested': () => about(invitation, member),
  'team_chat.channel_invitation_approved': () => about(invitation, member),
  'team_chat.channel_invitation_rejected': () => about(invitation, member),
  'team_chat.channel_invitation_accepted': () => about(invitation, member),
  'team_chat.channel_invitation_declined': () => about(invitation, member),
  'team_chat.channel_invitation_removed': () => about(invitation, member),
  'team_chat.channel_join_requested': () => about(join, member),
  'team_chat.channel_join_approval_requested': () => about(join, member),
  'team_chat.channel_join_approved': () => about(join, member),
  'team_chat.channel_join_declined': () => about(join, member),

  'team_chat.dm_message_posted': () => about({ ...posted, ...toPerson }, member),
  'team_chat.dm_message_updated': () => about({ ...posted, ...toPerson }, member),
  'team_chat.dm_message_deleted': () => about({ ...posted, ...toPerson }, member),
  'team_chat.dm_reaction_added': () => about({ ...reaction, ...toPerson }, member),
  'team_chat.dm_reaction_removed': () => about({ ...reaction, ...toPerson }, member),

  'team_chat.bookmark_added': () => about(bookmark, member),
  'team_chat.bookmark_removed': () => about(bookmark, member),
  'team_chat.starred': () => about(starred, member),
  'team_chat.unstarred': () => about(starred, member),
  'team_chat.emoji_added': () => about(texts('name file_id'), member),
  'team_chat.emoji_removed': () => about(texts('name file_id'), member),
  'team_chat.file_uploaded': () => about(files, member),
  'team_chat.file_changed': () => about(files, member),
  'team_chat.file_deleted': () => about(files, member),
  'team_chat.file_shared': () => about(sharedFiles, member),
  'team_chat.file_unshared': () => about(sharedFiles, member),
  'team_chat.file_downloaded': () =>
    about(
      {
        ...texts('contact_email contact_id contact_member_id channel_id'),
        ...numbers('timestamp'),
        file: part({
          ...texts('file_id file_name file_type file_owner_id file_owner_member_id'),
          ...numbers('file_size'),
        }),
      },
      member,
    ),
  'team_chat.shared_spaces_edited': () =>
    about({ ...space, new_settings: spaceSettings, old_settings: spaceSettings }, member),
  // The official example is named otherwise than the documentation; whichever comes, it is known.
  'team_chat.shared_spaces_edit': () =>
    about({ ...space, new_settings: spaceSettings, old_settings: spaceSettings }, member),
  'team_chat.shared_spaces_member_invited': () => about(spaceMembers, member),
  'team_chat.shared_spaces_member_removed': () => about(spaceMembers, member),
  'team_chat.shared_spaces_member_left': () => about(space, member),

  'team_chat.app_mention': () =>
    about({ ...ids('message_id'), ...texts('type channel_id channel_name message'), ...content }, member),
  'team_chat.link_shared': () =>
    about(
      {
        ...texts('message_id type channel_id channel_name contact_id contact_member_id trigger_id link'),
        ...texts('reply_main_message_id'),
        ...when,
      },
      member,
      texts('response_url'),
    ),
  bot_installed: () => bare(bot),
  bot_notification: () => bare({ ...bot, ...texts('cmd name') }),
  interactive_message_actions: () => bare({ ...pressed, actionItem: maybe(texts('text value')) }, callback),
  interactive_message_editable: () => bare({ ...pressed, editItem: maybe(texts('origin target')) }, callback),
  interactive_message_fields_editable: () =>
    bare({ ...pressed, fieldEditItem: maybe(texts('currentValue key newValue')) }, callback),
  interactive_message_select: () => bare({ ...pressed, selectedItems: many(texts('value')) }, callback),
};
