import { z } from 'zod';
import { oneOf } from './problem.ts';

/** How to explain a setting: `expected …. Example: key: …`. */
export interface Explanation {
  expected: string;
  example: string;
  /** Its value is never shown. */
  secret?: boolean;
}

/** The explanation of each setting's schema. */
export const explanations: z.core.$ZodRegistry<Explanation> = z.registry<Explanation>();

/** Attaches the explanation to a schema. */
export function setting<S extends z.ZodType>(schema: S, explanation: Explanation): S {
  explanations.add(schema, explanation);
  return schema;
}

function choice<const T extends readonly [string, ...string[]]>(values: T, example: T[number]) {
  return setting(z.enum(values), { expected: oneOf(values), example });
}

/** Text without a rule. */
export function text(expected: string, example: string) {
  return setting(z.string(), { expected, example });
}

function identifier(expected: string, example: string) {
  return setting(z.string(), { expected, example, secret: true });
}

/** A base address to which paths are appended. */
export function url(example: string) {
  return setting(z.string().refine(isHttpUrl), {
    expected: 'an http:// or https:// address without user name, ? and #',
    example,
  });
}

// An empty text is what `${NAME:-}` gives when nothing is set: it means "not given".
function isHttpUrl(value: string): boolean {
  if (value === '') return true;
  const parsed = URL.parse(value);
  if (!parsed || !/^https?:\/\//i.test(value)) return false;
  return !parsed.username && !parsed.password && !/[?#]/.test(value);
}

function isPostgresUrl(value: string): boolean {
  return /^postgres(ql)?:\/\//.test(value) && URL.canParse(value);
}

const secretText = 'text in quotes';
const flag = setting(z.boolean(), { expected: 'true or false', example: 'true' });
const share = setting(z.number().min(0).max(1), { expected: 'a number from 0 to 1', example: '0.5' });
const secret = setting(z.string(), { expected: secretText, example: '"${MY_SECRET}"', secret: true });

const list = setting(
  z.union([z.number().int().positive(), z.string().regex(/^(?!\s*0+\s*$).*\S/s), z.null()]),
  {
    expected: 'the id or the name of a Brevo list, or null for none',
    example: '15',
  },
);

const domain = setting(z.string().regex(/^@?[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u), {
  expected: 'a domain',
  example: 'example.com',
});

/** The single settings. Those that can also come from the environment are checked by the same schema there. */
export const leaf = {
  flag,
  share,
  list,
  zoomPlan: choice(['free', 'pro', 'business', 'unlimited'], 'pro'),
  brevoPlan: choice(['general', 'advanced', 'extended', 'unlimited'], 'general'),
  logLevel: choice(['silent', 'error', 'warn', 'info', 'verbose', 'debug'], 'info'),
  accountId: identifier(secretText, '"${ZOOM_ACCOUNT_ID}"'),
  clientId: identifier(secretText, '"${ZOOM_CLIENT_ID}"'),
  clientSecret: identifier(secretText, '"${ZOOM_CLIENT_SECRET}"'),
  secretTokens: setting(z.union([z.string(), z.array(z.string())]), {
    expected: 'text in quotes, or a list of such texts',
    example: '"${ZOOM_WEBHOOK_SECRET}"',
    secret: true,
  }),
  verificationToken: identifier(secretText, '"${ZOOM_VERIFICATION_TOKEN}"'),
  zoomApiUrl: url('https://api.zoom.us/v2'),
  zoomOauthUrl: url('https://zoom.us/oauth'),
  brevoApiKey: identifier(secretText, '"${BREVO_API_KEY}"'),
  brevoApiUrl: url('https://api.brevo.com/v3'),
  readLagSeconds: setting(z.number().min(0).max(3600), {
    expected: 'a number of seconds from 0 to 3600',
    example: '30',
  }),
  domains: setting(z.array(domain), { expected: 'a list of domains', example: '[example.com, example.org]' }),
  databaseUrl: setting(z.string().refine(isPostgresUrl), {
    expected: 'the URL of a PostgreSQL database, or nothing for the embedded one',
    example: 'postgres://trunkline@localhost/trunkline',
    secret: true,
  }),
  dataDir: text('the path of a folder', './.trunkline'),
  secret,
  publicUrl: url('https://trunkline.example.com'),
  host: text('a host name or address', '127.0.0.1'),
  port: setting(z.number().int().min(0).max(65_535), {
    expected: 'a whole number from 0 to 65535',
    example: '8787',
  }),
};
