/** `trunkline/webhooks`: proves webhooks, answers challenges, names deliveries; needs no account and no store. */
export { events as zoomEvents } from '../connectors/zoom/webhooks.ts';
export { answerChallenge, defineTrigger, deliveryKey, sign, verify } from '../core/trigger.ts';
export type { ChallengeSpec, Trigger, Verdict, VerifySpec } from '../core/trigger.ts';
