import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';
import { event, eventFilter, eventLine, idParams, replay } from '../schemas.ts';

const list = defineRoute({
  method: 'get',
  path: '/events',
  id: 'listEvents',
  summary: 'Received webhooks, newest first.',
  tag: 'Events',
  query: eventFilter,
  answer: z.array(eventLine),
  run: async ({ app, query: { limit, ...filter } }) =>
    (await app.records()).events(conditionsOf(filter), limit),
});

const show = defineRoute({
  method: 'get',
  path: '/events/{id}',
  id: 'getEvent',
  summary: 'One webhook with its body; secrets are blanked.',
  tag: 'Events',
  params: idParams,
  answer: event,
  run: async ({ app, params }) => (await app.records()).event(params.id),
});

const putBack = defineRoute({
  method: 'post',
  path: '/events/replay',
  id: 'replayEvents',
  summary: 'Hands events to the handlers of today again, in the order in which they came.',
  tag: 'Events',
  body: replay,
  answer: z.object({ replayed: z.int() }),
  run: async ({ app, body: { ids, ...filter } }) => ({
    replayed: await (await app.records()).replay({ ...conditionsOf(filter), ...(ids && { ids }) }),
  }),
});

const putOneBack = defineRoute({
  method: 'post',
  path: '/events/{id}/replay',
  id: 'replayEvent',
  summary: 'Hands one event to the handlers of today again.',
  tag: 'Events',
  params: idParams,
  answer: z.object({ replayed: z.int() }),
  run: async ({ app, params }) => ({ replayed: await (await app.records()).replay({ ids: [params.id] }) }),
});

type Conditions = Omit<z.output<typeof eventFilter>, 'limit'>;

function conditionsOf({ connection, state, event: name, account, since, until }: Conditions) {
  return {
    ...(connection && { connection }),
    ...(state && { state }),
    ...(name && { event: name }),
    ...(account && { account }),
    ...(since && { since: Date.parse(since) }),
    ...(until && { until: Date.parse(until) }),
  };
}

export const eventRoutes: readonly Route[] = [list, show, putBack, putOneBack];
