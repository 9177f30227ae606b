import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { flag, pageInput, pageOutput, text, tokenPages, userId } from './shapes.ts';
import { date, utcTime } from './times.ts';

/** Where a conversation is; two people or a channel, never both. */
const toContact = text('Address, user id or member id of the other person, such as grace@example.com.');
const toChannel = text('Id of the channel, from `chat.channels`.');

const TWO_PLACES = {
  path: ['to_channel'],
  error: '`to_contact` and `to_channel` exclude each other: give one of them',
};

interface Places {
  to_contact?: string | undefined;
  to_channel?: string | undefined;
}

const onePlace = (it: Places): boolean => it.to_contact === undefined || it.to_channel === undefined;
const somePlace = (it: Places): boolean => it.to_contact !== undefined || it.to_channel !== undefined;

export const channels = defineAction({
  title: "List a user's chat channels",
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels/GET/chat/users/{userId}/channels',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['team_chat:read:list_user_channels:admin', 'team_chat:read:list_user_channels'],
  input: z.strictObject({ userId, ...pageInput(1000) }),
  output: z.looseObject({
    ...pageOutput,
    channels: z.array(
      z.looseObject({
        id: z.string(),
        jid: z.string().optional(),
        name: z.string().default(''),
        type: z
          .number()
          .optional()
          .describe(
            '1 private, 2 private and of one organisation, 3 public, 4 instant, 5 public with other accounts.',
          ),
      }),
    ),
  }),
  example: { userId: 'ada@example.com' },
  pages: tokenPages('channels', 1000),
  call: ({ userId: user, ...query }) => ({ method: 'GET', path: path`/chat/users/${user}/channels`, query }),
});

export const messages = defineAction({
  title: "List a user's chat messages",
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages/GET/chat/users/{userId}/messages',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['team_chat:read:list_user_messages:admin', 'team_chat:read:list_user_messages'],
  plan: 'Role permission Edit Chat Messages for tokens of the account',
  input: z
    .strictObject({
      userId,
      to_contact: toContact,
      to_channel: toChannel,
      search_key: z.string().min(1).max(256).optional().describe('What to look for, at most 256 characters.'),
      search_type: z
        .enum(['message', 'file'])
        .optional()
        .describe('Whether to look in messages or for files.'),
      date: date.optional().describe('One day, in UTC; today as Zoom takes it. Goes before `from` and `to`.'),
      from: utcTime.optional().describe('First moment, in UTC, such as 2026-11-20T00:00:00Z.'),
      to: utcTime.optional().describe('Last moment, in UTC; now, as Zoom takes it.'),
      include_deleted_and_edited_message: flag(
        'Whether to list edited and deleted ones, too; not with a search.',
      ),
      exclude_child_message: flag('Whether to leave out answers in threads.'),
      download_file_formats: z
        .literal('audio/mp4')
        .optional()
        .describe('Links to audio files lead to MP4 instead of the original.'),
      ...pageInput(50),
    })
    .refine(onePlace, TWO_PLACES)
    .refine((it) => (it.search_key === undefined) === (it.search_type === undefined), {
      path: ['search_type'],
      error: '`search_key` and `search_type` go together: give both or neither',
    })
    .refine((it) => somePlace(it) || it.search_key !== undefined || it.search_type !== undefined, {
      path: ['to_contact'],
      error: 'give `to_contact` or `to_channel`, or `search_key` with `search_type`',
    })
    .refine((it) => it.include_deleted_and_edited_message === undefined || it.search_key === undefined, {
      path: ['include_deleted_and_edited_message'],
      error: '`include_deleted_and_edited_message` and `search_key` exclude each other: give one of them',
    }),
  output: z.looseObject({
    ...pageOutput,
    messages: z.array(
      z.looseObject({
        id: z.string(),
        message: z.string().default(''),
        sender: z.string().optional(),
        sender_display_name: z.string().optional(),
        date_time: z.string(),
        timestamp: z.number().optional().describe('The same moment in milliseconds.'),
        reply_main_message_id: z.string().optional().describe('Message that it answers.'),
        files: z.array(z.looseObject({ file_name: z.string().optional() })).optional(),
      }),
    ),
  }),
  example: { userId: 'ada@example.com', to_contact: 'grace@example.com', date: '2026-11-20' },
  pages: tokenPages('messages', 50),
  call: ({ userId: user, ...query }) => ({ method: 'GET', path: path`/chat/users/${user}/messages`, query }),
});

const position = (what: string) => z.number().int().min(0).optional().describe(what);

export const send = defineAction({
  title: 'Send a chat message',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/chat-messages/POST/chat/users/{userId}/messages',
  effect: 'write',
  idempotent: false,
  budget: 'medium',
  scopes: ['team_chat:write:user_message:admin', 'team_chat:write:user_message'],
  input: z
    .strictObject({
      userId,
      message: z.string().min(1).max(1024).describe('Text, at most 1,024 characters.'),
      to_contact: toContact,
      to_channel: toChannel,
      reply_main_message_id: text('Message that it answers.'),
      file_ids: z.array(z.string()).max(6).optional().describe('Ids of uploaded files, at most 6.'),
      at_items: z
        .array(
          z
            .strictObject({
              at_type: z.literal([1, 2]).describe('1 one person, 2 everybody in the channel.'),
              at_contact: text('Address or member id of the person; needed when `at_type` is 1.'),
              start_position: position('Where the @ stands in the message, from 0.'),
              end_position: position('Where the name ends.'),
            })
            .refine((it) => it.at_type !== 1 || it.at_contact !== undefined, {
              path: ['at_contact'],
              error: '`at_contact` is needed when `at_type` is 1',
            }),
        )
        .optional()
        .describe('People who are mentioned in a channel.'),
      rich_text: z
        .array(
          z.strictObject({
            start_position: position('First character, from 0.'),
            end_position: position('Character after the last.'),
            format_type: z
              .enum([
                'Bold',
                'Italic',
                'Strikethrough',
                'BulletedList',
                'NumberedList',
                'Underline',
                'FontSize',
                'FontColor',
                'BackgroundColor',
                'LeftIndent',
                'Paragraph',
                'Quote',
                'AddLink',
              ])
              .optional()
              .describe('How it looks.'),
            format_attr: text(
              'Size (s, m, l), colour (FFC0CB), indent, heading (h1) or link, by `format_type`.',
            ),
          }),
        )
        .optional()
        .describe('How parts of the message look.'),
      interactive_cards: z
        .array(z.strictObject({ card_json: z.string().describe('The card, as JSON text.') }))
        .max(5)
        .optional()
        .describe('Interactive cards of the same app, at most 5.'),
      scheduled_time: utcTime
        .optional()
        .describe(
          'When to send it, in UTC, from 30 minutes to 180 days ahead, such as 2026-11-21T15:00:00Z.',
        ),
    })
    .refine(onePlace, TWO_PLACES)
    .refine(somePlace, { path: ['to_contact'], error: 'give `to_contact` or `to_channel`' }),
  output: z.looseObject({ id: z.string().describe('Id of the message.') }),
  example: { userId: 'ada@example.com', to_contact: 'grace@example.com', message: 'The notes are ready.' },
  call: ({ userId: user, ...json }) => ({ method: 'POST', path: path`/chat/users/${user}/messages`, json }),
});
