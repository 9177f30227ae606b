/** Operations of Zoom Phone (Phone document). Their labels are Phone's own: FACTS D has a second table for them. */
import type { Handler } from './call.ts';
import {
  listAccountRecordings,
  listPhoneRecordings,
  listUserVoicemails,
  listVoicemails,
} from './phone-api.ts';
import {
  listAutoReceptionists,
  listCallQueues,
  listCommonAreas,
  listPhoneRooms,
  listPhoneUsers,
  listQueueMembers,
  listSharedLineGroups,
  listSites,
} from './phone-directory-api.ts';
import { getCallElement, getCallHistory, listCallHistory } from './phone-history-api.ts';
import { listBlocks, listDeskPhones, listPhoneNumbers } from './phone-inventory-api.ts';
import { licensed } from './phone-list.ts';
import { reportCallCharges, reportPhoneOperations } from './phone-reports-api.ts';
import { type Route, route } from './route.ts';
import { listSms, listSmsSessions } from './sms-api.ts';

/** The weight is that of the document; all scopes begin with `phone:read:`. */
function phone(path: string, weight: 'light' | 'medium' | 'heavy', scope: string, handler: Handler): Route {
  return route(`GET /phone/${path}`, `phone-${weight}`, `phone:read:${scope}`, licensed(handler));
}

/** A new operation is a new line here and its handler. */
export const PHONE_ROUTES: readonly Route[] = [
  phone('users', 'medium', 'list_users:admin', listPhoneUsers),
  phone('users/{userId}/recordings', 'medium', 'list_recordings', listPhoneRecordings),
  phone('users/{userId}/voice_mails', 'medium', 'list_voicemails', listUserVoicemails),
  phone('numbers', 'medium', 'list_numbers:admin', listPhoneNumbers),
  phone('sites', 'medium', 'list_sites:admin', listSites),
  phone('devices', 'medium', 'list_devices:admin', listDeskPhones),
  phone('call_history', 'heavy', 'list_call_logs:admin', listCallHistory),
  phone('call_history/{callHistoryUuid}', 'light', 'call_log:admin', getCallHistory),
  phone('call_element/{callElementId}', 'light', 'call_log:admin', getCallElement),
  phone('recordings', 'medium', 'list_call_recordings:admin', listAccountRecordings),
  phone('voice_mails', 'heavy', 'list_voicemails:admin', listVoicemails),
  phone('call_queues', 'medium', 'list_call_queues:admin', listCallQueues),
  phone('call_queues/{callQueueId}/members', 'medium', 'list_call_queue_members:admin', listQueueMembers),
  phone('auto_receptionists', 'medium', 'list_auto_receptionists:admin', listAutoReceptionists),
  phone('common_areas', 'medium', 'common_area:admin', listCommonAreas),
  phone('shared_line_groups', 'medium', 'list_shared_line_groups:admin', listSharedLineGroups),
  phone('sms/sessions', 'medium', 'list_sms_sessions', listSmsSessions),
  phone('sms/sessions/{sessionId}', 'medium', 'sms_session', listSms),
  phone('reports/call_charges', 'heavy', 'call_charges:admin', reportCallCharges),
  phone('reports/operationlogs', 'heavy', 'operation_logs:admin', reportPhoneOperations),
  phone('rooms', 'medium', 'list_rooms:admin', listPhoneRooms),
  phone('blocked_list', 'medium', 'list_blocked_lists:admin', listBlocks),
];
