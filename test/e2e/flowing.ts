/** The second half of the chain: what happens in the shop reaches the desk, and back, whoever is killed on the way. */
import assert from 'node:assert/strict';
import type { Ticket } from '../../src/sandbox/third-party/desk/world.ts';
import { until, type ChainStage } from './chain-stage.ts';
import type { Doubt, Face, Run } from './face.ts';

/** An order becomes a ticket; its first call may be repeated, the next two may not, the last may. */
const orderToTicket = {
  name: 'Orders become tickets',
  enabled: false,
  trigger: { connection: 'hook:shop/orders', event: 'order.created' },
  steps: [
    { id: 'order', action: 'shop.orders.getOrder', input: { orderId: '${trigger.body.data.id}' } },
    {
      id: 'ticket',
      action: 'desk.tickets.createTicket',
      input: {
        project: 'EVT',
        issueType: '104',
        summary: 'Order ${steps.order.output.number}',
        reporter: '${email(steps.order.output.customer.email)}',
        labels: ['${trigger.body.data.id}'],
      },
    },
    {
      id: 'note',
      action: 'desk.tickets.addComment',
      input: { ticketKey: '${steps.ticket.output.key}', body: 'Paid: ${steps.order.output.total.amount}' },
    },
    {
      id: 'urgent',
      action: 'desk.tickets.updateTicket',
      input: { ticketKey: '${steps.ticket.output.key}', priority: 'high' },
    },
  ],
  output: { ticket: '${steps.ticket.output.key}' },
};

/** A ticket that is solved with a refund cancels the order. */
const solvedToCancelled = {
  name: 'Solved tickets cancel their orders',
  trigger: {
    connection: 'hook:desk',
    event: 'ticket.solved',
    filter: 'size(trigger.body.ticket.labels) == 1',
  },
  steps: [
    {
      id: 'cancel',
      action: 'shop.orders.cancelOrder',
      input: { orderId: '${trigger.body.ticket.labels[0]}', reason: 'Solved: ${trigger.body.ticket.key}' },
    },
  ],
};

/** How the desk's one webhook, which a person pastes, proves itself. */
const deskWebhook = {
  title: 'Desk',
  auth: { method: 'signature', key: 'x-desk-signature', hash: 'sha512', encoding: 'base64' },
  validation: {
    key: 'challenge_token',
    when: { key: 'webhookEvent', is: 'endpoint.challenge' },
    response: { as: 'json', key: 'challenge_response' },
  },
  event: { body: 'webhookEvent' },
  delivery: { header: 'x-desk-delivery' },
};

export const NEW_TICKET = 'POST /api/tickets';
const NEW_NOTE = 'POST /api/tickets/{ticketKey}/comments';
const CHANGE = 'PUT /api/tickets/{ticketKey}';
const READ = 'GET /v1/orders/{orderId}';

/** Subscribes at the shop, is pasted into the desk, and saves both flows. */
export async function joinBoth({ truth, control }: ChainStage, face: Face): Promise<void> {
  const orders = await face.addHook({ connection: 'shop' });
  assert.deepEqual([orders.state, orders.inbox], ['active', 'hook:shop/orders']);
  const subscribed = await truth<{ url: string; events: string[] }>('shop/webhooks');
  assert.deepEqual(subscribed.find(({ url }) => url === orders.url)?.events, ['order.created']);
  const desk = await face.addHook({ name: 'desk', settings: deskWebhook });
  const webhook = { url: desk.url, secret: desk.secret };
  const pasted = await control<{ accepted: boolean }>('POST', '/desk', { webhook });
  assert.equal(pasted.accepted, true, 'the challenge is answered');
  for (const [id, flow] of [
    ['order-to-ticket', orderToTicket],
    ['solved-to-cancelled', solvedToCancelled],
  ] as const) {
    assert.deepEqual((await face.saveFlow(id, flow)).problems, []);
  }
}

