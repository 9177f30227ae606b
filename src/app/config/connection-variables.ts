import { z } from 'zod';
import { Secret } from '../../core/secret.ts';
import { parseMoment } from '../moment.ts';
import { checkDocument } from './check.ts';
import type { Config } from './config.ts';
import { isRecord, readDocument } from './document.ts';
import type { Problem } from './problem.ts';
import { group, leaf, setting, text, url } from './settings.ts';
import type { Variables } from './variables.ts';

const anchorDate = setting(
  z.string().refine((value) => parseMoment(value) !== undefined),
  {
    expected: 'a date, or a date and time',
    example: '2026-01-01',
  },
);

/** A connection in one variable; the names of its secrets are those of its connector. */
function bundle(secrets: z.ZodType): z.ZodType {
  return group(
    {
      type: setting(z.literal('api'), { expected: 'api', example: 'api' }),
      spec: setting(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), {
        expected: 'the id of a built-in connector',
        example: 'zoom',
      }),
      secrets: secrets,
      inputs: group({ anchor_date: anchorDate }, '{ anchor_date: 2026-01-01 }'),
      servers: setting(z.record(z.string(), url('https://api.example.com')), {
        expected: 'a map of URLs',
        example: '{ api: https://api.example.com }',
      }),
      plan: text('the name of a plan', 'pro'),
    },
    '{ type: api, spec: zoom, secrets: { account_id: …, client_id: …, client_secret: … } }',
  );
}

const zoomBundle = bundle(
  group(
    { account_id: leaf.accountId, client_id: leaf.clientId, client_secret: leaf.clientSecret },
    '{ account_id: …, client_id: …, client_secret: … }',
  ),
);
const brevoBundle = bundle(group({ api_key: leaf.brevoApiKey }, '{ api_key: … }'));
const otherBundle = bundle(
  setting(z.record(z.string(), leaf.secret), {
    expected: 'a map of texts',
    example: '{ token: … }',
    secret: true,
  }),
);

interface Bundle {
  spec?: string | null;
  secrets?: Record<string, string | null> | null;
  inputs?: { anchor_date?: string | null } | null;
  servers?: Record<string, string> | null;
  plan?: string | null;
}

/**
 * Takes over the connections that stand in one variable each, as YAML or JSON, and named like the connection:
 * `ZOOM='{type: api, spec: zoom, secrets: {account_id: …, client_id: …, client_secret: …}}'`. What the file or a
 * variable of its own says wins.
 */
export function readConnectionVariables(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  variables: Variables,
): Problem[] {
  return Object.keys(env)
    .toSorted()
    .flatMap((variable) => {
      const value = env[variable];
      if (!value || !isBundle(config, variable, value)) return [];
      return takeOver(config, variable, variables.get(variable) ?? value, variables);
    });
}

/** The connection of a configuration that a name means, whatever its case and its hyphens: `ZOOM_EMEA` is `zoom-emea`. */
export function connectionNamed(config: Config, name: string): string | undefined {
  const names = ['zoom', 'brevo', ...Object.keys(config.connections)];
  return names.find((one) => one === name) ?? names.find((one) => fold(one) === fold(name));
}

function isBundle(config: Config, variable: string, value: string): boolean {
  if (!/^[A-Z][A-Z0-9_]*$/.test(variable) || !/^\s*(\{|["']?\w+["']?\s*:)/.test(value)) return false;
  if (/\btype["']?\s*:\s*["']?api\b/.test(value)) return true;
  return /\bsecrets["']?\s*:/.test(value) && connectionNamed(config, variable) !== undefined;
}

function takeOver(config: Config, variable: string, value: string, variables: Variables): Problem[] {
  const document = readDocument(value, variable, variables, () => undefined);
  const known = connectionNamed(config, variable);
  const named = isRecord(document.root) ? document.root['spec'] : undefined;
  const spec =
    typeof named === 'string' ? named : (config.connections[known ?? '']?.connector ?? known ?? 'zoom');
  const schema = spec === 'zoom' ? zoomBundle : spec === 'brevo' ? brevoBundle : otherBundle;
  const problems = [...document.problems, ...checkDocument(document, schema)];
  if (problems.length > 0 || !isRecord(document.root)) return problems;
  const given: Bundle = document.root;
  const name = known ?? variable.toLowerCase();
  const anchor = given.inputs?.anchor_date;
  if (anchor) config.anchors = { ...config.anchors, [name]: parseMoment(anchor) ?? 0 };
  const secrets = Object.entries(given.secrets ?? {}).filter((one): one is [string, string] =>
    Boolean(one[1]),
  );
  if (known === 'zoom' && spec === 'zoom') fillZoom(config, variable, given, Object.fromEntries(secrets));
  else if (known === 'brevo' && spec === 'brevo') fillBrevo(config, Object.fromEntries(secrets));
  else fillOther(config, name, spec, given, Object.fromEntries(secrets));
  return [];
}

function fillZoom(config: Config, variable: string, given: Bundle, secrets: Record<string, string>): void {
  const { zoom, sources } = config;
  const { account_id: accountId, client_id: clientId, client_secret: clientSecret } = secrets;
  if (accountId && !zoom.accountId) zoom.accountId = accountId;
  if (clientId && !zoom.clientId) zoom.clientId = clientId;
  if (clientSecret && !zoom.clientSecret) zoom.clientSecret = new Secret(clientSecret);
  const plan = leaf.zoomPlan.safeParse(given.plan).data;
  if (plan && sources.settings['zoom.plan'] === 'default') zoom.plan = plan;
  if (given.servers?.['api'] && sources.settings['zoom.apiUrl'] === 'default')
    zoom.apiUrl = given.servers['api'];
  if (given.servers?.['oauth'] && sources.settings['zoom.oauthUrl'] === 'default') {
    zoom.oauthUrl = given.servers['oauth'];
  }
  for (const name of ['zoom.accountId', 'zoom.clientId', 'zoom.clientSecret']) {
    if (sources.settings[name] === 'default') sources.settings[name] = variable;
  }
}

function fillBrevo({ brevo }: Config, { api_key: apiKey }: Record<string, string>): void {
  if (apiKey && !brevo.apiKey) brevo.apiKey = new Secret(apiKey);
}

function fillOther(
  config: Config,
  name: string,
  spec: string,
  given: Bundle,
  secrets: Record<string, string>,
): void {
  const before = config.connections[name];
  const { zoom, brevo } = config;
  // Another account of Zoom answers at the same address, which may be that of a simulated one.
  const usual: Record<string, { servers: Record<string, string>; plan: string }> = {
    zoom: { servers: { api: zoom.apiUrl, oauth: zoom.oauthUrl }, plan: zoom.plan },
    brevo: { servers: { api: brevo.apiUrl }, plan: brevo.plan },
  };
  const servers = before?.servers ?? given.servers ?? usual[spec]?.servers;
  const plan = before?.plan ?? given.plan ?? usual[spec]?.plan;
  config.connections[name] = {
    ...before,
    connector: before?.connector ?? spec,
    credentials: {
      ...Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, new Secret(value)])),
      ...before?.credentials,
    },
    ...(servers && { servers }),
    ...(plan && { plan }),
  };
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
