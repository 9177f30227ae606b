import type { Check } from './finding.ts';

/** A difference that is the document's own fault, or that a fact of FACTS.md decides against the document. */
export interface KnownDeviation {
  check: Check;
  /** As the finding has it; `*` stands for any text. */
  operation: string;
  member: string;
  expected?: string;
  /** Why it stays, with the fact that says so. */
  reason: string;
}

/** Whoever takes the cause away takes the line away too: a line that nothing meets fails the run. */
export const KNOWN: readonly KnownDeviation[] = [
  {
    check: 'request',
    operation: 'zoom GET /past_meetings/{meetingId}/participants',
    member: 'query include_fields',
    reason:
      'Zoom FACTS G 16: the description of registrant_id asks for include_fields=registrant_id, and the list of parameters forgets it.',
  },
  {
    check: 'request',
    operation: 'zoom GET /past_webinars/{webinarId}/participants',
    member: 'query include_fields',
    reason:
      'Zoom FACTS G 16: as for past meetings; here too the description of registrant_id asks for the parameter.',
  },
  {
    check: 'answer',
    operation: 'zoom GET /past_webinars/{webinarId}/participants',
    member: '200 participants[].user_email',
    expected: 'match format "email"',
    reason:
      'Zoom FACTS F, gotcha 9: guests have an empty address; only this schema calls the field an e-mail address.',
  },
  {
    check: 'request',
    operation: 'zoom GET /phone/call_queues/{callQueueId}/members',
    member: 'query next_page_token',
    reason: 'The answer has a page token and a page size; the list of parameters forgets them both.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users',
    member: 'page size',
    reason: 'Zoom FACTS A: the document says 2000 and the paging guide 300; nobody saw what happens above.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /groups/{groupId}/members',
    member: 'page size',
    reason: 'Zoom FACTS A: as for users, by the paging guide 300.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /data_requests/requests',
    member: 'page size',
    reason: 'The schema of the parameter allows 30 and its description 10: both allow 10.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users/{userId}/meetings',
    member: 'window from',
    reason: 'Zoom FACTS G 6: both ends are for previous meetings; what is scheduled is listed whole.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users',
    member: 'row *',
    expected: 'a member of the answer',
    reason: 'Zoom FACTS G 1: language, phone_number, pic_url and login_types were seen on the wire.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users/{userId}/meetings',
    member: 'omit *',
    reason: 'Zoom FACTS F 28: the details have these secrets; a list that had them too must not leak them.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users/{userId}/webinars',
    member: 'omit *',
    reason: 'Zoom FACTS F 28: as for meetings.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users/{userId}/recordings',
    member: 'omit *',
    reason:
      'Zoom FACTS F 28: a single recording has these secrets; a list that had them too must not leak them.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users/{userId}',
    member: 'omit host_key',
    reason:
      'Zoom FACTS G 1: the list of users can be asked for it; details that had it too must not leak it.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users/{userId}/recordings',
    member: 'row file_name',
    reason:
      "Zoom FACTS G 14: of a participant's own audio, which the document has at a single recording only.",
  },
  {
    check: 'declaration',
    operation: 'zoom GET /users/{userId}/recordings',
    member: 'row file_size',
    reason: 'In bytes, so that it is a whole number; a column becomes wider by itself if it is not.',
  },
  {
    check: 'answer',
    operation: 'zoom GET /metrics/*/participants',
    member: '200 participants[].leave_reason',
    reason: 'The enum of the document has $name where the name of the person stands.',
  },
  {
    check: 'declaration',
    operation: 'zoom GET /*settings',
    member: 'column *',
    reason:
      'Members that are answered to those who ask for one option only; the streams ask for all settings.',
  },
  {
    check: 'answer',
    operation: 'zoom GET /metrics/*',
    member: '200 participants[].email',
    expected: 'match format "email"',
    reason:
      'Zoom FACTS F, gotcha 9: people from outside the account have an empty address, in dashboards too.',
  },
  {
    check: 'answer',
    operation: 'zoom GET /report/*',
    member: '200 *[].email',
    expected: 'match format "email"',
    reason: 'Zoom FACTS F, gotcha 9: as in dashboards, of those who answered polls and surveys.',
  },
  {
    check: 'answer',
    operation: 'zoom GET /archive_files',
    member: '200 meetings[].complete_time',
    reason: 'The schema wants a text that is an object with the format of a moment: nothing is both.',
  },
  {
    check: 'answer',
    operation: 'zoom GET /meetings/{meetingId}/recordings/settings',
    member: '200 password',
    reason: 'The shortest passcode has eight characters; a recording without one has an empty text.',
  },
  {
    check: 'coverage',
    operation: 'zoom streams.report_inactive_users',
    member: 'rows',
    reason: 'In the simulated account everybody who may host has hosted within the last 28 days.',
  },
  {
    check: 'error',
    operation: 'zoom *',
    member: '400 300 Validation Failed',
    reason: 'Zoom FACTS D: the answer to a value that does not pass; most operations do not repeat it.',
  },
  {
    check: 'error',
    operation: 'zoom GET /phone/*',
    member: '400 400 The next page token is invalid or expired',
    reason:
      'Zoom FACTS A, pagination: lists of Zoom Phone answer a dead page token with 400; not every one repeats it.',
  },
  {
    check: 'error',
    operation: 'zoom *',
    member: '401 124 Invalid access token',
    reason:
      'Zoom FACTS D: 401 with code 124 is what Zoom answers everywhere; most operations do not document a bad token, or put it under 400.',
  },
  {
    check: 'error',
    operation: 'zoom *',
    member: '400 4711 Invalid access token, does not contain scopes',
    reason: 'Zoom FACTS D: the answer to a missing granular scope was seen, and no operation documents it.',
  },
  {
    check: 'error',
    operation: 'zoom *',
    member: '400 300 The next page token is invalid or expired',
    reason:
      'Zoom FACTS A, pagination: a dead page token is 400 with code 300 by the paging guide; not every list repeats it.',
  },
  {
    check: 'request',
    operation: 'brevo POST /events/batch',
    member: 'path',
    reason: 'Brevo FACTS 8: exists since March 2026; the document is of February 2026.',
  },
  {
    check: 'request',
    operation: 'brevo GET /events',
    member: 'path',
    reason: 'Brevo FACTS 8 and README: in later editions of the document, not in that of February 2026.',
  },
  {
    check: 'error',
    operation: 'brevo *',
    member: '401 unauthorized *',
    reason: 'Brevo FACTS 1 and 2: a wrong key is 401 unauthorized everywhere; most operations leave it out.',
  },
];
