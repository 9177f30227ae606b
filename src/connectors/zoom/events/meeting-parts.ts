import { flags, ids, lists, many, maybe, numbers, open, part, texts } from './shape.ts';

/** What meetings and webinars, and the events about them, have in common. */

/** A meeting or webinar. Its id is text here in all events, though it is a number in most (FACTS E, trap 1). */
export const meeting = {
  ...ids('id uuid'),
  ...texts('host_id topic start_time timezone'),
  ...numbers('type duration'),
};

/** Which occurrences of a recurring one are meant (trap 5). */
export const occurrences = {
  occurrences: many({ ...texts('occurrence_id start_time status'), ...numbers('duration') }),
};

const recurrence = {
  ...numbers('type repeat_interval monthly_day monthly_week_day end_times monthly_week'),
  ...texts('weekly_days end_date_time'),
};

const settings = {
  ...flags(
    'host_video participant_video join_before_host mute_upon_entry use_pmi waiting_room enforce_login',
  ),
  ...flags(
    'meeting_authentication watermark practice_session panelists_video allow_host_control_participant_mute_state',
  ),
  ...texts('audio auto_recording alternative_hosts enforce_login_domains'),
  ...texts('authentication_option authentication_name authentication_domains'),
  ...numbers('jbh_time approval_type registration_type'),
  meeting_invitees: many(texts('email')),
};

export const created = {
  ...meeting,
  ...texts('join_url password pmi creation_source'),
  ...occurrences,
  settings: maybe(settings),
  recurrence: maybe(recurrence),
  tracking_fields: many({ ...texts('field value'), ...flags('visible') }),
};

const changed = {
  ...texts('uuid host_id topic start_time timezone join_url password agenda registration_url'),
  ...numbers('type duration'),
  ...occurrences,
  settings: maybe(settings),
  recurrence: maybe(recurrence),
};

/** What has changed; the values from before are in the payload, for webinars sometimes in here (trap 4). */
export const updated = { ...ids('id'), ...changed, old_object: open };

export const before = {
  ...texts('scope'),
  ...numbers('time_stamp'),
  old_object: maybe({ ...texts('id'), ...changed }),
};

/** A person in a meeting. `user_id` is new at each join; `id` and `email` are empty for many (trap 6). */
const person = texts(
  'user_id user_name id participant_uuid participant_user_id email registrant_id customer_key phone_number',
);

const withPerson = <Shape extends Parameters<typeof part>[0]>(shape: Shape) => ({ participant: part(shape) });

export const joined = { ...meeting, ...withPerson({ ...person, ...texts('join_time date_time') }) };
export const left = { ...meeting, ...withPerson({ ...person, ...texts('leave_time leave_reason') }) };
export const moment = { ...meeting, ...withPerson({ ...person, ...texts('date_time') }) };
export const role = { ...meeting, ...withPerson({ ...person, ...texts('date_time old_role new_role') }) };
export const bound = {
  ...meeting,
  ...withPerson({ ...person, ...texts('bind_user_id bind_participant_uuid date_time join_time') }),
};
export const waiting = { ...meeting, ...withPerson(person) };

export const breakout = texts('breakout_room_uuid');
export const parent = texts('parent_user_id');
export const joinedRoom = {
  ...meeting,
  ...breakout,
  ...withPerson({ ...person, ...parent, ...texts('join_time date_time') }),
};
export const leftRoom = {
  ...meeting,
  ...breakout,
  ...withPerson({ ...person, ...parent, ...texts('leave_time leave_reason') }),
};

export const sharing = {
  ...meeting,
  ...breakout,
  ...withPerson({
    ...person,
    ...parent,
    sharing_details: maybe(texts('content link_source file_link date_time source')),
  }),
};

export const feedback = {
  ...ids('id uuid'),
  ...withPerson({
    ...person,
    feedback: maybe({
      ...flags('satisfied'),
      ...texts('comments'),
      feedback_details: many(texts('id name')),
    }),
  }),
};

export const invitation = {
  ...ids('id uuid'),
  ...texts('host_id topic'),
  ...withPerson(texts('participant_user_id email')),
};

export const phoneCallout = {
  ...ids('id uuid'),
  ...texts('host_id'),
  ...withPerson(texts('invitee_name phone_number from_number')),
};

export const roomCallout = {
  ...ids('id uuid'),
  ...texts('host_id message_id inviter_name'),
  ...numbers('reason_type'),
  ...withPerson(texts('call_type device_ip')),
};

const registrant = {
  ...texts('id email first_name last_name status join_url participant_pin_code'),
  ...texts('address city country zip state phone industry org job_title'),
  ...texts('purchasing_time_frame role_in_purchase_process no_of_employees comments'),
  custom_questions: many(texts('title value')),
  tracking_source: maybe(texts('id source_name tracking_url')),
};

export const registration = { ...meeting, ...occurrences, registrant: part(registrant) };

/** As above; Zoom writes one occurrence as an object here (trap 7). */
export const recordingRegistration = { ...meeting, occurrences: open, registrant: part(registrant) };

const conversation = {
  ...texts('date_time message_id'),
  ...texts('sender_session_id sender_name sender_email sender_type sender_context'),
  ...texts('recipient_session_id recipient_name recipient_email recipient_type recipient_context'),
};

const chatFile = {
  ...texts('file_id file_name file_type file_owner_id download_url'),
  ...numbers('file_size'),
};

export const chatMessage = {
  ...ids('id uuid'),
  ...breakout,
  chat_message: part({ ...conversation, ...texts('message_content'), ...lists('file_ids') }),
};

export const chatFileDownloaded = {
  ...ids('id uuid'),
  ...texts('host_account_id'),
  chat_message_file: part(chatFile),
};

/** There is no `id` here (trap 2). */
export const chatFileSent = {
  ...texts('meeting_id meeting_uuid webinar_id webinar_uuid'),
  ...breakout,
  chat_message_file: part({ ...conversation, ...chatFile }),
};

export const alert = { ...meeting, ...texts('join_time'), ...lists('issues') };
