import type { OAuthScheme } from '../../core/auth.ts';

/** Consent of one user, for user- and admin-managed apps (Zoom FACTS B). No `scope` is asked for: the app's apply. */
export const oauth: OAuthScheme = {
  kind: 'oauth',
  server: 'oauth',
  authorizePath: '/authorize',
  tokenPath: '/token',
  revokePath: '/revoke',
  pkce: true,
  clientId: 'clientId',
  clientSecret: 'clientSecret',
  expired: { status: [400, 401], codes: ['124'] },
  dead: ['invalid_grant', '4735', '4741'],
  refreshDays: 90,
  api: { field: 'api_url', path: '/v2' },
  whoami: { action: 'users.me', input: {}, account: 'account_id', user: 'id' },
};
