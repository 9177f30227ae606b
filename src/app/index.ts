export { App } from './app.ts';
export type { ActivationRequest } from './activation.ts';
export type { ExtractionPlan, ExtractionReport, ExtractionRequest } from './extraction.ts';
export type { Finding } from './doctor.ts';
export { ConfigError, loadConfig, type BrevoPlan, type Config, type ZoomPlan } from './config/index.ts';
export { configOf, type GivenConnection, type GivenSettings } from './given.ts';
export { isFixed, linkNames } from './connections.ts';
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
export { receiveFor } from './live/receiving.ts';
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
export type { Receiver } from '../webhooks/receiver.ts';
export { presetSettings } from './hooks/resolve.ts';
export { Webhook as WebhookJson } from '../openapi/definition-webhook.ts';
export type {
  HookDetail,
  HookMade,
  Hooks,
  HookTest,
  HookView,
  NewHookRequest,
  RotateRequest,
} from './hooks/types.ts';
export { transcriptText } from './transcript.ts';
export { realWorld, stoppable, type World } from './world.ts';
export { VERSION } from './version.ts';
export { following } from '../http/paging.ts';
export { findMeetings, meetingOf, MOST_HOSTS, type MeetingQuery } from './questions/meetings.ts';
export { attendanceOf } from './questions/attendance.ts';
export { findRecordings, type Recording } from './questions/recordings.ts';
export type { FlowDesk, FlowLine, FlowOrder, FlowRetry, FlowView } from './flows/desk.ts';
export type { FlowItem, FlowRun, FlowRunFilter, FlowRunLine } from '../flows/history.ts';
export type { Rehearsal, RehearsedItem } from '../flows/rehearsal.ts';
export { flowSchema } from '../flows/definition.ts';
export { addServer } from './mcp/add.ts';
export { approveTools, getServer, listServers, refreshServer, removeServer } from './mcp/servers.ts';
