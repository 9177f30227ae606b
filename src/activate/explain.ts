import type { Store } from '../store/store.ts';
import type { Fact } from './attendance.ts';
import type { DeliveryState } from './ledger.ts';
import { DELIVERED } from './person-state.ts';
import { personFacts } from './store-facts.ts';

/** Everything that is known of one address and what became of it. */
export interface Explanation {
  email: string;
  /** One sentence that answers: did this person arrive? */
  verdict: string;
  facts: {
    kind: string;
    topic: string;
    startedAt: string;
    instance: string;
    status: Fact['status'];
    minutes: number;
    percent: number;
    joins: number;
    registered: string | undefined;
  }[];
  deliveries: {
    effect: string;
    instance: string;
    state: DeliveryState;
    at: string | undefined;
    updatedAt: string;
    payload: unknown;
    error: { kind?: string; message: string; hint?: string } | undefined;
  }[];
}

const DELIVERIES = `
  SELECT effect, instance, state, at, updated_at, payload, error FROM deliveries
  WHERE audience = $1 AND person = $2 ORDER BY effect, at, instance`;

/** Why a person did or did not arrive, from our own state alone. */
export async function explain(
  store: Store,
  source: string,
  audience: string,
  address: string,
): Promise<Explanation> {
  const email = address.trim().toLowerCase();
  const facts = await personFacts(store, source, email);
  const rows = await store.sql<{
    effect: string;
    instance: string;
    state: DeliveryState;
    at: string | null;
    updated_at: number;
    payload: string;
    error: string | null;
  }>(DELIVERIES, [audience, email]);
  const deliveries = rows.map((row) => ({
    effect: row.effect,
    instance: row.instance,
    state: row.state,
    at: row.at ?? undefined,
    updatedAt: new Date(row.updated_at).toISOString(),
    payload: JSON.parse(row.payload) as unknown,
    error:
      row.error === null
        ? undefined
        : (JSON.parse(row.error) as { kind?: string; message: string; hint?: string }),
  }));
  return {
    email,
    verdict: verdictOf(
      facts.map(({ status }) => status),
      deliveries,
    ),
    facts: facts.map((fact) => ({
      kind: fact.instance.kind,
      topic: fact.instance.topic,
      startedAt: fact.instance.startedAt,
      instance: fact.instance.id,
      status: fact.status,
      minutes: Math.round(fact.seconds / 60),
      percent: fact.percent,
      joins: fact.joins,
      registered: fact.registrantStatus,
    })),
    deliveries,
  };
}

function verdictOf(statuses: readonly Fact['status'][], deliveries: Explanation['deliveries']): string {
  const contact = deliveries.find(({ effect }) => effect === 'contact');
  if (contact) {
    const events = deliveries.filter(({ effect }) => effect !== 'contact');
    const done = events.filter(({ state }) => state === 'done').length;
    const skipped = events.find(({ state }) => state === 'skipped');
    const why = skipped?.error ? ` (${skipped.error.message})` : '';
    const tail = events.length === 0 ? 'no events' : `${done} of ${events.length} events sent${why}`;
    if (contact.state === 'done') return `The contact is up to date; ${tail}.`;
    if (contact.state === 'refused')
      return `The contact was refused: ${contact.error?.message ?? 'no reason was given'}.`;
    const failure = contact.error ? ` The last try failed: ${contact.error.message}.` : '';
    return `The contact waits to be sent; ${tail}.${failure}`;
  }
  if (statuses.length === 0) {
    return 'Nobody with this address was seen. A guest who joins without signing in or registering shows no address.';
  }
  if (!statuses.some((status) => DELIVERED.has(status))) {
    return `Not brought over: the registration is ${statuses.at(-1)}, and the person did not attend.`;
  }
  return 'Known, but not planned yet: run activate, or check whether the domain is excluded.';
}
