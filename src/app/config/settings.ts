import { z } from 'zod';
import { nextCron } from '../../jobs/cron.ts';
import { oneOf } from './problem.ts';

/** How to explain a setting: `expected …. Example: key: …`. */
export interface Explanation {
  expected: string;
  example: string;
  /** Its value is never shown. */
  secret?: boolean;
  /** Settings that people look for in this map, and what is there instead. */
  instead?: Readonly<Record<string, { expected: string; example: string }>>;
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

/** A map of settings, each of which may be left out or left empty. */
export function group(
  shape: Readonly<Record<string, z.ZodType>>,
  example: string,
  instead: Explanation['instead'] = {},
): z.ZodType {
  const open = Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.nullish()]));
  return setting(z.strictObject(open), {
    expected: 'a map of settings',
    example,
    // Text in place of a block may well be its secret.
    secret: true,
    instead,
  });
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

const SPANS: Readonly<Record<string, number>> = { m: 60_000, h: 3600_000, d: 86_400_000 };
const LONGEST_SPAN = 30 * 86_400_000;

/** How often something comes round: milliseconds, an expression of cron, or null for never. */
export function readSchedule(value: string): number | string | null {
  const rule = value.trim();
  if (rule === 'never') return null;
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(rule) ?? [];
  return count === undefined ? rule : Number(count) * (SPANS[unit] ?? 0);
}

function isSchedule(value: string): boolean {
  const rule = readSchedule(value);
  if (rule === null) return true;
  if (typeof rule === 'number') return rule > 0 && rule <= LONGEST_SPAN;
  try {
    return nextCron(rule, 0) > 0;
  } catch {
    return false;
  }
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
  schedule: setting(z.string().refine(isSchedule), {
    expected: 'a span from 1m to 30d, five fields of cron in UTC, or never',
    example: '6h',
  }),
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