/** Somebody buys; gives the id of the order once the server has taken the event. */
export async function buys({ control, url }: ChainStage, email = 'Ada.Buyer@example.com'): Promise<string> {
  type Bought = { order: { id: string }; deliveries: { url: string; status: number }[] };
  const { order, deliveries } = await control<Bought>('POST', '/shop', { order: { email } });
  const here = deliveries.filter((one) => one.url.startsWith(url));
  assert.deepEqual(
    here.map(({ status }) => status),
    [200],
  );
  return order.id;
}

/** One order there and back, with nobody killed. */
export async function thereAndBack(stage: ChainStage, face: Face): Promise<void> {
  await buys(stage);
  assert.deepEqual(await face.runs('order-to-ticket'), [], 'a flow that is off begins nothing');
  await face.enableFlow('order-to-ticket');
  const order = await buys(stage);
  const run = await ended(face, order, ['done']);
  const ticket = await onlyTicket(stage, order);
  assert.deepEqual(run.output, { ticket: ticket.key });
  assert.deepEqual(
    [ticket.project, ticket.reporter, ticket.priority, ticket.comments.length],
    ['EVT', 'ada.buyer@example.com', 'high', 1],
  );
  await stage.control('POST', '/desk', { move: { key: ticket.key, status: 'solved' } });
  await until('the order is cancelled', async () => {
    const orders = await stage.truth<{ id: string; status: string; cancel_reason?: string }>('shop/orders');
    const found = orders.find(({ id }) => id === order);
    return found?.status === 'cancelled' && found.cancel_reason === `Solved: ${ticket.key}`;
  });
}

/**
 * The server is killed while three runs wait for the answer of a call that was made: a read, a write that must not be
 * made twice, and one that may be.
 */
export async function killedInMidFlow(stage: ChainStage, face: Face): Promise<void> {
  const operations = ['shop', 'desk', 'desk', 'desk'] as const;
  const counted = async (): Promise<number[]> =>
    Promise.all(
      [READ, NEW_TICKET, NEW_NOTE, CHANGE].map((one, i) => stage.calls(operations[i] ?? 'desk', one)),
    );
  const before = await counted();
  const read = await stalled(stage, 'shop', READ);
  const written = await stalled(stage, 'desk', NEW_TICKET);
  const changed = await stalled(stage, 'desk', CHANGE);
  await stage.kill();
  await stage.control('DELETE', '/faults');
  await stage.start();

  const [first, last] = [await ended(face, read, ['done']), await ended(face, changed, ['done'])];
  const attempts = ({ items }: Run): unknown => items.map(({ step, attempts: made }) => [step, made]);
  assert.deepEqual(attempts(first), [['order', 2], ['ticket', 1], ['note', 1], ['urgent', 1]]); // prettier-ignore
  assert.deepEqual(attempts(last), [['order', 1], ['ticket', 1], ['note', 1], ['urgent', 2]]); // prettier-ignore
  const doubtful = await ended(face, written, ['in-doubt']);
  assert.match(doubtful.error?.message ?? '', /desk\.tickets\.createTicket took effect is not known/);
  assert.match(doubtful.error?.hint ?? '', /flows retry .*--done[^]*--again/);
  // A person looks into the desk.
  const ticket = await onlyTicket(stage, written);
  await face.retry(doubtful.id, { kind: 'done', output: { key: ticket.key } });
  assert.deepEqual((await ended(face, written, ['done'])).output, { ticket: ticket.key });
  const made = (await counted()).map((count, i) => count - (before[i] ?? 0));
  assert.deepEqual(made, [4, 3, 3, 4], 'only the read and the change were made again');
  for (const order of [read, written, changed]) await complete(stage, order);
}

