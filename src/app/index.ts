export { App } from './app.ts';
export type { ActivationRequest } from './activation.ts';
export type { ExtractionPlan, ExtractionReport, ExtractionRequest } from './extraction.ts';
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
export type { ExtractionBody } from './extraction-body.ts';
export type { RunStart } from './runs.ts';
export type {
  Delivery,
  DeliveryFilter,
  EventFilter,
  EventSummary,
  EventView,
  Records,
  Retried,
  Run,
  RunFilter,
  RunLine,
  Status,
} from './records.ts';
export { startLive, type Live } from './live/live.ts';
export type { ConnectionView } from './connection-list.ts';
export type { Explanation } from '../activate/explain.ts';
export {
  adminTokenOf,
  announce,
  databasePath,
  serverOf,
  type AdminToken,
  type ServerAddress,
} from './server-access.ts';
export { notReady } from './ready.ts';
export { readBody } from '../webhooks/read-body.ts';
export { toNodeHandler } from '../webhooks/mount.ts';
export { transcriptText } from './transcript.ts';
export { realWorld, stoppable, type World } from './world.ts';
export { VERSION } from './version.ts';
