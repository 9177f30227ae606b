import { z } from 'zod';
import { once } from '../../core/once.ts';
import { isAllowable } from '../../core/private-address.ts';
import { replicationSchema } from '../replication/schema.ts';
import { flowsSchema } from './flow-settings.ts';
import { mcpSchema } from './mcp-settings.ts';
import { explanations, group, leaf, setting, text, url } from './settings.ts';

const { flag, share, list, secret } = leaf;

/** Keys that are accepted at the top level and inside `connectors.zoom`. */
export const SHARED_KEYS = ['lists', 'field_mapping', 'debug', 'log_level', 'log_webhooks'] as const;

/** The variable that each credential comes from when the file does not name it. */
export const CREDENTIAL_VARIABLES: Readonly<Record<string, string>> = {
  'connectors.zoom.account_id': 'ZOOM_ACCOUNT_ID',
  'connectors.zoom.client_id': 'ZOOM_CLIENT_ID',
  'connectors.zoom.client_secret': 'ZOOM_CLIENT_SECRET',
  'connectors.zoom.webhook.secret_token': 'ZOOM_WEBHOOK_SECRET',
  'connectors.zoom.webhook.verification_token': 'ZOOM_VERIFICATION_TOKEN',
  'brevo.api_key': 'BREVO_API_KEY',
};

/** One connection as it stands in the file. */
export const connectionSchema = once(() =>
  setting(
    z.strictObject({
      connector: setting(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$|\.json$/), {
        expected: 'the id of a built-in connector or the path of a .json file',
        example: './my-connector.json',
      }),
      auth: text('the name of a way to sign in', 'oauth').nullish(),
      credentials: setting(z.record(z.string(), secret), {
        expected: 'a map of texts',
        example: '{ token: "${MY_TOKEN}" }',
        secret: true,
      }).nullish(),
      servers: setting(z.record(z.string(), url('https://api.example.com')), {
        expected: 'a map of URLs',
        example: '{ api: https://api.example.com }',
      }).nullish(),
      variables: setting(z.record(z.string(), z.string()), {
        expected: 'a map of texts',
        example: '{ region: eu }',
      }).nullish(),
      allow_private: allowPrivate().nullish(),
      plan: text('the name of a plan', 'pro').nullish(),
      share: share.nullish(),
      daily_share: share.nullish(),
    }),
    { expected: 'a map of settings', example: '{ connector: zoom }', secret: true },
  ),
);

/** What a connector from a document may reach beside the open internet. */
function allowPrivate() {
  return setting(
    z
      .union([z.boolean(), z.string(), z.array(z.string())])
      .refine((value) => typeof value === 'boolean' || [value].flat().every((one) => isAllowable(one))),
    {
      expected: 'true, or a list of hosts, addresses and ranges such as 10.0.0.0/8',
      example: '[10.0.0.0/8, shop.corp.example]',
    },
  );
}

/** The whole configuration file. */
export const fileSchema = once(() => {
  const shared = sharedSettings();
  return group(
    {
      connectors: group({ zoom: zoom(shared) }, '{ zoom: { enabled: true } }'),
      brevo: brevo(),
      ...shared,
      exclude: group({ domains: leaf.domains, internal: flag }, '{ domains: [example.com], internal: true }'),
      connections: setting(z.record(connectionName(), connectionSchema()), {
        expected: 'a map of connections by name',
        example: '{ zoom-emea: { connector: zoom } }',
        secret: true,
      }),
      extract: replicationSchema(),
      schedules: group({ activate: leaf.schedule, extract: leaf.schedule }, '{ activate: 6h }'),
      flows: flowsSchema(),
      mcp: mcpSchema(),
    },
    'connectors: { zoom: { enabled: true } }',
  );
});

type SharedSettings = Readonly<Record<(typeof SHARED_KEYS)[number], z.ZodType>>;

function sharedSettings(): SharedSettings {
  const attribute = setting(z.string(), {
    expected: 'the name of a Brevo attribute',
    example: 'MEETING_DURATION',
  });
  return {
    lists: group(
      { meeting_participants: list, webinar_attendees: list, webinar_registrants: list },
      '{ meeting_participants: 15 }',
    ),
    field_mapping: setting(z.record(z.string(), attribute), {
      expected: 'a map from fields to Brevo attributes',
      example: '{ duration: MEETING_DURATION }',
    }),
    debug: flag,
    log_level: leaf.logLevel,
    log_webhooks: flag,
  };
}

function zoom(shared: SharedSettings): z.ZodType {
  return group(
    {
      enabled: flag,
      account_id: leaf.accountId,
      client_id: leaf.clientId,
      client_secret: leaf.clientSecret,
      plan: leaf.zoomPlan,
      api_url: leaf.zoomApiUrl,
      oauth_url: leaf.zoomOauthUrl,
      share,
      daily_share: share,
      sync: group({ participants: flag, webinars: flag, recordings: flag }, '{ participants: true }'),
      webhook: group(
        { secret_token: leaf.secretTokens, verification_token: leaf.verificationToken },
        '{ secret_token: "${ZOOM_WEBHOOK_SECRET}" }',
      ),
      ...shared,
    },
    '{ enabled: true }',
  );
}

function brevo(): z.ZodType {
  return group(
    {
      api_key: leaf.brevoApiKey,
      api_url: leaf.brevoApiUrl,
      plan: leaf.brevoPlan,
      ensure_attributes: flag,
      ensure_lists: flag,
      events: flag,
      read_lag_seconds: leaf.readLagSeconds,
    },
    '{ plan: general }',
  );
}

function connectionName() {
  return setting(z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/), {
    expected: 'a name of up to 64 letters, digits, dots, hyphens and underscores',
    example: 'zoom-emea: { connector: zoom }',
  });
}

/** Settings that people look for in the file, or at another place in it, and where they belong. */
export const elsewhere: Readonly<Record<string, { expected: string; example: string }>> = {
  activate: {
    expected: 'exclude at the top level',
    example: 'exclude: { domains: [example.com], internal: true }',
  },
  database_url: inEnvironment('DATABASE_URL', leaf.databaseUrl),
  data_dir: inEnvironment('TRUNKLINE_DATA_DIR', leaf.dataDir),
  secret_key: {
    expected: 'TRUNKLINE_SECRET_KEY in the environment',
    example: 'TRUNKLINE_SECRET_KEY=long-random-text',
  },
  admin_token: {
    expected: 'TRUNKLINE_ADMIN_TOKEN in the environment',
    example: 'TRUNKLINE_ADMIN_TOKEN=long-random-text',
  },
  public_url: inEnvironment('TRUNKLINE_PUBLIC_URL', leaf.publicUrl),
  host: inEnvironment('HOST', leaf.host),
  port: inEnvironment('PORT', leaf.port),
};

function inEnvironment(variable: string, schema: z.ZodType): { expected: string; example: string } {
  return {
    expected: `${variable} in the environment`,
    example: `${variable}=${explanations.get(schema)?.example ?? ''}`,
  };
}
