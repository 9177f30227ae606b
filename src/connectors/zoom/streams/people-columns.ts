/** Members that rows of people share, whichever list they come from. */
import { flag, id, integer, json, moment, text } from './columns.ts';

/** A person who registered; absentees have them too. */
export const registrantColumns = {
  id: text,
  email: text,
  first_name: text,
  last_name: text,
  status: text,
  address: text,
  city: text,
  state: text,
  zip: text,
  country: text,
  phone: text,
  org: text,
  job_title: text,
  industry: text,
  no_of_employees: text,
  purchasing_time_frame: text,
  role_in_purchase_process: text,
  comments: text,
  custom_questions: json,
};

/** One stay of one person, as the list of past participants has it. */
export const stayColumns = {
  user_id: text,
  // Both are empty for people from outside the account (Zoom FACTS F): the registration tells who they are.
  id: text,
  user_email: text,
  name: text,
  registrant_id: text,
  internal_user: flag,
  join_time: moment,
  leave_time: moment,
  /** In seconds. */
  duration: integer,
  status: text,
  failover: flag,
};

/** The same with what only the report has; its rows may come from either endpoint. */
export const participantColumns = {
  ...stayColumns,
  participant_user_id: text,
  customer_key: text,
  bo_mtg_id: text,
};

/** Where a participant's row belongs; taken from the instance. */
export const ofMeeting = { meeting_uuid: text, meeting_id: id };
export const ofWebinar = { webinar_uuid: text, webinar_id: id };

/** One status a call, and `approved` when none is given (Zoom FACTS F 10); the row itself may leave it out. */
export const registrationPasses = {
  param: 'status',
  values: ['approved', 'pending', 'denied'],
  carry: 'status',
};

/** Without it Zoom leaves out whose registration a stay belongs to (Zoom FACTS G 16). */
export const withRegistrant = { include_fields: 'registrant_id' };
