import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors as brevo } from '../../src/connectors/brevo/errors.ts';
import { errors as zoom } from '../../src/connectors/zoom/errors.ts';
import { classify, type ErrorKind, type FailedAnswer } from '../../src/core/errors.ts';

const zoomCases: [FailedAnswer, ErrorKind, RegExp][] = [
  [{ status: 401, code: '124', message: 'Access token is expired.' }, 'auth', /clock/],
  [
    {
      status: 400,
      code: '4711',
      message: 'Invalid access token, does not contain scopes:[user:read:list_users:admin].',
    },
    'scope',
    /user:read:list_users:admin at marketplace/,
  ],
  [
    { status: 400, code: undefined, message: 'Invalid access token, does not contain scopes: [a, b].' },
    'scope',
    /a, b/,
  ],
  [
    { status: 400, code: 'invalid_client', message: 'Invalid client_id or client_secret' },
    'auth',
    /ZOOM_CLIENT_ID/,
  ],
  [{ status: 400, code: 'invalid_grant', message: 'Invalid Token!' }, 'auth', /ZOOM_ACCOUNT_ID/],
  [
    { status: 400, code: '200', message: 'Webinar plan is missing. You must subscribe to the webinar plan.' },
    'plan',
    /webinar licence/,
  ],
  [{ status: 400, code: '200', message: 'Only available for Paid account.' }, 'plan', /paid plan/],
  [{ status: 400, code: '200', message: 'No permission.' }, 'plan', /role/],
  [{ status: 200, code: '200', message: 'You do not have the right permissions.' }, 'plan', /role/],
  [
    { status: 400, code: '300', message: 'The next page token is invalid or expired.' },
    'input',
    /first page/,
  ],
  [
    { status: 400, code: '300', message: 'This meeting has not registration required: 1' },
    'not-found',
    /Registration is off/,
  ],
  [
    { status: 400, code: '3000', message: "This webinar doesn't have registration required: x." },
    'not-found',
    /Registration is off/,
  ],
  [
    { status: 404, code: undefined, message: 'Registration has not been enabled for this meeting: 1.' },
    'not-found',
    /Registration is off/,
  ],
  [{ status: 404, code: '3001', message: 'Meeting does not exist: 1.' }, 'not-found', /UUID.*encoded twice/],
  [
    { status: 404, code: '3301', message: 'There is no recording for this meeting.' },
    'not-found',
    /recording/,
  ],
  [{ status: 404, code: '1001', message: 'User does not exist: a.' }, 'not-found', /user/],
  [{ status: 400, code: '3161', message: 'Meeting hosting is not allowed.' }, 'plan', /licence/],
  [{ status: 409, code: '1005', message: 'Email has already been used.' }, 'input', /exists already/],
  [
    {
      status: 429,
      code: '429',
      message: 'You have reached the maximum per-second rate limit for this API. Try again later.',
    },
    'rate',
    /second/,
  ],
  [
    { status: 429, code: '429', message: 'You have reached the maximum daily rate limit for this API.' },
    'quota',
    /00:00 UTC/,
  ],
  [
    {
      status: 429,
      code: '429',
      message:
        'You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user.',
    },
    'quota',
    /one host/,
  ],
  [{ status: 403, code: undefined, message: 'an HTML page titled Blocked' }, 'remote', /firewall/],
  [{ status: 500, code: undefined, message: 'no text' }, 'remote', /later/],
];

for (const [answer, kind, hint] of zoomCases) {
  test(`Zoom: ${answer.status} ${answer.code ?? '-'} '${answer.message.slice(0, 50)}' is ${kind}`, () => {
    const verdict = classify(zoom, answer);
    assert.equal(verdict.kind, kind);
    assert.match(verdict.hint, hint);
  });
}

const brevoCases: [FailedAnswer, ErrorKind, RegExp][] = [
  [{ status: 401, code: 'unauthorized', message: 'Key not found' }, 'auth', /BREVO_API_KEY.*authorised IPs/],
  [{ status: 402, code: 'not_enough_credits', message: 'x' }, 'plan', /credits/],
  [{ status: 425, code: undefined, message: 'x' }, 'remote', /working/],
  [{ status: 429, code: undefined, message: 'x' }, 'rate', /budget/],
  [{ status: 404, code: 'document_not_found', message: 'x' }, 'not-found', /gone/],
  [{ status: 400, code: 'invalid_parameter', message: 'Attribute not found' }, 'input', /ensure_attributes/],
];

for (const [answer, kind, hint] of brevoCases) {
  test(`Brevo: ${answer.status} ${answer.code ?? '-'} is ${kind}`, () => {
    const verdict = classify(brevo, answer);
    assert.equal(verdict.kind, kind);
    assert.match(verdict.hint, hint);
  });
}
