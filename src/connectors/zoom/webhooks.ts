import { zoomWebhook } from '../../core/known-triggers.ts';
import { defineTrigger } from '../../core/trigger.ts';
import { parseEvent, sampleEvent, type ZoomEvents } from './events/index.ts';

/** Zoom's event subscriptions (Zoom FACTS E). */
export const events = defineTrigger<ZoomEvents>({ ...zoomWebhook, read: parseEvent, sample: sampleEvent });
