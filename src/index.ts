/** `trunkline`: the public SDK. */
// Not from the list of the room: it leads to all of the server, which is read by who serves.
export { App } from './app/app.ts';
export { ConfigError, loadConfig } from './app/config/index.ts';
export { VERSION } from './app/version.ts';
export { realWorld } from './app/world.ts';
export type { ActivationRequest, Config, Finding, World } from './app/index.ts';
export { connectors } from './catalog.ts';
export { defineAction } from './core/action.ts';
export type { Action, InputOf, ItemOf, OutputOf, Pages } from './core/action.ts';
export { path } from './core/call.ts';
export type { Call } from './core/call.ts';
export { defineConnector, findAction, listActions } from './core/connector.ts';
export type { Connection, Connector } from './core/connector.ts';
export { ConnectorError } from './core/errors.ts';
export type { ErrorKind, Outcome, Retry } from './core/errors.ts';
export type { ItemPage, Reader, RefusedRow } from './core/reader.ts';
export { Secret } from './core/secret.ts';
export { defineStream } from './core/stream.ts';
export type { SliceValues, Span, Stream, StreamLane, StreamParent, StreamWindow } from './core/stream.ts';
export { defineTrigger } from './core/trigger.ts';
export type { Trigger } from './core/trigger.ts';
export type { PathNames, Route } from './core/route.ts';
export { transcriptText } from './app/transcript.ts';
export type { Downloaded, DownloadTarget } from './http/download.ts';
export { createClient } from './http/client.ts';
export type { Client } from './http/client.ts';
export { Session } from './http/session.ts';
export type { CallOptions, HttpDeps } from './http/session.ts';
export { connectorFromJson } from './openapi/from-json.ts';
export { Trunkline } from './sdk/trunkline.ts';
export type {
  ActivateRequest,
  ActivateSummary,
  Connectors,
  Contacts,
  Explanation,
  GivenPerson,
  Progress,
  SyncedPerson,
  TrunklineOptions,
} from './sdk/trunkline.ts';
export type { BuiltInCredentials, ClientFor, ConnectOptions, CredentialsFor } from './sdk/connecting.ts';
export type { Time } from './sdk/times.ts';
export type { ExtractOptions } from './sdk/extracting.ts';
export type {
  TopicCount,
  WebhookEvent,
  WebhookHandler,
  WebhookHeaders,
  Webhooks,
  ZoomWebhook,
} from './sdk/webhooks.ts';
