import type { ErrorTable } from '../../core/errors.ts';

const SCOPES_PAGE = 'at marketplace.zoom.us under Manage, your app, Scopes';

/** Zoom's errors and what they ask of a person (Zoom FACTS B and D). The first line that fits decides. */
export const errors: ErrorTable = {
  code: ['code', 'error'],
  message: ['message', 'reason'],
  fields: 'errors',
  requestId: 'x-zm-trackingid',
  inSuccess: true,
  rules: [
    // The token endpoint answers {reason, error}, with 400 or 401 alike.
    {
      code: 'invalid_client',
      kind: 'auth',
      hint: 'Client id or client secret is wrong: compare ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET with the app credentials at marketplace.zoom.us, and see that the app is activated.',
    },
    {
      code: ['invalid_grant', 'invalid_request', 'unsupported_grant_type', '4705', '4706'],
      kind: 'auth',
      hint: 'Zoom issues no token: check ZOOM_ACCOUNT_ID, that the app is of the kind Server-to-Server OAuth, and that it is activated.',
    },
    // A missing scope names itself in brackets; 104 and 4700 are the same thing from other products.
    {
      code: ['4711', '4700', '104'],
      message: /scopes?:?\s*\[([^\]]*)\]/i,
      kind: 'scope',
      hint: `Add the scope $1 ${SCOPES_PAGE}, then run it again: a new token is taken by itself.`,
    },
    { code: ['4711', '4700', '104'], kind: 'scope', hint: `A scope is missing: add it ${SCOPES_PAGE}.` },
    {
      message: /does not contain scopes:?\s*\[([^\]]*)\]/i,
      kind: 'scope',
      hint: `Add the scope $1 ${SCOPES_PAGE}, then run it again: a new token is taken by itself.`,
    },
    // Products with a directory of their own (Phone, archives) say of an account that has not got them that it does not
    // exist: as 2001, or as 124 under 401 or 404, which elsewhere is a bad token.
    {
      code: ['124', '2001'],
      message: /account does not exist/i,
      kind: 'plan',
      hint: 'The account has not got this product of Zoom, such as Zoom Phone or archiving: buy it or leave this out.',
    },
    {
      code: '124',
      message: /current site/i,
      kind: 'plan',
      hint: "The role of the app's owner is limited to other sites of Zoom Phone: widen it under User Management, Roles.",
    },
    {
      code: '124',
      kind: 'auth',
      hint: 'The access token was refused twice: check that the app is still activated and that the clock of this machine is right.',
    },
    {
      code: ['4717', '4738', '4735', '4741'],
      kind: 'auth',
      hint: 'The app was disabled or its access revoked: activate it again at marketplace.zoom.us.',
    },
    // Too much. The daily texts with a name in them block one host, operation or registrant, not the label.
    {
      status: 429,
      message: /daily rate limit (of )?\(/i,
      kind: 'quota',
      retry: 'never',
      hint: 'This one host, operation or registrant is blocked until 00:00 UTC; everything else may go on.',
    },
    {
      status: 429,
      message: /daily/i,
      kind: 'quota',
      retry: 'later',
      hint: 'The daily cap of the whole account is used up, by this or another app. It resets at 00:00 UTC.',
    },
    {
      status: 429,
      kind: 'rate',
      retry: 'later',
      hint: 'Too many calls a second for this account; other apps share the limit.',
    },
    // Code 200 is a licence, the account's plan, or the role of the app's owner.
    {
      code: '200',
      message: /webinar plan/i,
      kind: 'plan',
      hint: 'This host has no webinar licence: assign one in Zoom, or leave the host out.',
    },
    {
      code: ['200', '400'],
      message: /paid|ZMP|business or higher|not available for this account/i,
      kind: 'plan',
      hint: "The account's Zoom plan does not include this: it needs a paid plan.",
    },
    {
      code: '200',
      kind: 'plan',
      hint: "The role of the app's owner lacks the permission: an administrator can grant it in Zoom under User Management, Roles.",
    },
    {
      code: '3161',
      kind: 'plan',
      hint: 'This user may not host meetings: assign a meeting licence, or leave the user out.',
    },
    // The same refusal by the numbers of single products: presence, meeting groups, devices, SIP phones, surveys, Phone.
    {
      code: ['5411', '12703', '30055008', '3306', '6720'],
      kind: 'plan',
      hint: "The role of the app's owner lacks the permission: an administrator can grant it in Zoom under User Management, Roles.",
    },
    {
      status: [400, 403],
      code: '403',
      kind: 'plan',
      hint: "The account has no Zoom Phone licence, or the role of the app's owner lacks Phone System Management.",
    },
    {
      code: '2024',
      message: /\b(TSP|PAC)\b/,
      kind: 'plan',
      hint: '$1 is switched off: Zoom Support or an administrator can switch it on in the account settings.',
    },
    {
      code: '2305',
      message: /trash/i,
      kind: 'not-found',
      hint: 'The summary lies in the trash: recover it in Zoom to read it.',
    },
    {
      code: '2305',
      kind: 'plan',
      hint: 'The account settings keep summaries from apps: see AI Companion there, under sharing and IP addresses.',
    },
    {
      code: '3000',
      message: /(summary|survey) disabled/i,
      kind: 'plan',
      hint: 'The feature is switched off in the Zoom settings of the account or host.',
    },
    {
      code: '4137',
      kind: 'plan',
      hint: 'Zoom has withdrawn IM groups from this account: read groups or contact_groups in their place.',
    },
    { code: '1120', kind: 'not-found', hint: 'The invitation of this user is not accepted yet.' },
    // Code 300 has many meanings.
    {
      message: /next page token/i,
      kind: 'input',
      hint: 'Page tokens live 15 minutes and belong to one query: read the list again from its first page.',
    },
    {
      message: /(not|n't) (have )?registration (as )?required|registration has not been enabled/i,
      kind: 'not-found',
      hint: 'Registration is off for this meeting or webinar: it has no registrants.',
    },
    { code: '4400', kind: 'not-found', hint: 'Polls are switched off in the Zoom settings of this host.' },
    { code: '12702', kind: 'not-found', hint: 'Zoom keeps the people of a meeting for one year only.' },
    {
      code: '3001',
      kind: 'not-found',
      hint: 'No such meeting or webinar: it was deleted, never took place, or a UUID that starts with / or contains // was not encoded twice.',
    },
    { code: '3301', kind: 'not-found', hint: 'There is no cloud recording, or it is still being processed.' },
    { code: '3322', kind: 'not-found', hint: 'The meeting has no transcript, or none yet.' },
    { code: ['1001', '1010'], kind: 'not-found', hint: 'No such user in this account.' },
    { code: '1034', kind: 'not-found', hint: 'No such role: it was deleted.' },
    { code: '4130', kind: 'not-found', hint: 'No such group: it was deleted.' },
    { code: '5010', kind: 'not-found', hint: 'No such billing report.' },
    { code: '6701', kind: 'not-found', hint: 'No such survey: it was deleted.' },
    { code: ['7012', '7013'], kind: 'not-found', hint: 'Zoom Phone has no such conversation of messages.' },
    {
      code: '5301',
      kind: 'not-found',
      hint: 'Zoom knows no presence of this user: it is there once the user has signed in to the client.',
    },
    {
      code: '14102',
      kind: 'remote',
      hint: 'Zoom could not load the data requests: try again later.',
    },
    { code: '14115', kind: 'input', hint: 'Zoom refused a parameter of the list of data requests.' },
    // What asks for a meeting as a webinar or for a webinar as a meeting, and what belongs to somebody else.
    {
      code: ['300', '3000'],
      message: /cannot access (meeting|webinar) info/i,
      kind: 'not-found',
      hint: 'This $1 is of the other kind or of another account, so that there is nothing to see here.',
    },
    {
      code: '300',
      message: /does not exist/i,
      kind: 'not-found',
      hint: 'Zoom does not have what was asked for: it was deleted.',
    },
    { code: '1005', kind: 'input', hint: 'A user with this address exists already.' },
    { code: '2300', kind: 'contract', hint: 'Zoom does not know this address: check the path.' },
    // A firewall in front of Zoom answers HTML for single UUIDs, for ever; trying again would wedge the run.
    {
      status: 403,
      message: /^an HTML page/,
      kind: 'remote',
      retry: 'never',
      hint: 'A firewall in front of Zoom refuses this one address; everything else goes on. Report the tracking id to Zoom.',
    },
    { code: '300', kind: 'input', hint: 'Zoom refused a value: see the fields named in the message.' },
    {
      code: '3000',
      kind: 'input',
      hint: 'Zoom refused the request for this meeting or webinar: see its message.',
    },
  ],
};
