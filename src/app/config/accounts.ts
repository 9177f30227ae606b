import { Secret } from '../../core/secret.ts';
import type { Config } from './config.ts';
import type { Path } from './document.ts';
import type { SettingsReader } from './reader.ts';
import { leaf } from './settings.ts';

function inZoom(...keys: string[]): Path[] {
  return [['connectors', 'zoom', ...keys]];
}

function inBrevo(key: string): Path[] {
  return [['brevo', key]];
}

/** The settings of the Zoom account, without those of logging. */
export function zoomSettings(
  reader: SettingsReader,
): Omit<Config['zoom'], 'debug' | 'logLevel' | 'logWebhooks'> {
  const accountId = reader.read('zoom.accountId', {
    schema: leaf.accountId,
    paths: inZoom('account_id'),
    variable: 'ZOOM_ACCOUNT_ID',
  });
  const clientId = reader.read('zoom.clientId', {
    schema: leaf.clientId,
    paths: inZoom('client_id'),
    variable: 'ZOOM_CLIENT_ID',
  });
  const clientSecret = reader.secret('zoom.clientSecret', {
    schema: leaf.clientSecret,
    paths: inZoom('client_secret'),
    variable: 'ZOOM_CLIENT_SECRET',
  });
  const plan = reader.read('zoom.plan', {
    schema: leaf.zoomPlan,
    paths: inZoom('plan'),
    variable: 'ZOOM_PLAN',
  });
  const apiUrl = reader.url('zoom.apiUrl', {
    schema: leaf.zoomApiUrl,
    paths: inZoom('api_url'),
    variable: 'ZOOM_API_URL',
  });
  const oauthUrl = reader.url('zoom.oauthUrl', {
    schema: leaf.zoomOauthUrl,
    paths: inZoom('oauth_url'),
    variable: 'ZOOM_OAUTH_URL',
  });
  return {
    enabled: reader.flag('zoom.enabled', inZoom('enabled'), true),
    ...(accountId && { accountId }),
    ...(clientId && { clientId }),
    ...(clientSecret && { clientSecret }),
    plan: plan ?? 'pro',
    apiUrl: apiUrl || 'https://api.zoom.us/v2',
    oauthUrl: oauthUrl || 'https://zoom.us/oauth',
    share: reader.read('zoom.share', { schema: leaf.share, paths: inZoom('share') }) ?? 1,
    // Other apps of the account draw on the same daily limit.
    dailyShare: reader.read('zoom.dailyShare', { schema: leaf.share, paths: inZoom('daily_share') }) ?? 0.8,
    sync: {
      participants: reader.flag('zoom.sync.participants', inZoom('sync', 'participants'), true),
      webinars: reader.flag('zoom.sync.webinars', inZoom('sync', 'webinars'), true),
      recordings: reader.flag('zoom.sync.recordings', inZoom('sync', 'recordings'), true),
    },
    webhook: webhook(reader),
  };
}

function webhook(reader: SettingsReader): Config['zoom']['webhook'] {
  const tokens = reader.read('zoom.webhook.secretTokens', {
    schema: leaf.secretTokens,
    paths: inZoom('webhook', 'secret_token'),
    variable: 'ZOOM_WEBHOOK_SECRET',
  });
  const verificationToken = reader.secret('zoom.webhook.verificationToken', {
    schema: leaf.verificationToken,
    paths: inZoom('webhook', 'verification_token'),
    variable: 'ZOOM_VERIFICATION_TOKEN',
  });
  // An empty token would let anybody sign.
  const given = [...new Set([tokens ?? []].flat())].filter((token) => token !== '');
  return {
    secretTokens: given.map((token) => new Secret(token)),
    ...(verificationToken && { verificationToken }),
  };
}

/** The settings of the Brevo account. */
export function brevoSettings(reader: SettingsReader): Config['brevo'] {
  const apiKey = reader.secret('brevo.apiKey', {
    schema: leaf.brevoApiKey,
    paths: inBrevo('api_key'),
    variable: 'BREVO_API_KEY',
  });
  const apiUrl = reader.url('brevo.apiUrl', {
    schema: leaf.brevoApiUrl,
    paths: inBrevo('api_url'),
    variable: 'BREVO_API_URL',
  });
  const plan = reader.read('brevo.plan', {
    schema: leaf.brevoPlan,
    paths: inBrevo('plan'),
    variable: 'BREVO_PLAN',
  });
  const readLagSeconds = reader.read('brevo.readLagSeconds', {
    schema: leaf.readLagSeconds,
    paths: inBrevo('read_lag_seconds'),
    variable: 'BREVO_READ_LAG_SECONDS',
  });
  return {
    ...(apiKey && { apiKey }),
    apiUrl: apiUrl || 'https://api.brevo.com/v3',
    plan: plan ?? 'general',
    ensureAttributes: reader.flag('brevo.ensureAttributes', inBrevo('ensure_attributes'), false),
    ensureLists: reader.flag('brevo.ensureLists', inBrevo('ensure_lists'), false),
    events: reader.flag('brevo.events', inBrevo('events'), true),
    readLagSeconds: readLagSeconds ?? 30,
  };
}
