/** What an app of the simulated account holds; the same seed gives the same, so that a test may write them down. */
import { opaqueId } from './ids.ts';

/** Ids and secrets of one app. */
export interface Credentials {
  accountId: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  verificationToken: string;
}

/** The credentials that belong to a seed. */
export function makeCredentials(seed: number): Credentials {
  return {
    accountId: opaqueId(seed, 'account'),
    clientId: opaqueId(seed, 'client'),
    clientSecret: opaqueId(seed, 'client-secret'),
    webhookSecret: opaqueId(seed, 'webhook-secret'),
    verificationToken: opaqueId(seed, 'verification-token'),
  };
}
