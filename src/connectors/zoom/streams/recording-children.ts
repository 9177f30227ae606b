/** Who may see recordings and who did, and transcripts. */
import { defineStream, type StreamParent } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { viewing } from './answers.ts';
import { day, dayWindow, flag, id, integer, LONGEST, moment, row, text } from './columns.ts';
import { mayHaveUsed } from './held.ts';
import { registrantColumns, registrationPasses } from './people-columns.ts';

const PLAN = 'Pro or higher with cloud recording';
const DOCS = 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET';

/** Of one instance, meeting or webinar: by a number Zoom answers for the latest one only. */
const ofRecording: StreamParent = {
  stream: 'recordings',
  params: { meetingId: 'uuid' },
  carry: { meeting_uuid: 'uuid', meeting_id: 'id' },
};

export const recordingSettings = defineStream({
  name: 'recording_settings',
  title: 'Who may see a recording',
  docs: `${DOCS}/meetings/{meetingId}/recordings/settings`,
  path: '/meetings/{meetingId}/recordings/settings',
  budget: 'light',
  scopes: [
    'cloud_recording:read:recording_settings:admin',
    'cloud_recording:read:recording_settings',
    'cloud_recording:read:recording_settings:master',
  ],
  plan: PLAN,
  kind: 'state',
  row: row({
    meeting_uuid: text,
    meeting_id: id,
    topic: text,
    share_recording: text,
    on_demand: flag,
    approval_type: integer,
    recording_authentication: flag,
    authentication_option: text,
    authentication_name: text,
    authentication_domains: text,
    viewer_download: flag,
    send_email_to_host: flag,
    show_social_share_buttons: flag,
    auto_delete: flag,
    auto_delete_date: day,
  }),
  omit: ['password'],
  primaryKey: ['meeting_uuid'],
  pages: { kind: 'none', items: '' },
  parents: [ofRecording],
});

/** Zoom takes the number here, and no UUID. People register for recordings on demand only, which the settings tell. */
export const recordingRegistrants = defineStream({
  name: 'recording_registrants',
  title: 'People who registered to see a recording',
  docs: `${DOCS}/meetings/{meetingId}/recordings/registrants`,
  path: '/meetings/{meetingId}/recordings/registrants',
  budget: 'medium',
  scopes: [
    'cloud_recording:read:list_recording_registrants:admin',
    'cloud_recording:read:list_recording_registrants',
    'cloud_recording:read:list_recording_registrants:master',
  ],
  plan: PLAN,
  kind: 'state',
  row: row({ meeting_id: id, ...registrantColumns }),
  primaryKey: ['meeting_id', 'id'],
  pages: tokenPages('registrants', 300),
  passes: registrationPasses,
  parents: [
    {
      stream: 'recording_settings',
      params: { meetingId: 'meeting_id' },
      carry: { meeting_id: 'meeting_id' },
      when: ({ on_demand }) => on_demand !== false,
    },
    { stream: 'recordings', params: { meetingId: 'id' }, carry: { meeting_id: 'id' } },
  ],
});

export const recordingAnalytics = defineStream({
  name: 'recording_analytics',
  title: 'Who saw or downloaded a recording, and when',
  docs: `${DOCS}/meetings/{meetingId}/recordings/analytics_details`,
  path: '/meetings/{meetingId}/recordings/analytics_details',
  // Zoom's document gives no label; those without one are light.
  budget: 'light',
  scopes: [
    'cloud_recording:read:recording_analytics_details:admin',
    'cloud_recording:read:recording_analytics_details',
    'cloud_recording:read:recording_analytics_details:master',
  ],
  plan: PLAN,
  kind: 'history',
  row: row({
    meeting_uuid: text,
    meeting_id: id,
    type: text,
    row_key: text,
    date_time: moment,
    name: text,
    email: text,
    /** Of a viewing, in seconds. */
    duration: integer,
  }),
  primaryKey: ['meeting_uuid', 'type', 'row_key'],
  cursor: 'date_time',
  pages: tokenPages('analytics_details', 300),
  rows: viewing,
  passes: { param: 'type', values: ['by_view', 'by_download'], carry: 'type' },
  window: dayWindow(undefined),
  parents: [ofRecording],
});

/** They come from a cloud recording or from AI Companion; where neither was used, there is none. */
const TRANSCRIBING = [
  'record_to_cloud',
  'smart_recording',
  'meeting_summary',
  'meeting_questions',
  'live_transcription',
];

/** Made like recordings, for hours or days after the meeting. Where a transcript is and whether it may be had; the text itself is at `download_url`. */
export const meetingTranscripts = defineStream({
  name: 'meeting_transcripts',
  title: 'Transcripts of meetings and webinars',
  docs: `${DOCS}/meetings/{meetingId}/transcript`,
  path: '/meetings/{meetingId}/transcript',
  budget: 'medium',
  scopes: ['cloud_recording:read:meeting_transcript:admin', 'cloud_recording:read:meeting_transcript'],
  kind: 'history',
  row: row({
    meeting_uuid: text,
    meeting_id: id,
    account_id: text,
    host_id: text,
    meeting_topic: text,
    transcript_created_time: moment,
    can_download: flag,
    download_url: text,
    download_restriction_reason: text,
    auto_delete: flag,
    auto_delete_date: day,
  }),
  primaryKey: ['meeting_uuid'],
  cursor: 'transcript_created_time',
  pages: { kind: 'none', items: '' },
  // What it calls `meeting_id` is the UUID; the number comes from the parent.
  rows: (transcript, { meeting_id }) => [{ ...transcript, meeting_id }],
  parents: [
    {
      stream: 'history_meetings',
      params: { meetingId: 'meeting_uuid' },
      carry: { meeting_uuid: 'meeting_uuid', meeting_id: 'meeting_id' },
      when: (held) => TRANSCRIBING.some((feature) => mayHaveUsed(held, feature)),
      endedAt: 'end_time',
      settles: 3,
    },
    { ...ofRecording, endedAt: 'start_time', longest: LONGEST, settles: 3 },
  ],
});
