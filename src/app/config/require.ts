import type { Secret } from '../../core/secret.ts';
import type { Config } from './config.ts';
import { ConfigError, problem } from './problem.ts';
import type { Problem } from './problem.ts';

/** What Server-to-Server OAuth needs. */
export interface ZoomCredentials {
  accountId: string;
  clientId: string;
  clientSecret: Secret;
}

/** What Brevo's API needs. */
export interface BrevoCredentials {
  apiKey: Secret;
}

const ZOOM_PLACE =
  'of a Server-to-Server OAuth app: marketplace.zoom.us → Develop → Build App → Server-to-Server OAuth App → App Credentials';
const BREVO_PLACE = 'of the Brevo account: Brevo → SMTP & API → API keys';

/** The Zoom credentials; throws one error that names all that are missing. */
export function requireZoom(config: Config): ZoomCredentials {
  return requireZoomAnd(config, []);
}

/** The Brevo credentials; throws when they are missing. */
export function requireBrevo(config: Config): BrevoCredentials {
  const { apiKey } = config.brevo;
  if (!apiKey) throw new ConfigError(missingBrevo(config));
  return { apiKey };
}

/** The credentials of both sides; throws one error that names all that are missing. */
export function requireZoomAndBrevo(config: Config): { zoom: ZoomCredentials; brevo: BrevoCredentials } {
  const zoom = requireZoomAnd(config, missingBrevo(config));
  return { zoom, brevo: requireBrevo(config) };
}

function requireZoomAnd(config: Config, others: Problem[]): ZoomCredentials {
  const { accountId, clientId, clientSecret } = config.zoom;
  if (accountId && clientId && clientSecret && others.length === 0)
    return { accountId, clientId, clientSecret };
  const problems: Problem[] = [];
  if (!accountId)
    problems.push(
      missing(config, 'ZOOM_ACCOUNT_ID', 'connectors.zoom.account_id', `the Account ID ${ZOOM_PLACE}`),
    );
  if (!clientId)
    problems.push(
      missing(config, 'ZOOM_CLIENT_ID', 'connectors.zoom.client_id', `the Client ID ${ZOOM_PLACE}`),
    );
  if (!clientSecret) {
    problems.push(
      missing(
        config,
        'ZOOM_CLIENT_SECRET',
        'connectors.zoom.client_secret',
        `the Client Secret ${ZOOM_PLACE}`,
      ),
    );
  }
  throw new ConfigError([...problems, ...others]);
}

function missingBrevo(config: Config): Problem[] {
  if (config.brevo.apiKey) return [];
  return [missing(config, 'BREVO_API_KEY', 'brevo.api_key', `an API key ${BREVO_PLACE}`)];
}

function missing(config: Config, variable: string, path: string, expected: string): Problem {
  const inFile = config.sources.unset.find((one) => one.variable === variable);
  const file = config.sources.file?.path ?? 'trunkline.yaml';
  return problem({
    source: variable,
    path: '',
    expected,
    got: 'nothing',
    ...(inFile && { reason: `${inFile.where} takes it from this variable` }),
    example: `${variable}=… in the environment, or ${path}: "\${${variable}}" in ${file}`,
  });
}
