import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';
import { delivery, deliveryFilter, idParams, retried, retry } from '../schemas.ts';

const list = defineRoute({
  method: 'get',
  path: '/deliveries',
  id: 'listDeliveries',
  summary: 'Effects on people and what became of them, last changed first.',
  tag: 'Deliveries',
  query: deliveryFilter,
  answer: z.array(delivery),
  run: async ({ app, query: { limit, ...filter } }) =>
    (await app.records()).deliveries(conditionsOf(filter), limit),
});

const show = defineRoute({
  method: 'get',
  path: '/deliveries/{id}',
  id: 'getDelivery',
  summary: 'One delivery with what was sent.',
  tag: 'Deliveries',
  params: idParams,
  answer: delivery,
  run: async ({ app, params }) => (await app.records()).delivery(params.id),
});

const again = defineRoute({
  method: 'post',
  path: '/deliveries/retry',
  id: 'retryDeliveries',
  summary: 'Sends again what was refused.',
  tag: 'Deliveries',
  body: retry,
  answer: retried,
  run: async ({ app, body }) =>
    (await app.records()).retry({ ...conditionsOf(body), ...(body.ids && { ids: body.ids }) }),
});

type Conditions = Partial<Omit<z.output<typeof deliveryFilter>, 'limit'>>;

function conditionsOf({ person, state, effect, kind, since }: Conditions) {
  return {
    ...(person && { person }),
    ...(state && { state }),
    ...(effect && { effect }),
    ...(kind && { kind }),
    ...(since && { since: Date.parse(since) }),
  };
}

export const deliveryRoutes: readonly Route[] = [list, show, again];
