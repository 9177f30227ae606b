/** Events with the peculiarities that Zoom's have, made up here. The comments name the trap of the facts (E). */
const ACCOUNT = 'account-1';
const meeting = { uuid: 'aB3/x==', host_id: 'h1', topic: 'Round table', type: 2, duration: 60 };

const about = (
  event: string,
  object: object,
  more: object = {},
  above: object = {},
): Record<string, unknown> => ({
  event,
  event_ts: 1_700_000_000_000,
  ...above,
  payload: { account_id: ACCOUNT, ...more, object },
});

export const OWN_EVENTS: readonly Record<string, unknown>[] = [
  // 1: the id is text here and a number there.
  about('meeting.ended', { ...meeting, id: '81234567890', end_time: '2026-11-21T10:00:00Z' }),
  about('meeting.created', { ...meeting, id: 81234567890, settings: { use_pmi: false }, occurrences: null }),
  about('webinar.ended', { ...meeting, id: 91234567890, practice_session: true }),
  // 2: no id at all.
  about('meeting.summary_completed', {
    meeting_uuid: 'u',
    meeting_id: 812,
    next_steps: ['Call'],
    summary_details: [],
  }),
  about('meeting.aic_transcript_completed', { meeting_uuid: 'u', meeting_id: 812, file_id: 'f' }),
  about('meeting.ai_companion_started', {
    meeting_uuid: 'u',
    meeting_number: 812,
    ai_companion: { questions: true },
  }),
  // 3: the token stands beside the event.
  about(
    'recording.completed',
    {
      ...meeting,
      id: 812,
      recording_files: [{ id: 'f1', file_size: '1024', download_url: 'https://example.com/f1' }],
    },
    {},
    { download_token: 'secret-of-a-day' },
  ),
  // 4: what was before, in either place.
  about(
    'meeting.updated',
    { id: 812, topic: 'New' },
    { old_object: { id: 812, topic: 'Old' }, time_stamp: 1, operator: 'o' },
  ),
  about(
    'webinar.updated',
    { id: 912, uuid: 'u', old_object: { id: 912 } },
    { scope: 'all', operator_id: 'o' },
  ),
  about('user.updated', { id: 'u1', pmi: 5551234567 }, { old_object: { id: 'u1', pmi: 1 }, time_stamp: 2 }),
  // 5: the occurrences that are meant.
  about(
    'meeting.deleted',
    { ...meeting, id: 812, occurrences: [{ occurrence_id: 1700000000000, start_time: 's' }] },
    { operation: 'single' },
  ),
  // 6: people without an address, with two names for the time.
  about('meeting.participant_joined', {
    ...meeting,
    id: '812',
    participant: { user_id: '16778240', user_name: 'M', id: '', email: '', date_time: 't' },
  }),
  about('webinar.participant_joined', {
    ...meeting,
    id: '912',
    participant: { user_id: 16778240, user_name: 'M', join_time: 't' },
  }),
  about('meeting.participant_left', {
    ...meeting,
    id: '812',
    participant: { user_id: '1', leave_reason: 'left the meeting.<br>' },
  }),
  // 7: an object where others have a list.
  about('recording.registration_created', {
    ...meeting,
    id: 812,
    occurrences: { occurrence_id: '1' },
    registrant: { email: 'a@example.com', custom_questions: [{ title: 'q', value: 'v' }] },
  }),
  about('meeting.registration_created', {
    ...meeting,
    id: 812,
    registrant: { id: 'r', email: 'a@example.com', participant_pin_code: 380303 },
  }),
  // 8: no time of the event beside it; a member with a hyphen.
  {
    event: 'app_deauthorized',
    payload: { account_id: ACCOUNT, user_id: 'u', client_id: 'c', event_ts: '2026-11-21 10:00:00' },
  },
  about('user.presence_status_updated', {
    id: 'u1',
    email: 'a@example.com',
    presence_status: 'Away',
    'date-time': 't',
  }),
  // 9: rooms are events of their own.
  about('meeting.participant_joined_breakout_room', {
    ...meeting,
    id: '812',
    breakout_room_uuid: 'b',
    participant: { user_id: '1', parent_user_id: '2' },
  }),
  about('phone.caller_ended', {
    call_id: 5,
    caller: { phone_number: 1001, extension_number: 1 },
    callee: {},
  }),
  about('phone.sms_received', {
    message_id: 'm',
    sender: { phone_number: '+1' },
    to_members: [{ id: 'u' }],
    message: 'hi',
  }),
  about(
    'team_chat.channel_message_posted',
    { message_id: 'm', channel_id: 'c', message: 'hi', timestamp: 1 },
    { by_external_user: false },
  ),
  about('chat_message.sent', { id: 'm', message: 'hi', timestamp: '1700000000000' }),
];
