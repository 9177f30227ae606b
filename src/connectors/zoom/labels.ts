import { routeLabels } from '../../core/route.ts';
import { medium } from './labels-medium.ts';

/**
 * Labels as Zoom's documents of meetings, users, accounts, phone, team chat, chatbot and marketplace give them. Every
 * other route is light: so are those that they do not label.
 */
const heavy = `
PUT /accounts/{accountId}/owner
POST /contacts/groups
PATCH,DELETE /contacts/groups/{groupId}
POST,DELETE /contacts/groups/{groupId}/members
GET /devices
POST /devices/zpa/upgrade
GET,DELETE /devices/{deviceId}
GET /marketplace/app/custom_fields
POST /marketplace/app/event_subscription
POST /marketplace/apps
DELETE /marketplace/apps/{appId}
PUT /marketplace/apps/{appId}/manifest
GET /marketplace/monetization/entitlements
POST /meetings/{meetingId}/batch_registrants
GET /metrics/client/feedback
GET /metrics/client/feedback/{feedbackId}
GET /metrics/client/satisfaction
GET /metrics/client_versions
GET /metrics/crc
GET /metrics/issues/zoomrooms
GET /metrics/issues/zoomrooms/{zoomroomId}
GET /metrics/meetings/{meetingId}
GET /metrics/meetings/{meetingId}/participants
GET /metrics/meetings/{meetingId}/participants/qos
GET /metrics/meetings/{meetingId}/participants/satisfaction
GET /metrics/meetings/{meetingId}/participants/sharing
GET /metrics/meetings/{meetingId}/participants/{participantId}/qos
GET /metrics/quality
GET /metrics/webinars/{webinarId}
GET /metrics/webinars/{webinarId}/participants
GET /metrics/webinars/{webinarId}/participants/qos
GET /metrics/webinars/{webinarId}/participants/satisfaction
GET /metrics/webinars/{webinarId}/participants/sharing
GET /metrics/webinars/{webinarId}/participants/{participantId}/qos
GET /metrics/zoomrooms/issues
GET /metrics/zoomrooms/{zoomroomId}
GET /past_webinars/{webinarId}/absentees
GET /phone/call_history
GET /phone/call_logs
POST /phone/devices/sync
GET,PATCH /phone/devices/{deviceId}/line_keys
POST /phone/devices/{deviceId}/reboot
DELETE /phone/emergency_addresses/{emergencyAddressId}
GET /phone/fax/logs
PATCH /phone/groups/{groupId}/policies/{policyType}
GET /phone/metrics/call_logs
GET /phone/metrics/past_calls
GET /phone/reports/call_charges
GET /phone/reports/fax_charges
GET /phone/reports/operationlogs
GET /phone/reports/sms_charges
POST /phone/users/{userId}/audios/batch
GET /phone/voice_mails
GET /report/activities
GET /report/billing
GET /report/billing/invoices
GET /report/cloud_recording
GET /report/daily
GET /report/history_meetings
GET /report/meeting_activities
GET /report/meetings/{meetingId}
GET /report/meetings/{meetingId}/participants
GET /report/meetings/{meetingId}/polls
GET /report/meetings/{meetingId}/qa
GET /report/meetings/{meetingId}/survey
GET /report/operationlogs
GET /report/remote_support
GET /report/telephone
GET /report/upcoming_events
GET /report/users
GET /report/users/{userId}/meetings
GET /report/webinars/{webinarId}
GET /report/webinars/{webinarId}/participants
GET /report/webinars/{webinarId}/polls
GET /report/webinars/{webinarId}/qa
GET /report/webinars/{webinarId}/survey
POST /webinars/{webinarId}/batch_registrants
`;

const resource = `
POST /chat/channels/search
GET,POST /chat/legalhold/matters
POST /chat/spaces
DELETE /chat/spaces/{spaceId}
POST /fax/files
GET /metrics/chat
GET /metrics/meetings
GET /metrics/webinars
GET /metrics/zoomrooms
GET /phone/fax/logs/{faxLogId}/file/{fileId}
PATCH /phone/policies/{policyType}
`;

// Light ones that a template of another label would take for its own.
const light = `
PATCH /chat/channels/events
`;

const find = routeLabels({ light, medium, heavy, resource });

/**
 * The label of the budget that a call is charged to, by method and path. Zoom Phone and its fax have the same labels with
 * limits of their own (Zoom FACTS D): `phone-medium` beside `medium`.
 */
export function labelOf(method: string, path: string): string {
  // What is asked without a body costs as much as what is asked with one.
  const label = find(method === 'HEAD' ? 'GET' : method, path) ?? 'light';
  return /^\/(?:phone|fax)(?:[/?]|$)/.test(path) ? `phone-${label}` : label;
}
