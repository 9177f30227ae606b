import * as of from './meeting-parts.ts';
import { about, flags, operator, texts } from './shape.ts';

const done = { ...operator, ...texts('operation') };

/** Events of webinars. */
export const webinars = {
  'webinar.created': () => about(of.created, done),
  'webinar.updated': () => about(of.updated, { ...operator, ...of.before }),
  'webinar.deleted': () => about({ ...of.meeting, ...of.occurrences }, done),
  'webinar.permanently_deleted': () => about({ ...of.meeting, ...of.occurrences }, done),
  'webinar.recovered': () => about({ ...of.meeting, ...of.occurrences }, done),
  'webinar.converted_to_meeting': () => about(of.meeting, operator),
  'webinar.started': () => about(of.meeting),
  'webinar.ended': () => about({ ...of.meeting, ...texts('end_time'), ...flags('practice_session') }),
  'webinar.alert': () => about(of.alert),

  'webinar.registration_created': () => about(of.registration),
  'webinar.registration_approved': () => about(of.registration, operator),
  'webinar.registration_cancelled': () => about(of.registration, operator),
  'webinar.registration_denied': () => about(of.registration, operator),

  'webinar.participant_joined': () => about(of.joined),
  'webinar.participant_left': () => about(of.left),
  'webinar.participant_bind': () => about(of.bound),
  'webinar.participant_feedback': () => about(of.feedback),
  'webinar.participant_role_changed': () => about(of.role),

  'webinar.sharing_started': () => about(of.sharing),
  'webinar.sharing_ended': () => about(of.sharing),
  'webinar.chat_message_sent': () => about(of.chatMessage),
  'webinar.chat_message_file_sent': () => about(of.chatFileSent),
  'webinar.chat_message_file_downloaded': () => about(of.chatFileDownloaded, operator),
};
