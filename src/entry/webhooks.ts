/** `trunkline/webhooks`: proves webhooks, keeps them, hands them to handlers; mounts in servers of any kind. */
export {
  isZoomEvent,
  parseEvent as parseZoomEvent,
  zoomEventNames,
} from '../connectors/zoom/events/index.ts';
export type { ZoomEvent, ZoomEventName, ZoomEvents } from '../connectors/zoom/events/index.ts';
export { events as zoomEvents } from '../connectors/zoom/webhooks.ts';
export {
  githubEvents,
  graphNotifications,
  metaEvents,
  slackEvents,
  standardWebhooks,
  stripeEvents,
} from '../core/known-triggers.ts';
export type { HandshakeSpec } from '../core/handshake.ts';
export { answerChallenge, defineTrigger, deliveryKey, sign, verify } from '../core/trigger.ts';
export type {
  ChallengeSpec,
  EventPattern,
  EventsOf,
  PushedEvent,
  Trigger,
  UnknownEvent,
  Verdict,
  VerifySpec,
} from '../core/trigger.ts';
export { Dispatch, type DispatchOptions } from '../webhooks/dispatch.ts';
export type { EventContext, EventHandler, HandlerOptions } from '../webhooks/handlers.ts';
export { getEvent, listEvents } from '../webhooks/inbox.ts';
export type { EventFailure, EventFilter, EventLine, EventState, InboxEvent } from '../webhooks/inbox.ts';
export { toFastifyPlugin, toFetchHandler, toNodeHandler } from '../webhooks/mount.ts';
export type { Outcome, Refusal } from '../webhooks/outcome.ts';
export { readBody, type ReadBody, type ReadLimits } from '../webhooks/read-body.ts';
export { createReceiver } from '../webhooks/receiver.ts';
export type {
  ReceivedRequest,
  Receiver,
  ReceiverAnswer,
  ReceiverLimits,
  ReceiverOptions,
} from '../webhooks/receiver.ts';
export { replayEvents, rewakeEvents } from '../webhooks/replay.ts';
export { pruneEvents, type Retention } from '../webhooks/retention.ts';
