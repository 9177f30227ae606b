import type { Config } from './config/index.ts';

/** Everything secret that stands in a configuration. */
export function secretsOf(config: Config): string[] {
  const secrets = [
    config.zoom.clientSecret,
    ...config.zoom.webhook.secretTokens,
    config.zoom.webhook.verificationToken,
    config.brevo.apiKey,
    config.secretKey,
    config.adminToken,
    ...Object.values(config.connections).flatMap(({ credentials }) => Object.values(credentials)),
  ];
  return secrets.flatMap((secret) => (secret ? [secret.reveal()] : []));
}
