import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '../../../src/connectors/zoom/errors.ts';
import { classify, ConnectorError } from '../../../src/core/errors.ts';
import { outcomeOf } from '../../../src/extract/outcome.ts';

type Refusal = [status: number, code: string | undefined, message: string, hint?: RegExp];

function outcome([status, code, message]: Refusal) {
  const details = classify(errors, { status, code, message });
  const error = new ConnectorError(message, { ...details, status, ...(code === undefined ? {} : { code }) });
  return { ...details, what: outcomeOf(error, false).what };
}

/** Every documented refusal of the operations that streams read, by what a run makes of it. */
const PLAN: Refusal[] = [
  [200, '200', 'No permission.', /role/],
  [200, '200', 'Only available for paid account.', /paid plan/],
  [200, '200', 'Webinar plan subscription is missing.', /webinar licence/],
  [400, '200', 'Not available for this account, x', /paid plan/],
  [400, '200', 'No permission to access the channel members.', /role/],
  [400, '400', 'This API is only available for ZMP and Business or higher accounts.', /paid plan/],
  [401, '200', 'No permission to request data.', /role/],
  [200, '2001', 'Account does not exist: x', /has not got this product/],
  [400, '2001', 'Account does not exist: x', /has not got this product/],
  [404, '2001', 'Account does not exist.', /Zoom Phone/],
  [401, '124', 'Account does not exist: x.', /Zoom Phone/],
  [404, '124', 'Account does not exist: x.', /Zoom Phone/],
  [
    400,
    '124',
    'You do not have permission, because the current site `x` does not belong to the target sites.',
    /sites/,
  ],
  [400, '403', 'You do not have permission.', /Zoom Phone licence/],
  [403, '403', 'No privilege.', /Phone System Management/],
  [400, '2024', 'Account has not enabled TSP.', /^TSP is switched off/],
  [400, '2024', 'User does not have PAC enabled.', /^PAC is switched off/],
  [400, '3161', 'Your user account is not allowed meeting hosting capabilities.', /meeting licence/],
  [400, '5411', 'You do not have permission to get the presence status of this user.', /role/],
  [400, '30055008', 'no permission.', /role/],
  [403, '30055008', 'No permission.', /role/],
  [403, '3306', 'No permission.', /role/],
  [403, '6720', "You don't have the permissions to access survey.", /role/],
  [403, '12703', 'No permission for the group: x.', /role/],
  [403, '2305', 'Access to meeting summaries is restricted by account settings.', /AI Companion/],
  [400, '3000', 'Meeting summary disabled. To enable this feature, …', /switched off/],
  [400, '3000', 'Webinar survey disabled. To enable this feature, …', /switched off/],
  [410, '4137', 'The IM Group APIs are no longer available.', /withdrawn/],
];

const GONE: Refusal[] = [
  [400, '1010', 'User does not belong to this account: x.', /user/],
  [404, '1001', 'User does not exist: x.', /user/],
  [400, '1034', 'Provided `role_id` does not exist.', /role/],
  [404, '4130', 'A group with this x does not exist.', /group/],
  [400, '300', 'A group with this groupId: x does not exist.', /deleted/],
  [404, '300', 'Meeting ID does not exist.', /deleted/],
  [400, '1120', 'A valid invitation to join the Zoom account was not found for this user.', /invitation/],
  [404, '1120', 'No valid invitation to join the Zoom account was found for this user.', /invitation/],
  [404, '3001', 'Meeting does not exist: 1.', /deleted/],
  [404, '3001', 'Meeting ID is invalid or has not ended.', /never took place/],
  [404, '3301', 'There is no recording for this session.', /recording/],
  [404, '3322', 'This meeting transcript does not exist.', /transcript/],
  [404, '404', 'Meeting Poll not found'],
  [404, '5010', 'Report does not exist.', /billing/],
  [404, '6701', 'Invalid parameter survey id.', /survey/],
  [404, '7012', 'Error retrieving SMS.', /Phone/],
  [404, '7013', 'Error retrieving SMS history.', /Phone/],
  [400, '5301', 'Request to read the presence status of this user failed.', /presence/],
  [403, '2305', 'The meeting summary has been moved to Trash and cannot be accessed.', /trash/],
  [400, '4400', 'Webinar polls disabled. To enable this feature, …', /switched off/],
  [400, '12702', 'Can not access a webinar a year ago.', /one year/],
  [400, '300', 'Cannot access meeting information.', /meeting/],
  [400, '3000', 'Cannot access webinar info.', /webinar/],
  [400, '3000', 'Registration has not been enabled for this webinar: 1.', /Registration is off/],
  [404, undefined, 'Not found'],
];

const WRONG: Refusal[] = [
  [400, '300', 'Validation Failed.', /fields/],
  [400, '300', 'Invalid webinar ID.'],
  [400, '300', 'Invalid parameter "billing_id"'],
  [400, '300', 'Daily report can only be provided for a month that falls within the recent 6 months.'],
  [400, '400', 'Invalid start date. Report is provided only for recent 13 months.'],
  [400, '400', 'The next page token is invalid or expired.', /first page/],
  [400, '6703', 'Invalid parameter survey instance id.'],
  [400, '12700', 'This account cannot query meetings by `end_time`.'],
  [400, '14115', 'Invalid parameters', /data requests/],
  [400, '30051037', 'Invalid parameters.'],
  [400, '2300', 'This API endpoint is not recognized.', /path/],
  [500, '14102', 'Data unable to load. Please try again later.', /later/],
];

const SCOPE: Refusal[] = [
  [400, '4711', 'Invalid access token, does not contain scopes:[user:read:list_users:admin].', /list_users/],
  [400, '4700', 'Invalid access token, does not contain role:read:admin scope.', /scope/],
  [403, undefined, 'Forbidden', /scopes and role/],
];

const TOKEN: Refusal[] = [
  [401, '124', 'Invalid access token.', /clock/],
  [401, '30031002', 'Missing token.'],
  [401, '30031004', 'Invalid or expired token.'],
];

for (const [name, refusals, kinds, what] of [
  ['what the plan or the role does not include is skipped and written down', PLAN, ['plan'], 'skip'],
  ['what is gone or was never used is skipped and written down', GONE, ['not-found'], 'skip'],
  ['a wrong parameter is a failure', WRONG, ['input', 'contract', 'remote'], 'fail'],
  ['a missing scope fails the stream', SCOPE, ['scope'], 'stream'],
  ['a token that is refused ends the run', TOKEN, ['auth'], 'run'],
] as const) {
  test(`${name}, for each of ${refusals.length} documented refusals`, () => {
    for (const refusal of refusals) {
      const [status, code, message, hint = /./] = refusal;
      const about = `${status} ${code} ${message}`;
      const found = outcome(refusal);
      assert.equal(found.what, what, about);
      assert.ok((kinds as readonly string[]).includes(found.kind), `${about}: ${found.kind}`);
      assert.match(found.hint, hint, about);
    }
  });
}
