/** Operations of the account, its users and its chat (FACTS G; Users, Accounts, Meetings and Team Chat documents). */
import {
  getAccountSettings,
  getLockSettings,
  listBarriers,
  listDataRequests,
  listManagedDomains,
  listTrackingFields,
  listTrustedDomains,
} from './account-api.ts';
import { listChannels, listMessages, sendMessage } from './chat-api.ts';
import {
  listChannelMembers,
  listPublicChannels,
  listUserChannelMembers,
  listUserSessions,
} from './chat-sessions-api.ts';
import { searchContacts } from './contacts-api.ts';
import { listDeviceGroups, listDevices, listEndPoints, listSipPhones } from './devices-api.ts';
import {
  listContactGroupMembers,
  listContactGroups,
  listGroupAdmins,
  listGroupMembers,
  listGroups,
  listImGroupMembers,
  listImGroups,
} from './groups-api.ts';
import { listDivisionUsers, listDivisions, listRoleMembers, listRoles } from './roles-api.ts';
import { type Route, route } from './route.ts';
import { PHONE_ROUTES } from './routes-phone.ts';
import { REPORT_ROUTES } from './routes-reports.ts';
import { getSurvey, listSurveyAnswers, listSurveyInstances, listSurveys } from './surveys-api.ts';
import {
  getPermissions,
  getPresence,
  getUserSummary,
  listAssistants,
  listCollaborationDevices,
  listPacAccounts,
  listSchedulers,
  listTspAccounts,
} from './user-extras-api.ts';
import { createUser, deleteUser, updateUser } from './user-writes.ts';
import { getUser, getUserSettings, listUsers } from './users-api.ts';

const USER_ROUTES: readonly Route[] = [
  route('GET /users', 'medium', 'user:read:list_users:admin', listUsers),
  route('POST /users', 'light', 'user:write:user:admin', createUser),
  // Before the user of that name.
  route('GET /users/summary', 'medium', 'user:read:summary:admin', getUserSummary),
  route('GET /users/{userId}', 'light', 'user:read:user', getUser),
  route('PATCH /users/{userId}', 'light', 'user:update:user', updateUser),
  route('DELETE /users/{userId}', 'light', 'user:delete:user', deleteUser),
  route('GET /users/{userId}/settings', 'medium', 'user:read:settings', getUserSettings),
  route('GET /users/{userId}/permissions', 'light', 'user:read:list_permissions', getPermissions),
  route('GET /users/{userId}/assistants', 'medium', 'user:read:list_assistants', listAssistants),
  route('GET /users/{userId}/schedulers', 'medium', 'user:read:list_schedulers', listSchedulers),
  route(
    'GET /users/{userId}/collaboration_devices',
    'medium',
    'user:read:list_collaboration_devices',
    listCollaborationDevices,
  ),
  route('GET /users/{userId}/presence_status', 'medium', 'user:read:presence_status', getPresence),
  route('GET /users/{userId}/tsp', 'medium', 'tsp:read:list_tsp_accounts', listTspAccounts),
  route('GET /users/{userId}/pac', 'light', 'pac:read:list_pac_accounts', listPacAccounts),
];

/** Where the document has no granular scope, the classic one stands. */
const PEOPLE_ROUTES: readonly Route[] = [
  route('GET /groups', 'medium', 'group:read:list_groups:admin', listGroups),
  route('GET /groups/{groupId}/members', 'medium', 'group:read:list_members:admin', listGroupMembers),
  route('GET /groups/{groupId}/admins', 'medium', 'group:read:administrator:admin', listGroupAdmins),
  route('GET /roles', 'medium', 'role:read:list_roles', listRoles),
  route('GET /roles/{roleId}/members', 'medium', 'role:read:list_members', listRoleMembers),
  route('GET /divisions', 'light', 'division:read:list_divisions:admin', listDivisions),
  route('GET /divisions/{divisionId}/users', 'light', 'division:read:member:admin', listDivisionUsers),
  route('GET /contacts/groups', 'medium', 'contact_group:read:admin', listContactGroups),
  route(
    'GET /contacts/groups/{groupId}/members',
    'medium',
    'contact_group:read:admin',
    listContactGroupMembers,
  ),
  route('GET /im/groups', 'medium', 'contact_group:read:list_groups:admin', listImGroups),
  route(
    'GET /im/groups/{groupId}/members',
    'medium',
    'contact_group:read:list_members:admin',
    listImGroupMembers,
  ),
  route('GET /contacts', 'medium', 'contact:read:list_contacts', searchContacts),
];

