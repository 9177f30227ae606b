/** Zoom's error answers with their published texts (FACTS D). */
import type { SandboxAnswer } from '../types.ts';

/** `{code, message}` with the HTTP status that goes with it: the same code means different things by status. */
export function zoomError(
  status: number,
  code: number,
  message: string,
  errors?: readonly { field: string; message: string }[],
): SandboxAnswer {
  return { status, json: errors === undefined ? { code, message } : { code, message, errors } };
}

/** No `Authorization: Bearer` header. */
export const noToken = (): SandboxAnswer => zoomError(401, 124, 'Requires an access token.');
/** A token that was never issued, or was revoked. */
export const badToken = (): SandboxAnswer => zoomError(401, 124, 'Invalid access token.');
/** A token of more than an hour. */
export const oldToken = (): SandboxAnswer => zoomError(401, 124, 'Access token is expired.');

/** A granular scope is missing; Zoom names those that would do. */
export function missingScopes(scopes: readonly string[]): SandboxAnswer {
  return zoomError(400, 4711, `Invalid access token, does not contain scopes:[${scopes.join(', ')}].`);
}

/** A path or method that is no operation. */
export const unknownEndpoint = (): SandboxAnswer =>
  zoomError(400, 2300, 'This API endpoint is not recognized.');

/** A body that is something else, or none. */
export const notJson = (): SandboxAnswer =>
  zoomError(400, 300, 'Request Body should be a valid JSON object.');

/** Dead, foreign or made-up page tokens all get this. */
export const badPageToken = (): SandboxAnswer =>
  zoomError(400, 300, 'The next page token is invalid or expired.');

/** A parameter that does not pass. */
export function invalidField(field: string, message = 'Invalid field.'): SandboxAnswer {
  return zoomError(400, 300, 'Validation Failed.', [{ field, message }]);
}

/** No user with that id or address. */
export const noUser = (id: string): SandboxAnswer => zoomError(404, 1001, `User does not exist: ${id}.`);

/** For users who have not followed their invitation. */
export const notAccepted = (): SandboxAnswer =>
  zoomError(
    400,
    1120,
    'A valid invitation to join the Zoom account was not found for this user. This error is thrown if you added a user in your account but the user did not accept the invitation on time and the invitation expired - thus making the userId invalid.',
  );

/** No such meeting, or none that has ended. */
export const noMeeting = (id: string): SandboxAnswer =>
  zoomError(404, 3001, `Meeting does not exist: ${id}.`);

/** No such webinar, or none that has ended. */
export const noWebinar = (id: string): SandboxAnswer =>
  zoomError(404, 3001, `Webinar does not exist: ${id}.`);

/** Something else stands where a webinar number has to be. */
export const badWebinarId = (): SandboxAnswer => zoomError(400, 300, 'Invalid webinar ID.');

/** Per host: one such answer must not end a sync (FACTS D). */
export const noWebinarPlan = (): SandboxAnswer =>
  zoomError(
    400,
    200,
    'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user in order to perform this action.',
  );

/** What free accounts are told. */
export const paidOnly = (accountId: string): SandboxAnswer =>
  zoomError(400, 200, `Only available for paid account: ${accountId}.`);

/** Past meetings are kept for a year. */
export const tooOld = (): SandboxAnswer => zoomError(400, 12702, 'Can not access a meeting a year ago.');

/** Users of type 4 and 99 have no meetings; undefined for the others. */
export function withoutMeetings({ type }: { type: number }): SandboxAnswer | undefined {
  if (type !== 4 && type !== 99) return undefined;
  return zoomError(
    400,
    3161,
    'Meeting hosting and scheduling capabilities are not allowed for your user account.',
  );
}
