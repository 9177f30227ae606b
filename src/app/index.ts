export { App } from './app.ts';
export type { ActivationRequest } from './activation.ts';
export type { Finding } from './doctor.ts';
export { ConfigError, loadConfig, type BrevoPlan, type Config, type ZoomPlan } from './config/index.ts';
export { configOf, type GivenConnection, type GivenSettings } from './given.ts';
export { linkNames } from './connections.ts';
export { connectByConsent, type ConsentRequest } from './consent.ts';
export { openLoopback, type Loopback } from './loopback.ts';
export {
  beginAuthorization,
  codeIn,
  finishAuthorization,
  isAnswerTo,
  type Authorization,
  type AuthorizationRequest,
} from './oauth.ts';
export { StoredConnections } from './stored-connections.ts';
export { transcriptText } from './transcript.ts';
export { realWorld, stoppable, type World } from './world.ts';
export { VERSION } from './version.ts';