/** A call that never got there is in doubt too; a kill in the meantime forgets neither the doubt nor what came next. */
export async function killedInDoubt(stage: ChainStage, face: Face): Promise<void> {
  const rule = { system: 'desk', operation: NEW_TICKET, kind: 'reset-before', probability: 1, times: 1 };
  await stage.control('POST', '/faults', { rules: [rule] });
  const lost = await buys(stage);
  const doubtful = await ended(face, lost, ['in-doubt']);
  assert.deepEqual(await ticketsOf(stage, lost), []);
  const burst = await Promise.all(Array.from({ length: 5 }, (_, i) => buys(stage, `buyer-${i}@example.com`)));
  await stage.kill();
  await stage.start();
  assert.equal((await face.run(doubtful.id)).state, 'in-doubt');
  await face.retry(doubtful.id, { kind: 'again' });
  for (const order of burst) await mended(stage, face, order);
  for (const order of [lost, ...burst]) {
    await ended(face, order, ['done']);
    await complete(stage, order);
  }
}

/** Resolves the doubts of an order's run, until the run is done. */
async function mended(stage: ChainStage, face: Face, order: string): Promise<void> {
  for (;;) {
    const run = await ended(face, order, ['done', 'in-doubt']);
    if (run.state === 'done') return;
    await resolve(stage, face, run);
  }
}

/** What a person does with a run in doubt: looks into the desk, and says whether the call was done. */
export async function resolve(stage: ChainStage, face: Face, run: Run): Promise<void> {
  const step = run.items.find(({ state }) => state === 'in-doubt')?.step;
  const [ticket] = await ticketsOf(stage, String(orderOf(run)));
  const there = step === 'ticket' ? ticket : ticket?.comments[0];
  const output = step === 'ticket' ? { output: { key: ticket?.key } } : {};
  const doubt: Doubt = there === undefined ? { kind: 'again' } : { kind: 'done', ...output };
  await face.retry(run.id, doubt);
}

/** The order of a run that has begun. */
export function orderOf({ items }: Run): unknown {
  return items.find(({ step }) => step === 'order')?.input['orderId'];
}

/** In the sandbox there is one ticket for the order, with one note, and the last step is done too. */
export async function complete(stage: ChainStage, order: string): Promise<void> {
  const { comments, priority } = await onlyTicket(stage, order);
  assert.deepEqual([comments.length, priority], [1, 'high'], order);
}

/** An order whose run waits for the answer of this operation, which has taken effect. */
async function stalled(stage: ChainStage, system: 'shop' | 'desk', operation: string): Promise<string> {
  const rule = { system, operation, kind: 'stall', probability: 1, times: 1 };
  await stage.control('POST', '/faults', { rules: [rule] });
  const faults = async (): Promise<number> => {
    type Stats = Record<string, { faults: Record<string, number> }>;
    return (await stage.control<Stats>('GET', '/stats'))[system]?.faults['stall'] ?? 0;
  };
  const before = await faults();
  const order = await buys(stage);
  await until(`${operation} has been called`, async () => (await faults()) > before);
  return order;
}

/** The one run of an order, once it is in one of these states. */
async function ended(face: Face, order: string, states: readonly string[]): Promise<Run> {
  let found: Run | undefined;
  // Of other orders: each look at a run may be a process.
  const others = new Set<string>();
  await until(`the run of ${order} is ${states.join(' or ')}`, async () => {
    for (const { id, state } of await face.runs('order-to-ticket')) {
      if (others.has(id) || !states.includes(state)) continue;
      const run = await face.run(id);
      if (orderOf(run) === order) found = run;
      else others.add(id);
    }
    return found !== undefined;
  });
  return found as Run;
}

async function ticketsOf({ truth }: ChainStage, order: string): Promise<Ticket[]> {
  return (await truth<Ticket>('desk/tickets')).filter(({ labels }) => labels.includes(order));
}

async function onlyTicket(stage: ChainStage, order: string): Promise<Ticket> {
  const [ticket, ...others] = await ticketsOf(stage, order);
  assert.ok(ticket, `no ticket for ${order}`);
  assert.deepEqual(others, [], `several tickets for ${order}`);
  return ticket;
}