const OFFICE_ROUTES: readonly Route[] = [
  {
    operation: 'GET /accounts/{accountId}/settings',
    label: 'medium',
    scopes: ['account:read:settings:master', 'account:read:settings:admin'],
    handler: getAccountSettings,
  },
  route(
    'GET /accounts/{accountId}/lock_settings',
    'medium',
    'account:read:lock_settings:master',
    getLockSettings,
  ),
  route(
    'GET /accounts/{accountId}/managed_domains',
    'light',
    'account:read:managed_domains:master',
    listManagedDomains,
  ),
  route(
    'GET /accounts/{accountId}/trusted_domains',
    'light',
    'account:read:trusted_domains:master',
    listTrustedDomains,
  ),
  route(
    'GET /tracking_fields',
    'medium',
    'tracking_field:read:list_tracking_fields:admin',
    listTrackingFields,
  ),
  route('GET /data_requests/requests', 'medium', 'data_request:read:history:admin', listDataRequests),
  route(
    'GET /information_barriers/policies',
    'medium',
    'information_barrier:read:list_policies:admin',
    listBarriers,
  ),
  {
    operation: 'GET /devices',
    label: 'heavy',
    scopes: ['device:write:admin', 'device:read:admin'],
    handler: listDevices,
  },
  {
    operation: 'GET /devices/groups',
    label: 'medium',
    scopes: ['device:read:list_groups:master', 'device:read:list_groups:admin'],
    handler: listDeviceGroups,
  },
  route('GET /h323/devices', 'medium', 'h323_device:read:list_devices:admin', listEndPoints),
  route('GET /sip_phones/phones', 'medium', 'sip_phone:read:list_sip_phones:admin', listSipPhones),
  route('GET /surveys', 'medium', 'survey_management:read:list_surveys:admin', listSurveys),
  route('GET /surveys/{surveyId}', 'light', 'survey_management:read:survey:admin', getSurvey),
  route(
    'GET /surveys/{surveyId}/instances',
    'medium',
    'survey_management:read:list_survey_instances:admin',
    listSurveyInstances,
  ),
  route(
    'GET /surveys/{surveyId}/answers',
    'medium',
    'survey_management:read:list_survey_answers:admin',
    listSurveyAnswers,
  ),
];

const CHAT_ROUTES: readonly Route[] = [
  route('GET /chat/channels', 'medium', 'team_chat:read:list_channels:admin', listPublicChannels),
  route(
    'GET /chat/channels/{channelId}/members',
    'medium',
    'team_chat:read:list_members',
    listChannelMembers,
  ),
  route('GET /chat/users/{userId}/channels', 'medium', 'team_chat:read:list_user_channels', listChannels),
  route(
    'GET /chat/users/{userId}/channels/{channelId}/members',
    'medium',
    'team_chat:read:list_members',
    listUserChannelMembers,
  ),
  route('GET /chat/users/{userId}/messages', 'medium', 'team_chat:read:list_user_messages', listMessages),
  route('POST /chat/users/{userId}/messages', 'medium', 'team_chat:write:user_message', sendMessage),
  route('GET /chat/users/{userId}/sessions', 'medium', 'team_chat:read:list_user_sessions', listUserSessions),
];

/** A new operation is a new line in one of the tables and its handler. */
export const ACCOUNT_ROUTES: readonly Route[] = [
  ...USER_ROUTES,
  ...PEOPLE_ROUTES,
  ...OFFICE_ROUTES,
  ...CHAT_ROUTES,
  ...REPORT_ROUTES,
  ...PHONE_ROUTES,
];
